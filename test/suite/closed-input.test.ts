import { describe, expect, test } from "vitest";
import type { DecideResult } from "../../src/documents/decide-result.ts";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import type { TestResult } from "../../src/documents/test-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run, type Ran } from "./run-command.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: bank
version: 1.0.0
session:
  labels: [{ name: read_internal, when: "'read' in action.effects" }]
  counters: [{ name: paid, add: args.amount }]
  values: [{ name: looked_up, add: args.order }]
rules:
  - { id: pay, effect: allow, actions: [bank/pay], when: "args.amount < 10.0 && has(context.ticket)" }
  - { id: inside, effect: deny,
      when: "'read_internal' in session.labels && session.counters.paid > 5.0 &&
        args.order in session.values.looked_up" }
  - { id: old, effect: deny, when: "now > timestamp('2026-06-30T00:00:00Z')" }
---
apiVersion: agentz/v1
kind: Catalog
name: bank
version: 1.0.0
agents: [{ id: teller, owner: o, status: commissioned }]
people: [{ id: jane, roles: [clerk] }]
tools:
  - name: pay
    server: bank
    effects: [pay]
    resource: { type: account, id: args.order }
    args:
      type: object
      properties:
        amount: { type: number }
        order: { type: string }
        currency: { enum: [EUR, USD] }
        note: { type: object, properties: { title: { type: string } } }
  - { name: free, server: bank, effects: [read], resource: none }
resources: [{ match: "account:*", classification: internal }]
attributes: { context.signals.injection: double }
`;

const SOUND = {
  subject: { type: "agent", id: "teller", credential: { kind: "workload", id: "w" } },
  action: { kind: "mcp_request", server: "bank", name: "pay" },
  args: { amount: 4, order: "A-1", currency: "EUR" },
  context: {
    surface: "bank",
    ticket: "T-1",
    on_behalf_of: { type: "human", id: "jane" },
    signals: { injection: 0.1 },
  },
  time: "2026-05-18T09:00:00Z",
};
type Part = { readonly [name: string]: unknown };

async function ask(command: string, request: string, ...flags: readonly string[]): Promise<Ran> {
  const folder = scratch({ "p.yaml": POLICY, "r.yaml": request, "agentz.yaml": "{}" });
  return run(folder, command, "r.yaml", "--candidate", "p.yaml", ...flags);
}

const asked = (part: Part): string => JSON.stringify({ ...SOUND, ...part });

describe.each(["decide", "explain"])(
  "design 5.1, 11.3: agentz %s refuses state that no policy declares",
  (command) => {
    test.each<readonly [string, Part, string, string]>([
      [
        "a label",
        { labels: ["read_internl"] },
        "no policy declares the session label `read_internl`",
        "did you mean `read_internal`? declared: `read_internal`",
      ],
      [
        "one label of two",
        { labels: ["read_internal", "other"] },
        "no policy declares the session label `other`",
        "declared: `read_internal`",
      ],
      [
        "a counter",
        { counters: { payd: 1 } },
        "no policy declares the session counter `payd`",
        "did you mean `paid`?",
      ],
      [
        "a list of values",
        { values: { lookedup: [] } },
        "no policy declares the list of session values `lookedup`",
        "did you mean `looked_up`?",
      ],
      [
        "a counter among labels",
        { labels: ["paid"] },
        "no policy declares the session label `paid`",
        "it is declared under `counters`",
      ],
      [
        "a label among counters",
        { counters: { read_internal: 1 } },
        "no policy declares the session counter",
        "it is declared under `labels`",
      ],
      [
        "a counter that is text",
        { counters: { paid: "6" } },
        "the session counter `paid` has to be a number",
        "",
      ],
      [
        "a counter that is true",
        { counters: { paid: true } },
        "the session counter `paid` has to be a number",
        "",
      ],
      [
        "a counter below zero",
        { counters: { paid: -1 } },
        "the session counter `paid` cannot be negative",
        "",
      ],
      [
        "values that are no list",
        { values: { looked_up: "A-1" } },
        "the list of session values `looked_up` has to be a list",
        "",
      ],
      [
        "labels as a map",
        { labels: { read_internal: true } },
        "`labels` has to be a list of names",
        "",
      ],
      [
        "counters as a list",
        { counters: ["paid"] },
        "`counters` has to be a map of names to numbers",
        "",
      ],
      ["a label that is a number", { labels: [1] }, "a session label is a name", ""],
      [
        "another kind",
        { label: ["read_internal"] },
        "session state has no `label`",
        "did you mean `labels`?",
      ],
      [
        "a name of every object",
        { counters: { constructor: 1 } },
        "no policy declares the session counter `constructor`",
        "declared: `paid`",
      ],
    ])("%s", async (_, session, message, help) => {
      const { status, stdout, stderr } = await ask(command, asked({ session }));
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(/r\.yaml:1:\d+: /);
      expect(stderr).toContain(message);
      expect(stderr).toContain(help);
    });

    test("a list in place of state, and every fault with its place", async () => {
      expect((await ask(command, asked({ session: ["read_internal"] }))).stderr).toContain(
        "`session` is neither an id nor session state",
      );
      const two =
        "subject: { type: agent, id: teller }\nsession:\n  labels: [a]\n  counters: { b: 1 }\n";
      expect((await ask(command, two)).stderr).toMatch(
        new RegExp(
          String.raw`r\.yaml:4:15: no policy declares the session counter \x60b\x60[^]*r` +
            String.raw`\.yaml:3:12: no policy declares the session label \x60a\x60`,
        ),
      );
      const { stdout } = await ask(command, two, "--format", "json");
      expect(JSON.parse(stdout).error.findings).toMatchObject([
        { code: "undeclared-state", line: 3, column: 12 },
        { line: 4, column: 15 },
      ]);
    });

    test.each<readonly [string, string, string]>([
      [
        "a member",
        asked({ sesion: {} }),
        "a request has no field `sesion`\n  help: did you mean `session`?",
      ],
      ["another", asked({ arguments: {} }), "a request has no field `arguments`"],
      ["a type", asked({ type: "prompt" }), "this is not a call, so there is nothing to decide"],
      ["a list that is none", asked({ complete: "context" }), "`complete` must be a list of paths"],
      [
        "a path",
        asked({ unrecorded: ["arg.amount"] }),
        "`arg.amount` is not a path of a call\n  help: did you mean `args`?",
      ],
      [
        "a container",
        asked({ complete: ["contxt"] }),
        "`contxt` is not a path of a call\n  help: did you mean `context`?",
      ],
      ["a time", asked({ time: "yesterday" }), "`time` must be an RFC 3339 time"],
    ])("design 2.1: %s that a request does not have", async (_, request, message) => {
      const { status, stderr } = await ask(command, request);
      expect(status).toBe(2);
      expect(stderr).toMatch(/r\.yaml:1:\d+: /);
      expect(stderr).toContain(message);
    });
  },
);

/** What is written where, what is said of it, and the way out. */
const UNKNOWN: readonly (readonly [string, Part, string, string])[] = [
  [
    "a type of subject",
    { subject: { type: "agnet", id: "teller" } },
    "`subject.type` is `agnet`, which is not a type of subject",
    "did you mean `agent`?",
  ],
  [
    "a word for one",
    { subject: { type: "bot", id: "teller" } },
    "`subject.type` is `bot`",
    "did you mean `agent`?",
  ],
  [
    "a kind of action",
    { action: { ...SOUND.action, kind: "mcp-request" } },
    "is not a kind of action",
    "did you mean `mcp_request`?",
  ],
  [
    "a kind of credential",
    { subject: { ...SOUND.subject, credential: { kind: "apikey" } } },
    "which is not a kind of credential",
    "did you mean `api_key`?",
  ],
  [
    "a tool",
    { action: { ...SOUND.action, name: "pya" } },
    "no catalog declares the tool `bank/pya`",
    "did you mean `bank/pay`?",
  ],
  [
    "a server",
    { action: { ...SOUND.action, server: "bnak" } },
    "no catalog declares the tool `bnak/pay`",
    "did you mean `bank/pay`?",
  ],
  [
    "a tool whose name holds its server",
    { action: { name: "bank/pay" } },
    "the name of the tool holds its server: `bank/pay`",
    "write `server: bank` and `name: pay`",
  ],
  [
    "a tool far from any",
    { action: { server: "mail", name: "send" } },
    "no catalog declares the tool `mail/send`",
    "declared: `bank/free`, `bank/pay`",
  ],
  [
    "an argument",
    { args: { amuont: 4 } },
    "`args.amuont` is not an argument of `bank/pay`",
    "did you mean `amount`?",
  ],
  [
    "an argument far from any",
    { args: { amount: 4, colour: 1 } },
    "`args.colour` is not an argument of `bank/pay`",
    "declared: `amount`, `currency`, `note`, `order`",
  ],
  [
    "an argument within another",
    { args: { note: { titel: "x" } } },
    "`args.note.titel` is not an argument of `bank/pay`",
    "did you mean `title`?",
  ],
  [
    "an argument of another type",
    { args: { amount: "four" } },
    "`args.amount` is a text, and is declared as a number",
    "",
  ],
  [
    "an argument of an open tool, which rules read",
    { action: { server: "bank", name: "free" }, args: { ordr: "A-1" } },
    "no policy reads `args.ordr`",
    "did you mean `order`?",
  ],
  [
    "a value that the schema does not list",
    { args: { currency: "GBP" } },
    "`args.currency` is not a value that the tool's schema allows",
    "known: `EUR`, `USD`",
  ],
  [
    "a field of the context",
    { context: { surfce: "bank" } },
    "no policy reads `context.surfce`",
    "did you mean `surface`?",
  ],
  [
    "one that a rule reads",
    { context: { tickt: "T-1" } },
    "no policy reads `context.tickt`",
    "did you mean `ticket`?",
  ],
  [
    "a signal",
    { context: { signals: { injectoin: 0.9 } } },
    "no policy reads `context.signals.injectoin`",
    "did you mean `injection`?",
  ],
  [
    "a person's type",
    { context: { on_behalf_of: { type: "user", id: "jane" } } },
    "`context.on_behalf_of.type` is `user`",
    "did you mean `human`?",
  ],
  [
    "a person's role",
    { context: { on_behalf_of: { type: "human", id: "jane", roles: ["clrk"] } } },
    "which is not a role of anybody in the catalog",
    "did you mean `clerk`?",
  ],
  [
    "fields that nothing reads",
    { context: { weather: 1, moon: 2 } },
    "`context.weather`, `context.moon` are read by no policy and declared by no catalog",
    "declare it under `attributes`",
  ],
  [
    "an attribute of the subject",
    { subject: { ...SOUND.subject, shoe_size: 44 } },
    "`subject.shoe_size` is read by no policy",
    "",
  ],
  [
    "a type of resource",
    { action: { server: "bank", name: "free" }, resource: { type: "acount", id: "A-1" } },
    "`resource.type` is `acount`, which is not",
    "did you mean `account`?",
  ],
  [
    "a classification",
    { resource: { type: "account", id: "A-1", classification: "secret" } },
    "which is not a classification",
    "did you mean `restricted`?",
  ],
  [
    "an effect",
    { action: { ...SOUND.action, effects: ["pays"] } },
    "which is not an effect of tools",
    "did you mean `pay`?",
  ],
  [
    "a status",
    { subject: { ...SOUND.subject, status: "active" } },
    "which is not a status of agents",
    "did you mean `commissioned`?",
  ],
  [
    "an entity's properties",
    { subject: { type: "agent", id: "teller", properties: { statsu: "suspended" } } },
    "no policy reads `subject.statsu`",
    "did you mean `status`?",
  ],
  [
    "a decision on an approval",
    { context: { approvals: [{ by: "human:jane", decision: "approved" }] } },
    "`context.approvals[0].decision` is `approved`",
    "did you mean `granted`?",
  ],
  [
    "a date",
    { subject: { ...SOUND.subject, credential: { kind: "workload", expires: "soon" } } },
    "`subject.credential.expires` is a text, and is declared as a time",
    "",
  ],
  [
    "a masked path",
    { unrecorded: ["args.amuont"] },
    "no policy reads `args.amuont`",
    "did you mean `args.amount`?",
  ],
];

describe("design 3.4: what a request says and nobody knows is a warning", () => {
  test("a sound request has none", async () => {
    const { status, stderr } = await ask(
      "decide",
      asked({
        session: {
          labels: ["read_internal"],
          counters: { paid: 0.5 },
          values: { looked_up: ["A-1"] },
        },
      }),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each(UNKNOWN)("%s", async (_, part, message, help) => {
    const { status, stdout, stderr } = await ask("decide", asked(part), "--format", "json");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: r\.yaml:1:\d+: /);
    expect(stderr).toContain(message);
    expect(stderr).toContain(help);
    const { findings }: DecideResult = JSON.parse(stdout);
    expect(findings).toMatchObject([
      { code: "unknown-input", severity: "warning", file: "r.yaml", line: 1 },
    ]);
    const [finding] = findings;
    // where it stands is what it is about
    expect(asked(part).slice((finding?.column ?? 0) - 1)).not.toMatch(/^[\s:,}\]]/);
  });

  test("many are told together, and an error among thousands of warnings is still one", async () => {
    const names = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, i) => [`colour${"x".repeat(9)}${i}`, i]),
    );
    const together: DecideResult = JSON.parse(
      (await ask("decide", asked({ args: names, context: names }), "--format", "json")).stdout,
    );
    expect(together.findings.map(({ message }) => message.replace(/^.*? and /, ""))).toEqual([
      "2990 more are not arguments of `bank/pay`",
      "2990 more are read by no policy and declared by no catalog, so no decision depends on them",
    ]);
    const approvals = Array.from({ length: 1_000 }, () => ({ by: "human:jane", decision: "yes" }));
    const many: DecideResult = JSON.parse(
      (await ask("decide", asked({ context: { approvals } }), "--format", "json")).stdout,
    );
    expect(many.findings).toHaveLength(201);
    expect(many.findings.some(({ message }) => message === "800 more findings are not shown")).toBe(
      true,
    );
    expect(
      await ask("decide", asked({ context: { approvals }, unrecorded: ["arg.amount"] })),
    ).toMatchObject({ status: 2 });
  });

  test("names that move the cursor are written out", async () => {
    const { stderr } = await ask(
      "decide",
      asked({ context: { "\u001b[2Jsurfce": 1, "::error::x": 2, "a\nb": 3 } }),
    );
    expect(stderr).not.toMatch(/\u001b|^::error/m);
    expect(stderr).toContain("read by no policy");
  });

  test("explain has the same findings", async () => {
    const { stdout, stderr } = await ask(
      "explain",
      asked({ context: { surfce: "bank" } }),
      "--format",
      "json",
    );
    const { findings }: ExplainResult = JSON.parse(stdout);
    expect(findings.map(({ message }) => message)).toEqual(["no policy reads `context.surfce`"]);
    expect(stderr).toContain("did you mean `surface`?");
  });

  test("design 11.5: no value of an argument, and no credential, is quoted", async () => {
    const token = `ghp_${"a1".repeat(20)}`;
    const texts = [
      asked({
        args: { currency: "MYSECRET", amount: "MYSECRET", [token]: 1 },
        subject: { type: token, id: "teller" },
        session: { labels: [token] },
      }),
      asked({ args: { currency: "MYSECRET" }, subject: { type: token } }),
    ];
    for (const text of texts) {
      const ran = await ask("decide", text, "--format", "json");
      expect(ran.stdout + ran.stderr).not.toMatch(/MYSECRET|a1a1a1a1/);
    }
  });

  test("what came of a call changes nothing, and that is said", async () => {
    const { stderr } = await ask(
      "decide",
      asked({
        decision: { effect: "allow" },
        outcome: { status: "ok" },
        labels: { incident: true },
      }),
    );
    for (const name of ["decision", "outcome", "labels"])
      expect(stderr).toContain(
        `\`${name}\` is the result of a call, so it does not affect the decision`,
      );
  });

  test("a slip in a tool that only rules name", async () => {
    const policy = POLICY.slice(0, POLICY.indexOf("---"));
    const folder = scratch({
      "p.yaml": policy,
      "r.yaml": asked({ action: { server: "bank", name: "pai" } }),
      "s.yaml": asked({ action: { server: "mail", name: "send" } }),
    });
    expect((await run(folder, "decide", "r.yaml", "--candidate", "p.yaml")).stderr).toContain(
      "no rule names the tool `bank/pai`\n  help: did you mean `bank/pay`?",
    );
    expect((await run(folder, "decide", "s.yaml", "--candidate", "p.yaml")).stderr).not.toContain(
      "tool",
    );
  });
});

