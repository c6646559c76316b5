import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import type { TestResult } from "../../src/documents/test-result.ts";
import { decideEdited, findSmallChange } from "../../src/suite/flip.ts";
import { flippable } from "../../src/suite/explain.ts";
import { TraceWalk } from "../../src/suite/trace-walk.ts";
import { explaining } from "../../src/suite/rule-tree.ts";
import { SourceLines } from "../../src/suite/source-lines.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const trace = `${root}/traces/sample.jsonl`;

async function explained(...argv: readonly string[]): Promise<ExplainResult> {
  const { status, stdout, stderr } = await run(root, "explain", ...argv, "--format", "json");
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe("agentz explain", () => {
  test("an event of a trace: the tree with values, the state and who set it, and a change that flips it", async () => {
    const result = await explained("support-01/2", "--trace", trace, "--show-arguments");
    expect(result.decision).toMatchObject({ effect: "allow", rules: ["support/small-refund"] });
    expect(result.tree[0]).toMatchObject({
      rule: "support/small-refund",
      outcome: "matched",
      decided: true,
    });
    expect(result.state.values.map(({ name, setBy }) => [name, setBy])).toEqual([
      ["customers", ["support-01/1"]],
      ["orders", ["support-01/1"]],
    ]);
    expect(result.flip?.edits).toHaveLength(1);
    expect(result.flip?.permitted).toBe(false);
  });

  test("design 11.5: argument values are shown only on request", async () => {
    const { stdout } = await run(
      root,
      "explain",
      "support-01/2",
      "--trace",
      trace,
      "--format",
      "json",
    );
    const pretty = await run(root, "explain", "support-01/2", "--trace", trace);
    for (const text of [stdout, pretty.stdout])
      expect(text).not.toMatch(/A-5143|june@post\.example|wrong size/);
  });

  test("a request in a file, with state", async () => {
    const folder = scratch({
      "r.yaml":
        "{ subject: { type: agent, id: support }, action: { server: payments, name: refund }, " +
        "args: { order: A-1, amount: 900, currency: EUR }, session: { values: { orders: [A-1] " +
        '} }, complete: [context], time: "2026-05-18T09:00:00Z" }',
    });
    const result = await explained(`${folder}/r.yaml`);
    expect(result.event).toBeNull();
    expect(result.decision.effect).toBe("require_approval");
  });

  test("a resource that a rule names is changed where the call has it: in the argument it is read off", async () => {
    const policy = `apiVersion: agentz/v1
kind: Policy
name: library
version: 1.0.0
rules:
  - { id: lend, effect: allow, actions: [library/lend] }
  - { id: stays, effect: deny, resources: ["book:ref-*"] }
---
apiVersion: agentz/v1
kind: Catalog
name: library
version: 1.0.0
tools: [{ name: lend, server: library, resource: { type: book, id: args.book } }]
`;
    const request = (book: string): string =>
      "{ subject: { type: agent, id: desk }, action: { server: library, name: lend }, args: { " +
      `book: ${book} }, time: "2026-05-18T09:00:00Z" }`;
    const folder = scratch({
      "p.yaml": policy,
      "a.yaml": request("ref-7"),
      "b.yaml": request("novel-1"),
    });
    const flipOf = async (file: string): Promise<unknown> =>
      (await explained(`${folder}/${file}`, "--candidate", `${folder}/p.yaml`, "--show-arguments"))
        .flip;
    expect(await flipOf("a.yaml")).toMatchObject({
      edits: [{ path: "args.book", from: "ref-7", to: "something-else" }],
      permitted: true,
      note:
        "`something-else` is made up: it stands for a value that no policy names; no entry of a " +
        "catalog names the resource `book:something-else`, so entries with a star alone say what it is",
    });
    expect(await flipOf("b.yaml")).toMatchObject({
      edits: [{ path: "args.book", from: "novel-1", to: "ref-x" }],
      permitted: false,
      note: null,
    });
  });

  test("an event whose argument is of another type than the catalog declares", async () => {
    const event = {
      id: "s/1",
      time: "2026-05-18T09:00:00Z",
      subject: { type: "agent", id: "support" },
      action: { kind: "mcp_request", server: "payments", name: "refund" },
      args: { order: "A-1", amount: "40", currency: "EUR" },
    };
    const folder = scratch({ "t.jsonl": `${JSON.stringify(event)}\n` });
    const argv = ["explain", "s/1", "--trace", `${folder}/t.jsonl`];
    const { status, stderr } = await run(root, ...argv);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^warning: .*t\.jsonl:1:1: `args.amount` is a text, and is declared as a number\n$/,
    );
    expect(stderr).not.toContain("40");
  });

  test("an event that is not there is told with the nearest", async () => {
    const { status, stderr } = await run(root, "explain", "support-01/22", "--trace", trace);
    expect(status).toBe(2);
    expect(stderr).toContain("the trace has no event `support-01/22`");
    expect(stderr).toContain("did you mean");
  });
});

