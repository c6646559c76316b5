import { afterAll, describe, expect, it } from "vitest";
import { checkSet } from "../../src/policy/check-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import { catalog, policy } from "../fuzz/written.ts";
import { ReplayedTrace, USUAL, type ReplayOutput } from "../fuzz/walks.ts";
import { sha256 } from "./columns.ts";

const trace = new ReplayedTrace();
afterAll(() => trace.close());

function setOf(...texts: readonly string[]): CompiledSet {
  const { documents, diagnostics } = loadDocuments(
    texts.map((text, i) => ({ file: `${i}.yaml`, text })),
  );
  const errors = [...diagnostics, ...checkSet(documents)].filter(
    ({ severity }) => severity === "error",
  );
  expect(errors).toEqual([]);
  return compileSet(documents, sha256);
}

interface Call {
  readonly tool: string;
  readonly args?: object;
  readonly context?: object;
  readonly more?: object;
}

/** Calls of one agent, a minute apart from nine in the morning on. */
function lines(calls: readonly Call[]): readonly string[] {
  return calls.map(({ tool, args = {}, context = {}, more = {} }, i) => {
    const [server, name] = tool.split("/");
    const time = new Date(Date.UTC(2026, 4, 18, 9, i)).toISOString();
    const action = { kind: "tool_call", server, name };
    return JSON.stringify({
      id: `${i + 1}`,
      time,
      session: "s",
      subject: { type: "agent", id: "a" },
      action,
      args,
      context,
      ...more,
    });
  });
}

interface Decided {
  readonly candidate: { readonly effect: string };
  readonly missing: readonly string[];
  readonly class: string;
}

const decided = ({ decisions }: ReplayOutput): readonly Decided[] =>
  decisions.map((line) => JSON.parse(line) as Decided);
const effects = (said: ReplayOutput): readonly string[] =>
  decided(said).map(({ candidate }) => candidate.effect);

/** Both ways: what they say, and that they say the same. */
async function replayed(
  baseline: CompiledSet | undefined,
  candidate: CompiledSet,
): Promise<ReplayOutput> {
  const said = await trace.byColumns({ baseline, candidate });
  const { document, decisions } = await trace.byStream({ baseline, candidate });
  expect({ document: said.document, decisions: said.decisions }).toEqual({ document, decisions });
  return said;
}

const ALL = `{ id: all, effect: allow, actions: ["**"] }`;