describe("design 11.6: a request without time is decided by the clock", () => {
  const { time, ...timeless } = SOUND;
  const timed = async (
    command: string,
    request: Part,
    ...flags: readonly string[]
  ): Promise<Pick<DecideResult, "now" | "decision"> & { readonly stderr: string }> => {
    const { stdout, stderr } = await ask(
      command,
      JSON.stringify(request),
      "--format",
      "json",
      ...flags,
    );
    const document: DecideResult = JSON.parse(stdout);
    return { ...document, stderr };
  };

  test.each(["decide", "explain"])("%s says so", async (command) => {
    const byClock = await timed(command, timeless);
    expect(byClock).toMatchObject({
      now: { time: "2026-06-01T00:00:00.000Z", from: "clock" },
      decision: { effect: "allow", missing: [] },
    });
    expect(byClock.stderr).toBe(
      "agentz: the request has no `time`, so it is decided at the clock's time, " +
        "2026-06-01T00:00:00.000Z; pass --now for another time\n",
    );
    const byFlag = await timed(command, timeless, "--now", "2026-07-01T00:00:00Z");
    expect(byFlag).toMatchObject({
      now: { time: "2026-07-01T00:00:00.000Z", from: "flag" },
      decision: { effect: "deny", rules: ["bank/old"] },
      stderr: "",
    });
    const own = await timed(command, { ...timeless, time }, "--now", "2026-07-01T00:00:00Z");
    expect(own).toMatchObject({
      now: { time: "2026-05-18T09:00:00.000Z", from: "request" },
      decision: { effect: "allow" },
    });
    const masked = await timed(command, { ...timeless, unrecorded: ["time"] });
    expect(masked).toMatchObject({
      now: { time: null, from: "unrecorded" },
      decision: { indeterminate: true, missing: [{ attribute: "now" }] },
    });
  });
});