function sampleSet(): ReturnType<typeof assembleSet> {
  const files = [
    "catalog.yaml",
    ...["analytics", "coding", "common", "research", "support"].map(
      (name) => `candidate/${name}.yaml`,
    ),
  ];
  const sources = files.map((name) => ({
    file: name,
    text: readFileSync(`${root}/policies/${name}`, "utf8"),
  }));
  const domains = {
    file: "domains.csv",
    text: readFileSync(`${root}/policies/domains.csv`, "utf8"),
  };
  return assembleSet(sources, {
    readBeside: () => ({ source: domains }),
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
  });
}

describe("the small change that is shown flips the decision", () => {
  const { set, documents, sources } = sampleSet();
  const events = readFileSync(trace, "utf8")
    .trimEnd()
    .split("\n")
    .map((line, i) => decodeEvent(JSON.parse(line), { file: "t", line: i + 1 }))
    .filter((event): event is TraceEvent => typeof event !== "string");

  test("deciding the edited call again gives what is said, on the history of any call of the sample", {
    timeout: 300_000,
  }, () => {
    if (set === undefined) throw new Error("the sample does not load");
    const of = explaining(set, documents, new SourceLines(sources));
    let flips = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: events.length - 1 }), (index) => {
        const walk = new TraceWalk(set);
        events.forEach((event, i) => {
          if (i > index) return;
          walk.take(event, (decided) => {
            if (i !== index) return;
            const one = flippable(of, decided);
            const flip = findSmallChange(one);
            if (flip === null) return;
            flips++;
            const again = decideEdited(one, flip.applied).decision;
            expect(again.permitted).toBe(!decided.outcome.decision.permitted);
            expect({
              effect: again.effect,
              rules: again.rules,
              permitted: again.permitted,
            }).toEqual({ effect: flip.effect, rules: flip.rules, permitted: flip.permitted });
            // no part of the change alone would do
            if (flip.applied.length > 1)
              for (const edit of flip.applied)
                expect(decideEdited(one, [edit]).decision.permitted && !again.permitted).toBe(
                  false,
                );
          });
        });
      }),
      { numRuns: 60, seed: 8 },
    );
    expect(flips).toBeGreaterThan(30);
  });
});

test.each([
  ["the nearest number that flips it", "support-24/7", /small change[^]*args\.amount -> 25\n/],
  ["why the call is decided so", "support-03/2", /then deny by manifest\/support: the tool or its/],
  ["an argument that gives the resource", "research-07/6", /args\.path: none -> "\/srv\/share"/],
  [
    "what to record where nothing flips it",
    "coder-11/1",
    /; recording subject\.type would decide it/,
  ],
])("the change that explain shows: %s", async (_, id, said) => {
  const { stdout } = await run(root, "explain", id);
  expect(stdout).toMatch(said);
});