describe("design 5.2: state that is kept under a condition", () => {
  const project = (name: string): object => ({ task: { project: name } });
  const spent = [
    { tool: "bank/pay", args: { amount: 300 }, context: project("us") },
    { tool: "mail/send", context: project("eu") },
    { tool: "mail/send", context: project("us") },
    { tool: "mail/send", context: project("eu") },
  ];

  it.each([
    [
      "counters",
      "{ name: x, add: args.amount, when: \"action.name == 'pay'\", key: KEY }",
      "session.counters.x > 200.0",
    ],
    ["labels", "{ name: x, when: \"action.name == 'pay'\", key: KEY }", "'x' in session.labels"],
    [
      "values",
      "{ name: x, add: \"'paid'\", when: \"action.name == 'pay'\", key: KEY }",
      "'paid' in session.values.x",
    ],
  ])("is not read under another call's key: %s", async (kind, declaration, when) => {
    const state = `session: { ${kind}: [${declaration.replace("KEY", "context.task.project")}] }`;
    const capped = setOf(
      policy([ALL, `{ id: cap, effect: deny, actions: [mail/send], when: "${when}" }`], state),
    );
    trace.write(lines(spent));
    const said = await replayed(capped, setOf(policy([ALL], state)));
    expect(decided(said).map((one) => one.class)).toEqual([
      "unchanged",
      "unchanged",
      "widened",
      "unchanged",
    ]);
    expect(said.stats).toMatchObject({ walk: "columns", why: null, handed: [] });
  });

  it.each([
    "args.order",
    "resource.id",
    "resource.tenant",
    "subject.id + '/' + args.order",
    "context.surface",
    "args.?to.orValue('x')",
    "'one'",
    "host(args.to)",
    "data.x",
  ])("is kept by what it comes to for each call: %s", async (key) => {
    trace.write(lines(spent));
    const state = `session: { counters: [{ name: x, add: "1.0", key: "${key}" }] }`;
    const said = await replayed(
      undefined,
      setOf(
        policy([ALL, `{ id: cap, effect: deny, when: session.counters.x > 1.0 }`], state),
        catalog("data: { x: y }"),
      ),
    );
    expect(said.stats.walk).toBe("columns");
  });

  it("is missing where the call has no key, and nowhere else", async () => {
    const state =
      "session: { values: [{ name: seen, add: args.order, when: \"action.name == 'lookup'\", " +
      "key: context.task.project }] }";
    const agents = catalog(
      "agents: [{ id: a, status: commissioned, manifest: { tools: [{ name: mail/send }] } }]",
    );
    const set = setOf(
      policy(
        [
          "{ id: once, effect: deny, actions: [pay/refund], when: args.order in session.values.seen }",
        ],
        state,
      ),
      agents,
    );
    const without = { tool: "pay/refund", args: { order: "o1" } };
    const calls = [without, { ...without, context: project("us") }];
    for (const order of [calls, [...calls].reverse()]) {
      trace.write(lines(order));
      const missing = decided(await replayed(set, set)).map((one) => one.missing);
      expect(missing).toEqual(
        order === calls ? [["session.values.seen"], []] : [[], ["session.values.seen"]],
      );
    }
  });
});