async function tested(
  suite: string,
): Promise<{ readonly status: number; readonly result: TestResult; readonly text: string }> {
  const folder = scratch({ "p.yaml": POLICY, "tests/s.yaml": suite, "agentz.yaml": "{}" });
  const { status, stdout } = await run(folder, "test", "p.yaml", "tests", "--format", "json");
  return { status, result: JSON.parse(stdout), text: suite };
}

function suiteOf(tests: string, fixture: unknown = SOUND): string {
  const call = Object.fromEntries(
    Object.entries(Object(fixture)).filter(([key]) => key !== "time"),
  );
  return `apiVersion: agentz/v1
kind: Suite
name: s
now: 2026-05-18T09:00:00Z
fixtures:
  pay: ${JSON.stringify(call)}
tests:
${tests}
`;
}

const LINE = 8;

/** An approval that is neither granted nor refused is an error in suites. */
const IN_SUITES = UNKNOWN.filter(([name]) => !name.includes("approval"));

describe("design 8.1: what a suite says and nobody knows", () => {
  test("a sound suite has no finding", async () => {
    const { status, result } = await tested(
      suiteOf(
        "  - { name: t, call: { use: pay }, expect: { effect: allow, state: { counters: { " +
          "paid: 4 }, values: { looked_up: [A-1] }, labels: { read_internal: false } } } }",
      ),
    );
    expect({ status, findings: result.findings }).toEqual({ status: 0, findings: [] });
  });

  test.each(IN_SUITES)("%s in a call is a warning", async (_, part, message, help) => {
    const call = JSON.stringify({ use: "pay", ...part });
    const { result } = await tested(
      suiteOf(`  - { name: t, call: ${call}, expect: { effect: deny } }`),
    );
    expect(result.summary.errors).toBe(0);
    const text = result.findings
      .map((finding) => `${finding.message} ${finding.help ?? ""}`)
      .join("\n");
    expect(text).toContain(message);
    expect(text).toContain(help);
    expect(result.findings).toMatchObject([
      { code: "unknown-input", severity: "warning", file: "tests/s.yaml", line: LINE },
    ]);
  });

  test.each(IN_SUITES)("%s in a fixture is a warning at the fixture", async (_, part, message) => {
    const { result } = await tested(
      suiteOf("  - { name: t, call: { use: pay }, expect: { effect: deny } }", {
        ...SOUND,
        ...part,
      }),
    );
    expect(result.findings).toMatchObject([
      {
        code: "unknown-input",
        severity: "warning",
        line: 6,
        message: expect.stringContaining(message.slice(0, 20)),
      },
    ]);
  });

  test.each<readonly [string, string, string]>([
    [
      "a path of a matrix",
      "matrix: { args.amuont: [1, 2] }, expect: { effect: allow }",
      "no policy reads `args.amuont`",
    ],
    [
      "a value of a matrix",
      "matrix: { subject.type: [agent, agnet] }, expect: [{ where: { subject.type: agent }, " +
        "effect: allow }, { effect: deny }]",
      "`subject.type` is `agnet`",
    ],
    [
      "a tool of a matrix",
      "matrix: { action.name: [pay, pey] }, expect: [{ where: { action.name: pay }, effect: allow }, { effect: deny }]",
      "no catalog declares the tool `bank/pey`",
    ],
    [
      "an outcome",
      "outcome: { status: okay }, expect: { effect: allow }",
      "`outcome.status` is not a status of outcomes",
    ],
    [
      "a path of `where`",
      "expect: [{ where: { context.tickt: T-1 }, effect: deny }, { effect: allow }]",
      "no policy reads `context.tickt`",
    ],
    [
      "a word of a condition",
      "expect: [{ where: \"subject.type == 'agnt'\", effect: deny }, { effect: allow }]",
      "`agnt` is not a type of subject",
    ],
    [
      "a call that an approval is for",
      "expect: { effect: allow }, call: { use: pay, context: { approvals: [{ by: human:jane, " +
        "for: { use: pay, args: { amuont: 3 } } }] } }",
      "`args.amuont` is not an argument of `bank/pay`",
    ],
  ])("%s is a warning", async (_, rest, message) => {
    const call = rest.includes("call:") ? "" : "call: { use: pay }, ";
    const { result } = await tested(suiteOf(`  - { name: t, ${call}${rest} }`));
    expect(result.findings).toMatchObject([
      {
        code: "unknown-input",
        severity: "warning",
        line: LINE,
        message: expect.stringContaining(message),
      },
    ]);
  });

  test.each<readonly [string, string, string, string]>([
    [
      "a label",
      "expect: { effect: allow, state: { labels: [read_internl] } }",
      "undeclared-state",
      "no policy declares the session label `read_internl`",
    ],
    [
      "a label by name",
      "expect: { effect: allow, state: { labels: { read_internl: true } } }",
      "undeclared-state",
      "no policy declares the session label `read_internl`",
    ],
    [
      "a counter",
      "expect: { effect: allow, state: { counters: { read_internal: 4 } } }",
      "undeclared-state",
      "no policy declares the session counter `read_internal`",
    ],
    [
      "a counter that is text",
      "expect: { effect: allow, state: { counters: { paid: four } } }",
      "wrong-type",
      "number",
    ],
    [
      "values",
      "expect: { effect: allow, state: { values: { seen: [] } } }",
      "undeclared-state",
      "no policy declares the list of session values `seen`",
    ],
    [
      "a path",
      "expect: { effect: allow }, call: { use: pay, unrecorded: [arg.amount] }",
      "unknown-input",
      "`arg.amount` is not a path of a call",
    ],
    [
      "a condition",
      "expect: [{ where: args.amuont < 3.0, effect: deny }, { effect: allow }]",
      "unknown-attribute",
      "amuont",
    ],
    [
      "state in a call",
      "expect: { effect: allow }, call: { use: pay, session: { labels: [read_internal] } }",
      "wrong-type",
      "expected the id of a session, but found a map",
    ],
    [
      "state of a test",
      "expect: { effect: allow }, session: { labels: [read_internal] }",
      "wrong-type",
      "expected a list of calls, but found a map",
    ],
    [
      "a counter in a call",
      "expect: { effect: allow }, call: { use: pay, session: { counters: { paid: 3 } } }",
      "wrong-type",
      "the id of a session",
    ],
  ])("%s that is refused: the suite does not load", async (_, rest, code, message) => {
    const call = rest.includes("call:") ? "" : "call: { use: pay }, ";
    const { status, result } = await tested(suiteOf(`  - { name: t, ${call}${rest} }`));
    expect({ status, errors: result.summary.errors, tests: result.summary.tests }).toEqual({
      status: 1,
      errors: 1,
      tests: 0,
    });
    expect(result.findings).toMatchObject([
      { code, severity: "error", line: LINE, message: expect.stringContaining(message) },
    ]);
  });

  test("a comment with a reason suppresses a warning, one without does not", async () => {
    const one =
      "  - { name: t, call: { use: pay, args: { colour: 1 } }, expect: { effect: allow } }";
    expect(
      (await tested(suiteOf(`  # agentz-ignore unknown-input: a stranger\n${one}`))).result
        .findings,
    ).toEqual([]);
    expect(
      (await tested(suiteOf(`  # agentz-ignore unknown-input\n${one}`))).result.findings,
    ).toHaveLength(1);
  });

  test("warnings fail nothing, in any format", async () => {
    const folder = scratch({
      "p.yaml": POLICY,
      "s.yaml": suiteOf(
        "  - { name: t, call: { use: pay, args: { colour: 1 } }, expect: { effect: allow } }",
      ),
      "agentz.yaml": "{}",
    });
    for (const format of ["pretty", "json", "junit", "github", "markdown"]) {
      const { status, stdout } = await run(folder, "test", "p.yaml", "s.yaml", "--format", format);
      expect(status).toBe(0);
      expect(stdout).not.toMatch(/<error|::error/);
    }
  });
});