describe("design 8.4: agentz test --pin", () => {
  test.each([
    ["--session", "support-01"],
    ["--event", "support-02/3"],
    ["--session", "coder-01"],
  ])("%s %s becomes a test that passes", async (flag, id) => {
    const folder = scratch({});
    const pinned = await run(root, "test", "--pin", trace, flag, id, "-o", `${folder}/pinned.yaml`);
    expect(pinned.status).toBe(0);
    const ran = await run(root, "test", `${folder}/pinned.yaml`, "--format", "json");
    const { summary }: TestResult = JSON.parse(ran.stdout);
    expect(summary).toMatchObject({ tests: 1, passed: 1 });
  });

  test("a second test is added to the suite, and every call of the sample can be pinned", {
    timeout: 300_000,
  }, async () => {
    const folder = scratch({});
    for (const id of ["junior-04", "support-03"])
      await run(root, "test", "--pin", trace, "--session", id, "-o", `${folder}/p.yaml`);
    const ran = await run(root, "test", `${folder}/p.yaml`, "--format", "json");
    const { summary }: TestResult = JSON.parse(ran.stdout);
    expect(summary).toMatchObject({ tests: 2, passed: 2 });
  });

  test("the same test is not added twice: then no test of the suite would run", async () => {
    const file = `${scratch({})}/p.yaml`;
    const pin = ["test", "--pin", trace, "--session", "junior-04", "-o", file];
    await run(root, ...pin);
    const text = readFileSync(file, "utf8");
    const again = await run(root, ...pin);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("already has the test `session junior-04 as it was recorded`");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test.each([
    ["a card's number", { note: "4111 1111 1111 1111" }, /4111/],
    ["a card's number without spaces", { note: "pay with 5500005555555559 please" }, /5500/],
    [
      "names in either way of writing",
      { accessToken: "abc", userPassword: "abc", db_password: "abc" },
      /abc/,
    ],
    [
      "keys of vendors",
      {
        a: `AIza${"x".repeat(35)}`,
        b: `glpat-${"x".repeat(20)}`,
        c: "Basic eHh4eHh4eHh4eHh4eHh4eA==",
      },
      /xxxx|eHh4/,
    ],
  ])("%s stays out", async (_, args, secret) => {
    const event = {
      id: "x/1",
      session: "x",
      subject: { type: "agent", id: "coder" },
      action: { server: "host", name: "shell" },
      args: { ...args, order: "1234567890123456" },
    };
    const folder = scratch({ "t.jsonl": `${JSON.stringify(event)}\n` });
    const { stdout } = await run(root, "test", "--pin", `${folder}/t.jsonl`, "--event", "x/1");
    expect(stdout).not.toMatch(secret);
    // a number of as many digits that is none of a card stays
    expect(stdout).toContain("1234567890123456");
  });

  test("of a credential stays what conditions read: its kind and its times", async () => {
    const subject = {
      type: "agent",
      id: "coder",
      credential: { kind: "workload", id: "hunter2", expires: "2026-06-01T00:00:00Z" },
    };
    const event = {
      id: "x/1",
      session: "x",
      subject,
      action: { server: "host", name: "shell" },
      args: { command: "ls" },
    };
    const folder = scratch({ "t.jsonl": `${JSON.stringify(event)}\n` });
    const { stdout } = await run(
      root,
      "test",
      "--pin",
      `${folder}/t.jsonl`,
      "--event",
      "x/1",
      "-o",
      `${folder}/pinned.yaml`,
    );
    const text = stdout + readFileSync(`${folder}/pinned.yaml`, "utf8");
    expect(text).not.toContain("hunter2");
    expect(text).toMatch(/kind: workload[^]*expires: 2026-06-01T00:00:00Z/);
    const ran = await run(root, "test", `${folder}/pinned.yaml`, "--format", "json");
    const { summary, findings }: TestResult = JSON.parse(ran.stdout);
    expect([summary.passed, findings]).toEqual([1, []]);
  });

  test("secrets and the user's words stay out", async () => {
    const event = {
      id: "x/1",
      time: "2026-05-18T09:00:00Z",
      session: "x",
      subject: { type: "agent", id: "coder" },
      action: { server: "host", name: "shell" },
      args: {
        command: "curl -H 'Authorization: Bearer abcdefghijklmnop1234567890'",
        api_key: "hunter2",
        nested: [{ password: "hunter2" }],
      },
      context: { request: "my words" },
    };
    const folder = scratch({ "t.jsonl": `${JSON.stringify(event)}\n` });
    const { stdout, status } = await run(
      root,
      "test",
      "--pin",
      `${folder}/t.jsonl`,
      "--event",
      "x/1",
    );
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/hunter2|abcdefghijklmnop|my words/);
    expect(stdout).toContain("REDACTED");
    expect(stdout).toContain("context.request");
  });
});

describe("agentz init", () => {
  test(
    "an empty folder gets files that lint, test and replay without a finding, and nothing is " +
      "overwritten",
    async () => {
      const empty = scratch({});
      const first = await run(empty, "init", "--format", "json");
      const notes = `${empty}/policies/notes.yaml`;
      const edited = `${readFileSync(notes, "utf8")}# mine\n`;
      writeFileSync(notes, edited);
      const again = await run(empty, "init", "--format", "json");
      expect(JSON.parse(again.stdout)).toMatchObject({
        written: [],
        kept: JSON.parse(first.stdout).written,
      });
      expect(readFileSync(notes, "utf8")).toBe(edited);
      const tested = await run(
        empty,
        "test",
        "--min-coverage",
        "1",
        "--min-mutation",
        "1",
        "--format",
        "json",
      );
      expect(tested.status).toBe(0);
      expect(JSON.parse(tested.stdout)).toMatchObject({ findings: [] });
      const linted = await run(empty, "lint", "--format", "json");
      expect(JSON.parse(linted.stdout)).toMatchObject({ summary: { errors: 0, warnings: 0 } });
      const replayed = await run(
        empty,
        "replay",
        "--baseline",
        "recorded",
        "--trace",
        `${empty}/traces/sample.jsonl`,
        "--format",
        "json",
      );
      expect(JSON.parse(replayed.stdout)).toMatchObject({ changes: { unchanged: 4 } });
    },
  );
});