describe("design 7.8: an operand that hangs on the call and on what was before", () => {
  const day = (ticket: string, type: string): Call => ({
    tool: "t/u",
    context: { ticket, task: { type } },
    args: { k: ticket, list: [ticket] },
  });
  const calls = [day("day", "n"), day("night", "n"), day("day", "y"), day("night", "y")];
  const state =
    'session: { counters: [{ name: c, add: "1.0" }], labels: [{ name: l, when: "context.ticket ' +
    "== 'night'\" }], values: [{ name: v, add: context.ticket }] }";

  it("is asked of each call", async () => {
    trace.write(lines(calls));
    const hours =
      "context.ticket == 'night' ? now < timestamp('2026-05-18T12:00:00Z') : context.task.type == 'y'";
    const said = await replayed(
      undefined,
      setOf(policy([ALL, `{ id: hours, effect: deny, when: "${hours}" }`])),
    );
    expect(effects(said)).toEqual(["allow", "deny", "deny", "deny"]);
    expect(said.stats.handed).toEqual([]);
  });

  it.each([
    "(context.ticket == 'night' && session.counters.c > 0.0) == false",
    "(context.ticket == 'day' || 'l' in session.labels) != true",
    "args.list.all(x, x == 'day' || session.counters.c > 2.0)",
    "args.list.exists(x, x == 'night' && 'l' in session.labels)",
    "args.list.exists_one(x, x == 'night' && session.counters.c < 2.0)",
    "args.list.filter(x, session.counters.c > 1.0 || x == 'day').size() == 0",
    "args.list.map(x, x == 'day' ? 0.0 : session.counters.c) == [1.0]",
    "(args.k == 'day' ? 1.0 : session.counters.c) < 2.0",
    "args.k == 'night' ? args.k in session.values.v : false",
    "[args.k == 'day' || session.counters.c > 1.0][0]",
    "{'a': args.k == 'day' && now > timestamp('2026-05-18T09:02:00Z')}.a",
    "args.?nope.optMap(x, 'l' in session.labels).orValue(false)",
    "has(args.nope) ? 'l' in session.labels : context.task.type == 'y'",
    "(context.ticket == 'day' ? timestamp('2026-05-18T00:00:00Z') : now) > timestamp('2026-05-18T09:02:00Z')",
    "action.kind == 'tool_call' ? session.counters.c > 1.0 : true",
    "resource.type == 'x' ? true : 'l' in session.labels",
    "session.counters.c + double(size(args.k)) > 5.0",
    "args.k in session.values.v",
  ])("is asked of each call on the state before it: %s", async (when) => {
    trace.write(lines(calls));
    const places = [
      policy([ALL, `{ id: mixed, effect: deny, when: "${when}" }`], state),
      policy(
        [
          `{ id: all, effect: allow, actions: ["**"], exceptions: [{ when: "${when}", reason: r, owner: o }] }`,
        ],
        state,
      ),
      policy(
        [ALL, "{ id: r, effect: deny, when: \"'m' in session.labels\" }"],
        state.replace("labels: [", `labels: [{ name: m, when: "${when}" }, `),
      ),
    ];
    for (const text of places)
      expect((await replayed(undefined, setOf(text))).stats).toMatchObject({
        walk: "columns",
        handed: [],
      });
  });

  it("is told where an amount hangs on state, or a decision stands beside the call", async () => {
    trace.write(lines(calls));
    const declarations = [
      'counters: [{ name: c, add: "1.0" }, { name: d, add: "args.k == \'day\' ? 1.0 : session.counters.c" }]',
      "labels: [{ name: l, when: \"context.ticket == 'day' ? true : decision.effect == 'allow'\" }]",
      'labels: [{ name: l, when: "outcome.status == context.ticket" }]',
    ];
    for (const one of declarations)
      expect(
        (await replayed(undefined, setOf(policy([ALL], `session: { ${one} }`)))).stats.walk,
      ).toBe("columns");
  });

  it.each([
    "'l' in session.labels && context.ticket == 'night'",
    "session.counters.c > 1.0 || !(args.k == 'day')",
    "session.counters.c > data.most",
    "now.getHours() < 12 ? 'l' in session.labels : true",
  ])("is none where each operand hangs on one of them: %s", async (when) => {
    trace.write(lines(calls));
    const said = await replayed(
      undefined,
      setOf(
        policy(
          [ALL, `{ id: r, effect: deny, when: "${when}" }`],
          state.replace(", values: [{ name: v, add: context.ticket }]", ""),
        ),
        catalog("data: { most: 1.0 }"),
      ),
    );
    expect(said.stats).toMatchObject({ walk: "columns", why: null });
  });

  it("calls below other calls are walked by columns where earlier calls matter too", async () => {
    trace.write(lines([{ tool: "t/u" }, { tool: "t/u", more: { parent: "1" } }]));
    const [plain, stateful] = [
      setOf(policy([ALL])),
      setOf(policy([ALL], 'session: { counters: [{ name: c, add: "1.0" }] }')),
    ];
    expect((await replayed(undefined, plain)).stats.walk).toBe("columns");
    expect((await replayed(undefined, stateful)).stats.walk).toBe("columns");
    expect((await replayed(stateful, plain)).stats.walk).toBe("columns");
  });
});

