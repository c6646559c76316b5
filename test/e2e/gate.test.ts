import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/replay/gate.ts";
import type { ReplayResult } from "../../src/documents/replay-result.ts";
import { byConcern } from "../../src/report/replay/group-order.ts";
import { prettyReplay } from "../../src/report/replay/pretty.ts";
import { wrapText } from "../../src/report/wrap.ts";
import { agentz, jsonl, ROOT, scratch } from "./agentz.ts";

const RULES = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
`;
const subject = (id: string): object => ({
  type: "agent",
  id,
  credential: { kind: "workload", id: `key-of-${id}` },
});
const call = (i: number, server: string, name: string, args: object = {}): object => ({
  id: `s${i}/0`,
  session: `s${i}`,
  time: `2026-05-0${1 + (i % 4)}T10:00:00Z`,
  subject: subject(i % 2 === 0 ? "even" : "odd"),
  action: { kind: "mcp_request", server, name },
  args,
});

function replay(
  files: { readonly [path: string]: string },
  args: readonly string[],
): ReturnType<typeof agentz> & { readonly folder: string } {
  const folder = scratch(files);
  return {
    folder,
    ...agentz(
      [
        "replay",
        "--baseline",
        "old.yaml",
        "--candidate",
        "new.yaml",
        "--trace",
        "t.jsonl",
        "--format",
        "json",
        ...args,
      ],
      { cwd: folder },
    ),
  };
}

/** Ten calls: three of them get wider, two narrower. */
const SHIFT = {
  "old.yaml": `${RULES}  - { id: a, effect: allow, actions: [x/a, x/c] }\n`,
  "new.yaml": `${RULES}  - { id: a, effect: allow, actions: [x/a, x/b] }\n`,
  "t.jsonl": jsonl(
    [...Array(5).keys()]
      .map((i) => call(i, "x", "a"))
      .concat(
        [5, 6, 7].map((i) => call(i, "x", "b")),
        [8, 9].map((i) => call(i, "x", "c")),
      ),
  ),
};

/**
 * A change of which every figure is more than nothing: sixteen calls, a catalog, labels, decision
 * points, a missing argument.
 */
const EVERYTHING = {
  catalog: `---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents: [{ id: even, owner: o, purpose: p, status: commissioned }, { id: odd, owner: o, purpose: p, status: suspended }]
unregistered: policy
tools:
  - { name: a, server: x, effects: [pay], resource: { type: t, id: "'1'" } }
  - { name: b, server: x, effects: [update], resource: { type: t, id: "'2'" } }
  - { name: c, server: x, effects: [pay], resource: { type: u, id: "'3'" } }