describe("design 2.2: what an example says and nobody knows", () => {
  const linted = async (
    example: string,
  ): Promise<{
    readonly status: number;
    readonly findings: readonly {
      readonly code: string;
      readonly message: string;
      readonly line: number;
    }[];
  }> => {
    const rule = `  - id: shown\n    effect: allow\n    actions: [bank/pay]\n    match: [${example}]\n`;
    const folder = scratch({
      "p.yaml": POLICY.replace("rules:\n", `rules:\n${rule}`),
      "agentz.yaml": "{}",
    });
    const { status, stdout } = await run(folder, "lint", "p.yaml", "--format", "json");
    return { status, findings: JSON.parse(stdout).findings };
  };

  test.each(UNKNOWN)("%s is a finding of lint", async (name, part, message) => {
    // examples of another tool are of another rule
    if (
      name.includes("open tool") ||
      name === "a type of resource" ||
      name.includes("tool") ||
      name === "a server" ||
      name === "an effect" ||
      name.includes("kind of action")
    )
      return;
    const { findings } = await linted(JSON.stringify(part));
    expect(findings.filter(({ code }) => code === "unknown-input")).toMatchObject([
      { line: 13, message: expect.stringContaining(message.slice(0, 20)) },
    ]);
  });

  test.each<readonly [string, string, string]>([
    ["a label", "{ session: { labels: [read_internl] } }", "undeclared-state"],
    ["a counter", "{ session: { counters: { payd: 1 } } }", "undeclared-state"],
    ["a negative counter", "{ session: { counters: { paid: -1 } } }", "undeclared-state"],
    ["values", "{ session: { values: { seen: [] } } }", "undeclared-state"],
    ["a path", "{ unrecorded: [arg.amount] }", "unknown-input"],
  ])("%s that is refused: the set does not load", async (_, example, code) => {
    const { status, findings } = await linted(example);
    expect(status).toBe(1);
    expect(findings.filter((finding) => finding.code === code)).toMatchObject([
      { severity: "error", line: 13 },
    ]);
  });
});