describe("design 7.8: an index that was made for another version", () => {
  const calls = [
    { tool: "crm/lookup", args: { amount: 10, to: "a" } },
    { tool: "bank/pay", args: { amount: 900, to: "b" } },
    {
      tool: "bank/pay",
      args: { amount: 20, to: "a" },
      more: { subject: { type: "agent", id: "b" } },
    },
    { tool: "bank/pay", args: { amount: 20, to: "a" } },
    {
      tool: "mail/send",
      args: { amount: 20, to: "b" },
      more: { resource: { type: "file", id: "/x/y" } },
    },
    {
      tool: "mail/send",
      args: { amount: 900, to: "a" },
      more: { resource: { type: "file", id: "/x" } },
    },
  ];
  const big = `{ id: big, effect: deny, when: "args.?amount.orValue(0.0) > 1000.0" }`;
  const first = [policy([ALL, big])];
  const edits: readonly (readonly [string, readonly string[]])[] = [
    [
      "a rule for a tool",
      [
        policy([
          ALL,
          big,
          `{ id: pay, effect: deny, actions: [bank/pay], when: args.amount > 100.0 }`,
        ]),
      ],
    ],
    [
      "a rule for a server",
      [
        policy([
          ALL,
          big,
          `{ id: pay, effect: require_approval, actions: ["bank/*"], when: args.amount > 100.0 }`,
        ]),
      ],
    ],
    [
      "a rule for a subject",
      [
        policy([
          ALL,
          big,
          `{ id: pay, effect: deny, subjects: ["agent:b"], when: args.amount > 10.0 }`,
        ]),
      ],
    ],
    [
      "a rule for a resource",
      [
        policy([
          ALL,
          big,
          `{ id: pay, effect: deny, resources: ["file:/x/*"], when: args.amount > 10.0 }`,
        ]),
      ],
    ],
    [
      "a condition that names a tool",
      [
        policy([
          ALL,
          big,
          `{ id: pay, effect: deny, when: "action.name == 'pay' && args.amount > 100.0" }`,
        ]),
      ],
    ],
    [
      "an exception for a tool",
      [
        policy([
          ALL,
          `{ id: big, effect: deny, when: "args.?amount.orValue(0.0) > 10.0", exceptions: [{ ` +
            "actions: [bank/pay], when: args.amount > 100.0, reason: r, owner: o }] }",
        ]),
      ],
    ],
    [
      "another bound",
      [policy([ALL, `{ id: big, effect: deny, when: "args.?amount.orValue(0.0) > 100.0" }`])],
    ],
    ["no rule any more", [policy([ALL])]],
    [
      "another policy",
      [
        ...first,
        policy([`{ id: pay, effect: deny, actions: [mail/send], when: args.to == 'a' }`]).replace(
          "name: p",
          "name: q",
        ),
      ],
    ],
    [
      "a target",
      [
        policy([ALL]),
        policy(
          [`{ id: pay, effect: deny, when: args.amount > 100.0 }`],
          `target: { subjects: ["agent:a"] }`,
        ).replace("name: p", "name: q"),
      ],
    ],
    [
      "a declaration",
      [
        policy(
          [
            ALL,
            big,
            `{ id: after, effect: deny, actions: [mail/send], when: "'paid' in session.labels" }`,
          ],
          `session: { labels: [{ name: paid, when: "action.name == 'pay' && args.amount > 100.0" }] }`,
        ),
      ],
    ],
    [
      "a catalog with an effect",
      [
        policy([
          ALL,
          `{ id: pay, effect: deny, when: "'pay' in action.effects && args.amount > 100.0" }`,
        ]),
        catalog("tools: [{ name: pay, server: bank, effects: [pay] }]"),
      ],
    ],
    [
      "a manifest",
      [
        policy([ALL, big]),
        catalog(
          "agents: [{ id: a, status: commissioned, manifest: { tools: [{ name: bank/pay }] } " +
            "}, { id: b, status: commissioned }]",
        ),
      ],
    ],
  ];

  it.each(edits)("says nothing of keys after an edit: %s", async (_, texts) => {
    trace.write(lines(calls));
    const [old, edited] = [setOf(...first), setOf(...texts)];
    // the index is made for one pair, and asked by others in turn
    await trace.byColumns({ baseline: undefined, candidate: old });
    const said = await replayed(undefined, edited);
    expect(said.stats.walk).toBe("columns");
    await replayed(old, edited);
    await replayed(edited, old);
    await replayed(undefined, old);
    expect((await replayed(undefined, edited)).decisions).toEqual(said.decisions);
  });
});