resources: [{ match: "t:1", classification: restricted }]
decision_points: [{ id: gateway, external: true }]
`,
  get old(): string {
    return (
      `${RULES}  - { id: a, effect: allow, actions: [x/a, x/c] }\n  - { id: b, effect: deny, ` +
      `actions: [x/b] }\n${this.catalog}`
    );
  },
  get new(): string {
    return (
      `${RULES}  - { id: a, effect: require_approval, actions: [x/a], when: "args.n < 4", ` +
      `approval: { approvers: ["role:boss"], quorum: 2 } }\n  - { id: b, effect: allow, actions: ` +
      `[x/b], when: "args.n >= 0" }\n  - { id: z, effect: allow, actions: [x/z] }\n` +
      `${this.catalog}`
    );
  },
  trace: `{"id":"a","id":"b"}\n${jsonl(
    [...Array(16).keys()].map((i) => {
      const one = {
        ...call(i, "x", "abc".charAt(i % 3), i === 13 ? {} : { n: i % 6 }),
        ...(i === 7
          ? {}
          : {
              subject: {
                ...subject("even"),
                ...(i === 10 && { type: undefined, credential: undefined }),
              },
            }),
      };
      return {
        ...one,
        ...(i === 15 && { type: "tool_call" }),
        ...(i % 2 === 0 && { decision: { effect: "allow", pdp: "gateway" } }),
        labels: { incident: i % 5 === 0 },
        ...(i === 13 && { unrecorded: ["args"] }),
        ...(i === 10 && { unrecorded: ["subject.type"] }),
      };
    }),
  )}`,
};

describe("the gate", () => {
  it.each([
    ["widened", 3],
    ["narrowed_share", 0.2],
    ["coverage.policy", 0.8],
    ["indeterminate_share", 0],
    ["incidents_stopped", null],
    ["benign_broken", 0],
  ])("judges a small change by its own figures: %s", (name, actual) => {
    const done = replay(SHIFT, ["--gate", `${name}=${actual ?? 0.5}`]);
    const [check] = JSON.parse(done.stdout).gate.checks;
    // a share of nothing proves nothing: it breaks a lower limit
    expect([check.actual, check.passed, done.status]).toEqual([
      actual,
      actual !== null,
      actual === null ? 1 : 0,
    ]);
  });

  it("holds at every limit and on one side of it, and fails on the other", () => {
    const files = {
      "old.yaml": EVERYTHING.old,
      "new.yaml": EVERYTHING.new,
      "t.jsonl": EVERYTHING.trace,
    };
    const judged = (
      limitOf: (name: string) => number,
    ): {
      readonly checks: ReadonlyMap<string, { limit: number; actual: number; passed: boolean }>;
      readonly status: number | null;
    } => {
      const done = replay(
        files,
        [...LIMITS.keys()].flatMap((name) => ["--gate", `${name}=${limitOf(name)}`]),
      );
      expect(done.stderr).toBe("");
      return {
        checks: new Map(
          JSON.parse(done.stdout).gate.checks.map((check: { name: string }) => [check.name, check]),
        ),
        status: done.status,
      };
    };
    const { checks: measured } = judged(() => 0);
    const actual = (name: string): number => measured.get(name)?.actual ?? 0;
    expect([...LIMITS.keys()].filter((name) => !(actual(name) > 0))).toEqual([]);
    for (const [by, upper, lower, status] of [
      [-1, false, true, 1],
      [0, true, true, 0],
      [1, true, false, 1],
    ] as const) {
      const { checks, status: found } = judged((name) =>
        LIMITS.get(name)?.kind === "count"
          ? actual(name) + by
          : Number((actual(name) * (1 + by / 100)).toFixed(6)),
      );
      expect([
        by,
        [...LIMITS.keys()].map((name) => [name, checks.get(name)?.passed]),
        found,
      ]).toEqual([
        by,
        [...LIMITS].map(([name, { atLeast }]) => [name, atLeast ? lower : upper]),
        status,
      ]);
    }
  });

  it("limits widened calls by class, effect and label, from agentz.yaml too", () => {
    const catalog =
      "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ntools: [{ name: b, " +
      "server: x, effects: [pay], resource: { type: t, id: \"'1'\" } }]\nresources: [{ match: " +
      '"t:*", classification: restricted }]\n';
    const files = {
      ...SHIFT,
      "old.yaml": `${SHIFT["old.yaml"]}---\n${catalog}`,
      "new.yaml": `${SHIFT["new.yaml"].replace("x/b] }", 'x/b], labels: ["ASI02:2026"] }')}---\n${catalog}`,
    };
    for (const name of [
      "widened.class:restricted",
      "widened.effect:pay",
      "widened.label:ASI02:2026",
    ]) {
      expect([
        name,
        replay(files, ["--gate", `${name}=2`]).status,
        replay(files, ["--gate", `${name}=3`]).status,
      ]).toEqual([name, 1, 0]);
    }
    const configured = replay(
      {
        ...files,
        "agentz.yaml":
          "gate: { widened: { class: { restricted: 0 } }, coverage: { policy: 0.5 } }\n",
      },
      [],
    );
    expect([
      configured.status,
      JSON.parse(configured.stdout).gate.checks.map((c: { name: string; passed: boolean }) => [
        c.name,
        c.passed,
      ]),
    ]).toEqual([
      1,
      [
        ["coverage.policy", true],
        ["widened.class:restricted", false],
      ],
    ]);
  });

  it("design 9: counts in a limit of a class or an effect what nobody knows the class or the effects of", () => {
    const listed = (name: string, more: string): string =>
      `  - { name: ${name}, server: x, ${more} }\n`;
    const catalog = `---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