describe("design 7.8: a trace in which hardly a call is like another", () => {
  const call = (i: number, name: string): string =>
    JSON.stringify({
      id: `${i}`,
      time: "2026-05-18T09:00:00Z",
      session: `s${i % 50}`,
      subject: { type: "agent", id: name },
      action: { kind: "tool_call", server: "t", name: "u" },
      args: { amount: i },
    });
  const set = setOf(policy([`{ id: r, effect: allow, when: args.amount < 3000.0 }`]));

  it("is decided by what its calls come to", async () => {
    trace.write(Array.from({ length: 4_100 }, (_, i) => call(i, `a${i}`)));
    const said = await replayed(undefined, set);
    expect(said.stats).toMatchObject({ walk: "columns", why: null, kinds: 2, handed: [] });
    expect(said.document.decisions.candidate).toMatchObject({ allow: 3000, deny: 1100 });
  });
});

it("design 5.4: a group's example is its first call, whichever file that stands in", async () => {
  const call = (id: string, time?: string): string =>
    JSON.stringify({ id, time, subject: { type: "agent", id: "a" }, action: { name: "u" } });
  // what comes before the first time of its file comes first of all
  trace.write([call("second", "2026-05-18T09:00:00Z"), call("third")], [call("first")]);
  const said = await replayed(
    setOf(policy([ALL])),
    setOf(policy([`{ id: none, effect: deny, actions: ["**"] }`])),
  );
  expect(said.document.groups.map(({ example }) => example)).toEqual(["first"]);
});

describe("design 2.5, 2.6: what a manifest allows", () => {
  const open = setOf(policy([ALL]), catalog("agents: [{ id: a }, { id: b }]"));
  const calls: readonly Call[] = [
    { tool: "bank/pay", args: { amount: 1 } },
    { tool: "bank/pay", args: { amount: 1 }, more: { subject: { type: "agent", id: "b" } } },
    { tool: "bank/pay", args: { amount: 900 } },
    { tool: "bank/pay", args: { other: 1 } },
    { tool: "mail/send", args: { amount: 900 } },
    { tool: "bank/pay", args: { amount: 2 }, more: { unrecorded: ["args.amount"] } },
    { tool: "bank/pay", args: { amount: 2 }, more: { session: undefined } },
    { tool: "bank/pay", args: { amount: 2 }, more: { time: undefined } },
    { tool: "bank/pay", args: { amount: 1 }, more: { time: "2026-05-18T11:00:00Z" } },
    { tool: "bank/pay", more: { subject: { type: "model", id: "a" }, session: "other" } },
  ];
  const schema =
    "{ name: bank/pay, args: { type: object, required: [amount], additionalProperties: false, " +
    "properties: { amount: { type: number, maximum: 500 } } } }";

  it.each([
    "max_calls: 2",
    "max_duration: 1h",
    "max_calls: 4, max_duration: 3m",
    `tools: [${schema}]`,
    `tools: [${schema}, { name: mail/send }], max_calls: 3`,
  ])("is no question to the engine for each call: %s", async (manifest) => {
    trace.write(lines(calls));
    const bound = setOf(
      policy([ALL]),
      catalog(`agents: [{ id: a, manifest: { ${manifest} } }, { id: b }]`),
    );
    for (const baseline of [undefined, open, bound]) {
      const versions = { baseline, candidate: bound };
      const { document, decisions, stats } = await trace.byColumns(versions);
      const expected = await trace.byWalk(versions);
      expect({ document, decisions }).toEqual(expected);
      expect(stats).toMatchObject({ walk: "columns", handed: [] });
      expect(document.decisions.candidate.deny).toBeGreaterThan(0);
      const events = await trace.byStream(versions);
      expect(events.decisions).toEqual(expected.decisions);
    }
  });
});

it(
  "design 2.7: what an event claims of who acts is held against the catalog off an index too, " +
    "whatever rules read",
  async () => {
    const claims = {
      subject: { type: "agent", id: "a", registered: true, rank: "x", tenant: "eu" },
      context: { on_behalf_of: { type: "human", id: "ann", registered: true, department: "x" } },
    };
    trace.write(
      lines([
        { tool: "bank/pay", more: claims },
        { tool: "bank/pay", args: { amount: 1 }, more: claims },
      ]),
    );
    const known = catalog(`people: [{ id: bea, department: y, attributes: { rank: z } }]`);
    const wide = setOf(policy([ALL]), known);
    await replayed(undefined, wide);
    const { document, stats } = await replayed(
      undefined,
      setOf(policy([`{ id: all, effect: deny, actions: ["**"] }`]), known),
    );
    expect([
      stats.index.used,
      document.notes.contradictions.map(({ attribute }) => attribute),
    ]).toEqual(["columns", ["context.on_behalf_of.registered", "subject.registered"]]);
  },
);

it.each([
  ["resource.tenant == subject.tenant", "subject.tenant", ["us", "eu"]],
  ["subject.tenant == 'eu' ? true : args.order == '2'", "subject.tenant", ["us", "eu"]],
  [
    "resource.owner == context.surface || resource.owner == subject.tenant",
    "resource.owner",
    ["x", "us"],
  ],
  [
    "(subject.credential.scope == 'all') == (subject.tenant == 'us')",
    "subject.credential",
    [{ scope: "one" }, { scope: "all" }],
  ],
])(
  "design 7.8: an operand that reads an entity and something else is asked of each of them: %s",
  async (when, path, values) => {
    const [root = "", name = ""] = path.split(".");
    const known = catalog(
      "tools: [{ name: pay, server: bank, resource: { type: order, id: args.order } }]\n" +
        `resources: [{ match: "order:1", tenant: eu }]`,
    );
    const event = (value: unknown): Call => {
      const entities = {
        subject: { type: "agent", id: "a", tenant: "us" },
        resource: { type: "order", id: "1" },
      };
      const claimed = {
        ...entities,
        [root]: { ...(root === "subject" ? entities.subject : entities.resource), [name]: value },
      };
      return { tool: "bank/pay", args: { order: "1" }, context: { surface: "gw" }, more: claimed };
    };
    trace.write(lines([...values, ...values].map(event)));
    const said = await replayed(
      undefined,
      setOf(policy([ALL, `{ id: r, effect: deny, actions: [bank/pay], when: "${when}" }`]), known),
    );
    expect([said.stats.walk, effects(said)]).toEqual([
      "columns",
      ["allow", "deny", "allow", "deny"],
    ]);
  },
);

it(
  "design 2.4, 2.5: an operand on the resource and on the call is asked of each resource, read " +
    "off whatever its tool reads it",
  async () => {
    const known = catalog(
      "tools: [{ name: pay, server: bank, resource: { type: order, id: args.order } }, { name: " +
        "look, server: bank, resource: none }]\nresources: [{ match: 'order:1', tenant: eu }, { " +
        "match: 'order:2', tenant: us }]",
    );
    const rule = "{ id: r, effect: deny, when: resource.tenant == context.surface }";
    const pay = (order: string): Call => ({
      tool: "bank/pay",
      args: { order },
      context: { surface: "eu" },
    });
    const look = (tool: string): Call => ({
      tool,
      context: { surface: "eu" },
      more: { complete: ["context"], resource: { type: "site", id: "x" } },
    });
    const unnamed = { kind: "tool_call", name: "look" };
    trace.write(
      lines([
        pay("1"),
        pay("2"),
        pay("1"),
        { ...look("x/look"), more: { ...look("x/look").more, action: unnamed } },
        look("bank/look"),
      ]),
    );
    const said = await replayed(undefined, setOf(policy([ALL, rule]), known));
    expect(decided(said).map((one) => [one.candidate.effect, one.missing])).toEqual([
      ["deny", []],
      ["allow", []],
      ["deny", []],
      ["deny", ["resource.tenant"]],
      ["deny", []],
    ]);
  },
);