resources:
  - { match: "t:1", classification: restricted }
  - { match: "t:2", classification: public }
tools:
${[
  listed("known", "effects: [pay], resource: { type: t, id: \"'1'\" }"),
  listed("harmless", "effects: [read], resource: { type: t, id: \"'2'\" }"),
  listed("nothing", "effects: [read], resource: none"),
  listed("unclassified", "effects: [read], resource: { type: t, id: \"'3'\" }"),
  listed("veiled", "effects: [read], resource: { type: t, id: args.id }"),
  listed("silent", "resource: none"),
  listed("claimed", "resource: none"),
  listed("misclaimed", "resource: none"),
].join("")}`;
    const claims = (i: number, name: string, effects: readonly unknown[]): object => ({
      ...call(i, "x", name),
      action: { kind: "mcp_request", server: "x", name, effects },
    });
    const plain = ["known", "harmless", "nothing", "unclassified", "silent", "unlisted"].map(
      (name, i) => call(i, "x", name),
    );
    const trace = [
      ...plain,
      { ...call(6, "x", "veiled"), args: undefined, unrecorded: ["args"] },
      claims(7, "claimed", ["read"]),
      claims(8, "misclaimed", ["pray"]),
      claims(9, "misclaimed", [1]),
      { ...claims(10, "unlisted", ["read"]), resource: { type: "t", id: "1" } },
    ];
    const files = {
      "old.yaml": `${RULES}  - { id: a, effect: allow, actions: [x/other] }\n${catalog}`,
      "new.yaml": `${RULES}  - { id: a, effect: allow, actions: [x/*] }\n${catalog}`,
      "t.jsonl": jsonl(trace),
    };
    const names = ["class:restricted", "class:public", "effect:pay", "effect:read"];
    const limits = names.flatMap((name) => ["--gate", `widened.${name}=0`]);
    const { gate } = JSON.parse(replay(files, limits).stdout);
    expect(
      gate.checks.map(({ name, actual, unknown }: Record<string, unknown>) => [
        name,
        actual,
        unknown,
      ]),
    ).toEqual([
      ["widened.class:public", 4, 3],
      ["widened.class:restricted", 5, 3],
      ["widened.effect:pay", 6, 5],
      ["widened.effect:read", 10, 5],
    ]);
    const said = replay(files, [...limits, "--format", "pretty"]).stdout;
    expect(said).toContain(
      "widened.class:restricted is 5 (3 of unknown classification), maximum 0",
    );
    expect(said).toContain("widened.effect:pay is 6 (5 of unknown effects), maximum 0");
  });

  it("takes an accepted change for these rules and until its day, and no longer", () => {
    const first = replay(SHIFT, ["--gate", "widened=0"]);
    expect(first.status).toBe(1);
    const groups = JSON.parse(first.stdout).groups.filter(
      (g: { class: string }) => g.class === "widened",
    );
    const accepted = (rules: string | undefined, expires: string): string =>
      "gate:\n  widened: 0\n  accepted:\n" +
      `${groups
        .map(
          (g: { id: string; rulesDigest: string }) =>
            `    - { group: "${g.id}", rules: "${rules ?? g.rulesDigest}", reason: wanted, owner: ` +
            `me, expires: ${expires} }\n`,
        )
        .join("")}`;
    const held = replay({ ...SHIFT, "agentz.yaml": accepted(undefined, "2026-06-01") }, [
      "--now",
      "2026-06-01",
    ]);
    expect([held.status, JSON.parse(held.stdout).gate]).toEqual([
      0,
      expect.objectContaining({ now: "2026-06-01T23:59:59.999Z", nowFrom: "flag" }),
    ]);
    expect(
      replay({ ...SHIFT, "agentz.yaml": accepted(undefined, "2026-06-01") }, [
        "--now",
        "2026-06-02",
      ]).status,
    ).toBe(1);
    // by default the clock tells, not the trace
    const old = { ...SHIFT, "t.jsonl": SHIFT["t.jsonl"].replaceAll("2026-05", "2000-05") };
    const [past, future] = ["2001-01-01", "2999-01-01"].map(
      (day) =>
        JSON.parse(replay({ ...old, "agentz.yaml": accepted(undefined, day) }, []).stdout).gate,
    );
    expect([past.passed, past.nowFrom, past.accepted[0].state]).toEqual([
      false,
      "clock",
      "expired",
    ]);
    expect([future.passed, future.accepted[0]]).toEqual([
      true,
      expect.objectContaining({ state: "accepted", calls: 2 }),
    ]);
    const changed = replay({ ...SHIFT, "agentz.yaml": accepted("sha256:0", "2026-06-01") }, [
      "--now",
      "2026-05-01",
    ]);
    expect([changed.status, JSON.parse(changed.stdout).gate.accepted[0].state]).toEqual([
      1,
      "changed",
    ]);
  });
});

describe("an accepted change that goes further", () => {
  const rules = (nopay: string): string =>
    `${RULES}${nopay}  - { id: pay, effect: allow, actions: [bank/pay] }\n`;
  const nopay = (most: number): string =>
    `  - { id: nopay, effect: deny, actions: [bank/pay], when: "args.n > ${most}" }\n`;
  const amounts = (...list: readonly number[]): string =>
    jsonl(list.map((n, i) => call(2 * i, "bank", "pay", { n })));
  const files = {
    "old.yaml": rules(nopay(10)),
    "new.yaml": rules(nopay(100)),
    "t.jsonl": amounts(5, 15, 20, 500, 5000),
    "agentz.yaml":
      "baseline: [old.yaml]\ncandidate: [new.yaml]\ntrace: [t.jsonl]\ngate: { widened: 0 }\n",
  };
  const {
    groups: [group],
  } = JSON.parse(replay(files, []).stdout);
  const first = replay(files, []);
  const written = agentz(
    ["accept", group.id, "--reason", "wanted", "--expires", "2999-01-01", "--owner", "me"],
    { cwd: first.folder },
  );
  const config = readFileSync(join(first.folder, "agentz.yaml"), "utf8");
  const judged = (changed: { readonly [path: string]: string }): readonly unknown[] => {
    const { status, stdout } = replay({ ...files, "agentz.yaml": config, ...changed }, []);
    const { gate } = JSON.parse(stdout);
    return [status, gate.checks[0].actual, gate.accepted[0].state];
  };

  it.each([
    ["as it was accepted", nopay(100), [0, 0, "accepted"]],
    ["a limit that is raised once more", nopay(1_000_000), [1, 4, "changed"]],
    ["a rule that is gone", "", [1, 4, "changed"]],
    [
      "a rule that is a shadow",
      nopay(100).replace("effect: deny", "effect: deny, mode: shadow"),
      [1, 4, "changed"],
    ],
    ["a rule that is tighter again", nopay(15), [1, 1, "changed"]],
  ])("is asked for again: %s", (_, rule, expected) => {
    expect(written.status).toBe(0);
    expect(judged({ "new.yaml": rules(rule) })).toEqual(expected);
  });

  it("is told where it covers more calls than were accepted", () => {
    const { status, stdout } = replay(
      { ...files, "agentz.yaml": config, "t.jsonl": amounts(15, 20, 30, 40, 500) },
      ["--format", "pretty"],
    );
    const said = `accepted until 2999-01-01: 4 calls of group ${group.id}, 2 more than when it was accepted`;
    expect([status, stdout.replaceAll(/\s+/g, " ")]).toEqual([0, expect.stringContaining(said)]);
  });
});

describe("the gate, in every format", () => {
  const groups = (
    JSON.parse(replay(SHIFT, []).stdout).groups as readonly {
      id: string;
      class: string;
      rulesDigest: string;
    }[]
  ).filter((group) => group.class === "widened");
  const accepted = groups
    .map(
      ({ id, rulesDigest }) =>
        `    - { group: "${id}", rules: "${rulesDigest}", reason: b is wanted, owner: me, expires: 2999-01-01 }\n`,
    )
    .join("");
  const files = {
    ...SHIFT,
    "new.yaml": `${SHIFT["new.yaml"]}  - { id: nobody, effect: deny, actions: [x/nobody] }\n`,
    "agentz.yaml": `gate:\n  narrowed_share: 0.1\n  accepted:\n${accepted}`,
  };
  const FORMATS = ["pretty", "json", "markdown", "github", "junit", "sarif"] as const;

  it("design 11.3: --fail-on is a check that honours what is accepted", () => {
    const checks = (...args: readonly string[]): unknown => {
      const done = replay(files, args);
      return [
        done.status,
        JSON.parse(done.stdout).gate.checks.map(
          ({ name, actual, passed, from }: Record<string, unknown>) => [name, actual, passed, from],
        ),
      ];
    };
    expect(checks("--fail-on", "widened", "--gate", "narrowed_share=0.5")).toEqual([
      0,
      [
        ["narrowed_share", 0.2, true, "--gate"],
        ["widened", 0, true, "--fail-on"],
      ],
    ]);
    expect(
      checks("--fail-on", "widened,narrowed,indeterminate", "--gate", "narrowed_share=0.5"),
    ).toEqual([
      1,
      [
        ["indeterminate", 0, true, "--fail-on"],
        ["narrowed", 2, false, "--fail-on"],
        ["narrowed_share", 0.2, true, "--gate"],
        ["widened", 0, true, "--fail-on"],
      ],
    ]);
    const open = replay({ ...files, "agentz.yaml": "{}\n" }, ["--fail-on", "widened"]);
    expect([open.status, JSON.parse(open.stdout).gate.checks[0]]).toEqual([
      1,
      { name: "widened", limit: 0, actual: 3, passed: false, bound: "maximum", from: "--fail-on" },
    ]);
    expect(replay(files, ["--fail-on", "widend"]).stderr).toContain("did you mean `widened`?");
  });

  it.each(FORMATS)(
    "tells checks, what they replace, who accepted what, and what no call reaches: %s",
    (format) => {
      const { stdout, status } = replay(files, [
        "--fail-on",
        "widened",
        "--gate",
        "narrowed_share=0.5",
        "--gate",
        "unexercised=0",
        "--format",
        format,
      ]);
      const plain = stdout.replaceAll("\\", "").replaceAll("&#61;", "=");
      const failing =
        format === "json"
          ? '"name": "unexercised"'
          : format === "junit" || format === "github" || format === "pretty"
            ? "unexercised is 1, maximum 0"
            : format === "markdown"
              ? "| unexercised |"
              : "gate/unexercised";
      expect([status, plain.includes(failing)]).toEqual([1, true]);
      for (const said of ["p/nobody", "b is wanted", "2999-01-01"])
        if (format !== "junit" || said !== "p/nobody")
          expect([format, said, plain.includes(said)]).toEqual([format, said, true]);
      const replaced =
        format === "json"
          ? '"looser": true'
          : "--gate narrowed_share=0.5 replaces narrowed_share=0.1 of agentz.yaml: looser";
      expect([format, plain.includes(replaced)]).toEqual([format, true]);
    },
  );

  it("names accepted changes where it passes, and by what their expiry was judged", () => {
    const { stdout, status } = replay(files, [
      "--fail-on",
      "widened",
      "--gate",
      "narrowed_share=0.5",
      "--format",
      "pretty",
      "--now",
      "2026-06-01",
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain(`gate passed`);
    expect(stdout).toContain(
      `accepted until 2999-01-01: 2 calls of group ${groups[0]?.id} (b is wanted; me)`,
    );
    expect(stdout).toContain("expiry judged by 2026-06-01T23:59:59.999Z (--now)");
  });
});

describe("design 7.4: the same effect on weaker terms is widened", () => {
  const trace = jsonl([call(0, "x", "a", { n: 1 })]);
  it.each([
    [
      "a quorum cut from 2 to 1",
      "effect: require_approval, actions: [x/a], approval: { quorum: 2 }",
      "effect: require_approval, actions: [x/a], approval: { quorum: 1 }",
      "require_approval>require_approval",
    ],
    [
      "a longer validity",
      "effect: require_approval, actions: [x/a], approval: { within: 1h }",
      "effect: require_approval, actions: [x/a], approval: { within: 2h }",
      "require_approval>require_approval",
    ],
    [
      "more approvers",
      'effect: require_approval, actions: [x/a], approval: { approvers: ["role:a"] }',
      'effect: require_approval, actions: [x/a], approval: { approvers: ["role:a", "role:b"] }',
      "require_approval>require_approval",
    ],
    [
      "a dropped redaction",
      "effect: allow, actions: [x/a], obligations: { redact: [outcome.result.card] }",
      "effect: allow, actions: [x/a]",
      "allow>allow",
    ],
  ])("%s", (_name, before, after, transition) => {
    const files = {
      "old.yaml": `${RULES}  - { id: r, ${before} }\n`,
      "new.yaml": `${RULES}  - { id: r, ${after} }\n`,
      "t.jsonl": trace,
    };
    const { changes } = JSON.parse(replay(files, []).stdout);
    expect([changes.widened, changes.transitions]).toEqual([
      { direct: 1, downstream: 0 },
      { [transition]: 1 },
    ]);
    const back = JSON.parse(
      replay({ ...files, "old.yaml": files["new.yaml"], "new.yaml": files["old.yaml"] }, []).stdout,
    );
    expect(back.changes.narrowed).toEqual({ direct: 1, downstream: 0 });
  });
});

describe("filters say what they left out", () => {
  it.each([
    [["--agent", "even"], 5, 5],
    [["--agent", "agent:odd"], 5, 5],
    [["--session", "s1", "--session", "s2"], 2, 8],
    [["--since", "2026-05-04"], 2, 8],
    [["--until", "2026-05-01"], 3, 7],
  ])("%s", (args, calls, leftOut) => {
    const { trace, filters, decisions } = JSON.parse(replay(SHIFT, args).stdout);
    expect([trace.calls, filters.leftOut]).toEqual([calls, leftOut]);
    expect(decisions.candidate.allow + decisions.candidate.deny).toBe(calls);
  });

  it("that they left out every call, where they did", () => {
    const timeless = jsonl([
      { id: "1", subject: { type: "agent", id: "a" }, action: { server: "x", name: "a" } },
    ]);
    const done = replay({ ...SHIFT, "t.jsonl": timeless }, ["--since", "2001-01-01"]);
    expect(done.status).toBe(1);
    expect(JSON.parse(done.stdout).error).toEqual({
      code: "nothing-decided",
      message: "the filters leave out every call of the trace (1), so nothing was decided",
      help:
        "check their values; a call without a time is left out by `--since` and `--until`, one " +
        "without a session by `--session`",
    });
  });

  it("--sample keeps whole sessions, always the same ones", () => {
    const sessions = [...Array(200).keys()].flatMap((s) =>
      [0, 1, 2].map((i) => ({
        id: `s${s}/${i}`,
        session: `s${s}`,
        subject: { type: "agent", id: "a" },
        action: { server: "x", name: "a" },
        args: {},
      })),
    );
    const files = { ...SHIFT, "t.jsonl": jsonl(sessions) };
    const first = replay(files, ["--sample", "0.3"]);
    const { trace, filters } = JSON.parse(first.stdout);
    expect(trace.calls).toBe(trace.sessions * 3);
    expect(trace.sessions).toBeGreaterThan(30);
    expect(trace.sessions).toBeLessThan(90);
    expect(filters.leftOut).toBe(600 - trace.calls);
    expect(replay(files, ["--sample", "0.3"]).stdout).toBe(first.stdout);
  });
});

describe("what people see", () => {
  it("pretty fits thirty lines of a hundred columns, and says more with --details", () => {
    const gates = ["--gate", "widened=0", "--gate", "coverage.policy=0.99"];
    const { stdout } = agentz(["replay", ...gates, "--format", "json"], { cwd: ROOT });
    const text = prettyReplay(JSON.parse(stdout), { color: false, details: false, columns: 100 });
    const lines = wrapText(text, 100).trimEnd().split("\n");
    // and two rows for the files that both sets read: no group makes room for them
    expect(lines.length).toBeLessThanOrEqual(30 + 2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(
      agentz(["replay", "--details"], { cwd: ROOT }).stdout.split("\n").length,
    ).toBeGreaterThan(60);
  });

  it("opens with the verdict", () => {
    const { stdout } = agentz(["replay", "--gate", "widened=0"], { cwd: ROOT });
    expect(stdout).toMatch(/^✗ FAILED: 3 calls would be widened/);
  });

  it("says what happens to labelled calls before the gate, with a rule that fails and a call", () => {
    const { stdout } = agentz(["replay", "--gate", "widened=0"], { cwd: ROOT });
    const lines = stdout.split("\n");
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
    expect([at("  incidents: "), at("  benign: "), at("  widened is 3, maximum 0")]).toEqual([
      1, 2, 6,
    ]);
    expect(lines[1]).toContain(
      "none would run (before: 11), 10 denied (1 only because coding/no-downloads, coding/no-hidden-commands " +
        "fail on junior-06/3), 1 held",
    );
    const explained = agentz(["explain", "junior-06/3"], { cwd: ROOT });
    expect([explained.status, explained.stdout.includes("error")]).toEqual([0, true]);
    expect(stdout).toMatch(/\n {13}coding\/shell -> [^\n]*only because conditions fail\)/);
  });

  it("names the incident calls that would run, and benign work that is denied, in red", () => {
    const result: ReplayResult = JSON.parse(
      agentz(["replay", "--format", "json"], { cwd: ROOT }).stdout,
    );
    const { incident } = result.labels;
    const text = prettyReplay(
      { ...result, labels: { ...result.labels, incident: { ...incident, stopped: 9 } } },
      { color: true, details: false },
    );
    expect(text.split("\n")[1]).toContain(
      "of 11 calls \u001b[31m2 would run\u001b[39m (before: 11), ",
    );
    expect(text.split("\n")[2]).toContain("of 333 calls \u001b[31m2 denied\u001b[39m (1 only");
  });

  it.each([24, 50])("shows held production restarts at 80 columns and %i rows", (screenRows) => {
    const { stdout } = agentz(["replay", "--format", "json"], { cwd: ROOT });
    const options = { color: false, details: false, columns: 80, screenRows };
    const text = wrapText(prettyReplay(JSON.parse(stdout), options), 80);
    expect(text).toContain("allow -> require_approval: agent:coder cloud/restart_service");
    const rows = text.trimEnd().split("\n").length;
    // and three rows for the files that both sets read: no group makes room for them
    expect([rows, rows <= Math.max(36 + 3, screenRows - 2)]).toEqual([rows, true]);
  });

  it("puts a lost approval before a lost redaction, and a held call before a redacted one", () => {
    const { groups }: ReplayResult = JSON.parse(
      agentz(["replay", "--format", "json"], { cwd: ROOT }).stdout,
    );
    const [one] = groups;
    if (one === undefined) throw new Error("no group");
    const group = (change: "widened" | "narrowed", from: string, to: string) => ({
      ...one,
      class: change,
      from,
      to,
    });
    const widened = [
      group("widened", "allow", "allow"),
      group("widened", "require_approval", "require_approval"),
      group("widened", "deny", "require_approval"),
      group("widened", "require_approval", "allow"),
      group("widened", "deny", "allow"),
    ];
    const narrowed = [
      group("narrowed", "allow", "allow"),
      group("narrowed", "allow", "require_approval"),
      group("narrowed", "allow", "deny"),
    ];
    expect(byConcern([...narrowed, ...widened])).toEqual([
      ...widened.toReversed(),
      ...narrowed.toReversed(),
    ]);
  });

  it("cuts nothing where everything that there is to say is said, and shows fewer groups instead", () => {
    const result: ReplayResult = JSON.parse(
      agentz(["replay", "--format", "json"], { cwd: ROOT }).stdout,
    );
    const long = "x".repeat(300);
    const groups = ["widened", "narrowed", "indeterminate"].flatMap((kind) =>
      result.groups.slice(0, 9).map((group): ReplayResult["groups"][number] => ({
        ...group,
        class: kind === "widened" ? "widened" : kind === "narrowed" ? "narrowed" : "indeterminate",
        fromRules: [long],
        toRules: [long],
        example: "s/1",
      })),
    );
    const full: ReplayResult = {
      ...result,
      groups,
      candidate: { ...result.candidate, ref: long },
      trace: {
        ...result.trace,
        undecided_events: 1,
        undecidedEvents: [{ file: "t", line: 1, type: long }],
        malformed: 1,
        malformedLines: [{ file: "t", line: 1, cause: long }],
      },
      notes: {
        ...result.notes,
        forgottenSessions: { baseline: 1, candidate: 1 },
        lookalikes: [{ tool: long, calls: 1 }],
        shadow: [{ rule: long, effect: "deny", calls: 1 }],
      },
      gate: {
        ...result.gate,
        passed: false,
        checks: Array.from({ length: 9 }, (_, i) => ({
          name: `coverage.${i}`,
          limit: 1,
          actual: 0,
          passed: false,
          bound: "minimum",
          from: "--gate",
          replaces: { limit: 1, from: long, looser: true },
        })),
      },
      unexercised: [long, long],
    };
    const lines = prettyReplay(full, { color: false, details: false, columns: 100 })
      .trimEnd()
      .split("\n");
    expect([lines.length <= 35, lines.some((line) => line.includes("…x"))]).toEqual([true, false]);
    expect(lines.filter((line) => line.includes(long)).length).toBeGreaterThan(8);
    expect(lines.filter((line) => line.endsWith("; e.g. s/1")).length).toBe(2);
  });

  it("design 7.4: promoting a shadow rule shows as the change it is", () => {
    const shadow =
      `${RULES}  - { id: a, effect: allow, actions: [x/a] }\n  - { id: no, effect: deny, ` +
      "actions: [x/a], mode: shadow }\n";
    const files = {
      "old.yaml": `${RULES}  - { id: a, effect: allow, actions: [x/a] }\n`,
      "new.yaml": shadow,
      "t.jsonl": SHIFT["t.jsonl"],
    };
    const first = JSON.parse(replay(files, []).stdout);
    expect([first.changes.unchanged, first.notes.shadow]).toEqual([
      10,
      [{ rule: "p/no", effect: "deny", calls: 5 }],
    ]);
    const promoted = JSON.parse(
      replay({ ...files, "old.yaml": shadow, "new.yaml": shadow.replace(", mode: shadow", "") }, [])
        .stdout,
    );
    expect(promoted.changes.transitions).toEqual({ "allow>deny": 5 });
  });
});