describe("design 7.4: versions that both allow", () => {
  it("are told apart by the obligations of a rule that one alone has", async () => {
    const open = policy(["{ id: open, effect: allow, actions: [pay/refund] }"]);
    const logged = policy([
      "{ id: logged, effect: allow, actions: [pay/refund], when: args.amount > 10.0, obligations: { log: true } }",
    ]).replace("name: p", "name: logged");
    trace.write(lines([5, 20, 8].map((amount) => ({ tool: "pay/refund", args: { amount } }))));
    const versions = { baseline: setOf(open), candidate: setOf(open, logged) };
    const { document } = await trace.counted(versions);
    expect(document).toMatchObject({ changes: { narrowed: { direct: 1 }, unchanged: 2 } });
    expect(document).toEqual((await trace.reportByWalk(versions, USUAL)).document);
  });
});

describe("labels and filters of events without ids", () => {
  it("take such an event by its line, also where the line is unusual", async () => {
    const call = (name: string): object => ({
      type: "call",
      subject: { type: "agent", id: "a" },
      action: { server: "x", name },
    });
    const plain = JSON.stringify(call("one"));
    const unusual = plain.replace('"action"', '"acti\\u006fn"');
    trace.write([plain, unusual, plain, "{", unusual], [plain, unusual]);
    const candidate = setOf(policy([`{ id: none, effect: deny, actions: [x/one] }`]));
    const versions = { baseline: setOf(policy([ALL])), candidate };
    const names = ["t.jsonl:2", "t.jsonl:3", "u.jsonl:1", "u.jsonl:2", "nobody"];
    const asked = { labels: names.map((id, i) => [id, i % 2 === 0] as const) };
    for (const filter of [undefined, { sample: 0.5 }, { agents: ["agent:a"] }, { agents: ["b"] }]) {
      const part = filter === undefined ? asked : { ...asked, filter };
      const expected = await trace.byWalk(versions, undefined, part);
      expect(expected.document.trace.repeatedIds).toEqual({ count: 0, first: [] });
      for (const said of [
        await trace.byColumns(versions, undefined, part),
        await trace.byStream(versions, undefined, part),
      ])
        expect({ document: said.document, decisions: said.decisions }).toEqual(expected);
    }
  });
});

describe("design 9.2: coverage after an edit", () => {
  it("counts a call as before by its own rule, where another call's rule is gone", async () => {
    trace.write(lines([{ tool: "x/one" }, { tool: "x/two" }]));
    const rules = ["one", "two"].map(
      (name) => `{ id: ${name}, effect: allow, actions: [x/${name}] }`,
    );
    const baseline = setOf(policy(rules));
    const watched = trace.watched();
    // the first call stood for both
    for (const left of [rules, rules.slice(1)]) {
      const versions = { baseline, candidate: setOf(policy(left)) };
      const { document, stats } = await watched.replay(versions);
      expect(document.coverage).toEqual((await trace.byWalk(versions)).document.coverage);
      expect(document.coverage.candidate.metrics.policy.covered).toBe(left.length);
      expect(stats.again).toBe(left.length === 1 ? 1 : 0);
    }
  });
});

describe("design 2.4: a pattern of an edited rule", () => {
  it("tells apart resources that no rule told apart before", async () => {
    const order = (id: string): Call => ({
      tool: "pay/refund",
      more: { resource: { type: "order", id } },
    });
    trace.write(lines(["1", "3", "3"].map(order)));
    const ruled = (resources: string): CompiledSet =>
      setOf(policy([ALL, "{ id: any, effect: deny }", `{ id: r, effect: deny${resources} }`]));
    const watched = trace.watched();
    for (const [resources, matched] of [
      ["", 3],
      [", resources: ['order:1']", 1],
      [", resources: ['order:3']", 2],
      [", resources: ['order:1', 'order:3']", 3],
      [", resources: ['order:3']", 2],
    ] as const) {
      const versions = { baseline: setOf(policy([ALL])), candidate: ruled(resources) };
      const { document, stats } = await watched.replay(versions);
      expect(document).toEqual((await trace.byWalk(versions)).document);
      expect(document.groups.map(({ toRules, calls }) => [toRules, calls])).toContainEqual([
        ["p/any", "p/r"],
        matched,
      ]);
      expect(stats.walk).toBe("columns");
    }
  });
});
