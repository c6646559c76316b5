import fc from "fast-check";
import { BASE_TIME } from "./conditions.ts";
import type { Plain } from "./documents.ts";
import { INEXACT } from "./events.ts";
import { scenarioOf, type Drawn, type Scenario } from "./scenario.ts";
import type { Event } from "../reference/request.ts";

/**
 * Small worlds in which what tells calls apart tells: everything is allowed that no rule stops, and
 * calls are alike but for a leaf or two. Operands that read the call, what was before it, and both.
 */
const CALL = [
  "args.amount > 49.0",
  "args.amount <= 50.0",
  "args.order == '1'",
  "args.order != '2'",
  "has(args.order)",
  "args.?amount.orValue(0.0) > 10.0",
  "size(args.to) < 2",
  "args.to.exists(a, a == 'x')",
  "context.task.type == 'refund'",
  "has(context.task)",
  "context.surface == 'gw'",
  "subject.tenant == 'eu'",
  "subject.id == 'a1'",
  "resource.tenant == subject.tenant",
  "resource.id == '1'",
  "resource.classification == 'internal'",
  "action.name == 'refund'",
  "'pay' in action.effects",
  "args.amount > 10.0 && args.order == '1'",
  "args.order == resource.id",
  "args.amount == 50.0 ? args.order == '1' : context.surface == 'gw'",
  "context.on_behalf_of.id == 'jane'",
  "subject.credential.scope == 'all'",
  "args.order == context.task.type",
] as const;
const STATE = [
  "'l1' in session.labels",
  "!('l1' in session.labels)",
  "session.counters.c1 > 1.0",
  "session.counters.c1 < 3.0",
  "session.counters.c1 == 0.0",
  "'1' in session.values.v1",
  "!('2' in session.values.v1)",
  "now < timestamp('2026-05-18T09:30:00Z')",
  "now.getMinutes() < 30 ? 'l1' in session.labels : session.counters.c1 > 0.0",
  "session.values.v1.size() > 1",
  "session.values.v1.exists(v, v == '1')",
] as const;
const MIXED = [
  "args.order in session.values.v1",
  "session.counters.c1 + args.amount > 60.0",
  "(args.order == '1' && 'l1' in session.labels) == false",
  "(args.order == '1' || session.counters.c1 > 1.0) != true",
  "args.to.all(a, a == 'x' || session.counters.c1 > 1.0)",
  "args.to.exists(a, a == 'y' && 'l1' in session.labels)",
  "args.to.filter(a, session.counters.c1 > 1.0 || a == 'x').size() == 0",
  "(args.order == '1' ? 1.0 : session.counters.c1) < 2.0",
  "args.order == '2' ? 'l1' in session.labels : false",
  "args.order == '1' ? now < timestamp('2026-05-18T09:30:00Z') : context.surface == 'gw'",
  "context.task.type == 'refund' ? session.counters.c1 > 1.0 : true",
  "has(args.amount) ? '1' in session.values.v1 : false",
  "{'a': args.order == '1' && 'l1' in session.labels}.a",
  "[args.order == '1' || session.counters.c1 > 1.0][0]",
] as const;
const TRIGGERS = [
  "action.name == 'lookup'",
  "action.name == 'refund'",
  "action.server == 'pay' && args.amount > 49.0",
  "action.name != 'send'",
] as const;
const AFTER = [
  "decision.permitted",
  "decision.effect == 'deny'",
  "outcome.status == 'ok'",
] as const;
const MIXED_AFTER = [
  "args.order == '1' ? true : decision.permitted",
  "outcome.status == context.surface",
] as const;
/** Operands that read two attributes at once. */
const JOINT = [
  "args.order == resource.id",
  "resource.tenant == subject.tenant",
  "args.order == context.task.type",
  "args.order == '1' ? args.amount > 49.0 : context.surface == 'gw'",
  "args.to.exists(a, a == context.surface)",
  "(subject.credential.scope == 'all') == (args.order == '1')",
  "subject.tenant == 'eu' ? true : args.order == '1'",
  "args.amount == 50.0 ? args.order == '1' : context.surface == 'gw'",
  "subject.tenant == context.task.type || resource.tenant == subject.tenant",
] as const;
/** Stops invocations, and not what is below them: that was never called then. */
const STOP = { id: "stop", effect: "deny", when: "action.kind == 'subagent_invocation'" };
const KEYS = ["session", "session", "subject", "on_behalf_of", "tenant"] as const;
/** Conditions as keys, each with the leaves that it reads. */
const CONDITION_KEYS: readonly (readonly [key: string, leaves: readonly string[]])[] = [
  ["context.task.type", ["context.task"]],
  ["args.order", ["args.order"]],
  ["resource.id", ["resource.id", "args.order"]],
  ["subject.id + '/' + args.order", ["subject.id", "args.order"]],
  ["context.surface", ["context.surface"]],
  ["args.?order.orValue('none')", ["args.order"]],
];

function joined(atoms: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const two = fc.tuple(atoms, atoms);
  return fc.oneof(
    { weight: 4, arbitrary: atoms },
    { weight: 3, arbitrary: two.map(([a, b]) => `(${a}) && (${b})`) },
    { weight: 2, arbitrary: two.map(([a, b]) => `(${a}) || !(${b})`) },
  );
}

/**
 * What a world is about: the operands of its rules, and the leaves by which its calls mostly
 * differ. WHY: what a key of calls leaves out shows only where two calls differ in nothing else,
 * and something else hangs on it.
 */
interface Kind {
  /** Of these operands and of state, those of the first kind as often as `weights` says. */
  readonly operands: readonly string[];
  readonly weights: readonly [operands: number, state: number];
  readonly triggers: readonly string[];
  /** State is kept by this, mostly. */
  readonly key?: string;
  readonly leaves: readonly string[];
  /** Exceptions and agents that expire, and time that passes. */
  readonly expiring?: boolean;
  /**
   * Calls below calls, of which some are invocations. WHY no state then: with it such calls are
   * walked by events.
   */
  readonly linked?: boolean;
}

const PLAIN: Kind = {
  operands: CALL,
  weights: [1, 1],
  triggers: [...TRIGGERS, ...AFTER],
  leaves: [],
};
const KINDS: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Kind> }[] = [
  { weight: 7, arbitrary: fc.constant(PLAIN) },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: [...CALL, ...MIXED],
      triggers: [...TRIGGERS, ...MIXED, ...MIXED_AFTER],
      leaves: ["action", "args.order", "args.amount"],
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: MIXED,
      leaves: ["action", "args.order", "args.to", "context.task"],
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...CONDITION_KEYS).map(([key, leaves]) => ({
      ...PLAIN,
      key,
      weights: [1, 4] as const,
      triggers: TRIGGERS,
      leaves: ["action", ...leaves],
    })),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: JOINT,
      weights: [4, 1],
      leaves: [
        "args.order",
        "resource.id",
        "resource.tenant",
        "subject.tenant",
        "subject.credential",
        "context.task",
      ],
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ ...PLAIN, leaves: ["subject.id", "action"], expiring: true }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      leaves: ["action", "action.kind", "args.order"],
      linked: true,
    }),
  },
];

const pick = (of: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...of);
const maybe = <T>(freq: number, one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(one, { freq, nil: undefined });

const scope = fc.constantFrom<Plain>(
  {},
  {},
  {},
  { actions: ["pay/refund"] },
  { actions: ["crm/lookup"] },
  { actions: ["mail/*"] },
  { subjects: ["agent:a1"] },
  { resources: ["order:*"] },
  { resources: ["order:1"] },
  { actions: ["pay/refund", "mail/send"], subjects: ["agent:*"] },
);

function policyOf({
  operands,
  weights,
  triggers,
  key: by,
  expiring = false,
  linked = false,
}: Kind): fc.Arbitrary<Plain> {
  const all = linked
    ? pick(operands)
    : fc.oneof(
        { weight: weights[0], arbitrary: pick(operands) },
        { weight: weights[1], arbitrary: pick(STATE) },
      );
  const when = fc.oneof(
    { weight: 2, arbitrary: pick(CALL) },
    { weight: 7, arbitrary: pick(triggers) },
    { weight: 1, arbitrary: pick(STATE) },
  );
  const key = fc.oneof(
    { weight: 1, arbitrary: pick(KEYS) },
    ...(by === undefined ? [] : [{ weight: 4, arbitrary: fc.constant(by) }]),
  );
  const declaration = {
    when: maybe(9, joined(when)),
    key,
    on: maybe(3, pick(["permitted", "completed", "attempted"])),
  };
  const exception = fc
    .record({
      scope,
      when: maybe(3, joined(all)),
      expires: maybe(expiring ? 9 : 3, pick(["2026-05-17", "2026-05-18", "2026-05-19"])),
    })
    .map(({ scope: of, ...rest }) => ({
      ...(Object.keys(of).length === 0 ? { actions: ["**"] } : of),
      ...rest,
      reason: "r",
      owner: "o",
    }));
  const rule = fc.record({
    effect: pick(
      linked ? ["deny", "allow"] : ["deny", "deny", "deny", "require_approval", "allow"],
    ),
    scope,
    when: maybe(9, joined(all)),
    exceptions: maybe(expiring ? 9 : 2, fc.array(exception, { minLength: 1, maxLength: 1 })),
  });
  return fc
    .record({
      labels: fc.tuple(fc.record(declaration)),
      counters: fc.tuple(
        fc.record({
          ...declaration,
          add: pick(["1.0", "args.amount"]),
          within: maybe(3, pick(["30m", "1h"])),
        }),
      ),
      values: fc.tuple(
        fc.record({
          ...declaration,
          add: pick(["args.order", "resource.id"]),
          max: maybe(6, fc.constant(2)),
        }),
      ),
      rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
    })
    .map(({ labels, counters, values, rules }) => ({
      apiVersion: "agentz/v1",
      kind: "Policy",
      name: "p",
      version: "1.0.0",
      session: linked
        ? { labels: [], counters: [], values: [] }
        : {
            labels: labels.map((one) => ({ name: "l1", ...one })),
            counters: counters.map((one) => ({ name: "c1", ...one })),
            values: values.map((one) => ({ name: "v1", ...one })),
          },
      rules: [
        { id: "all", effect: "allow", actions: ["**"] },
        ...(linked ? [STOP] : []),
        ...rules.map(({ scope: of, ...rest }, i) => ({ id: `r${i}`, ...of, ...rest })),
      ],
    }));
}

const catalog = fc
  .record({
    unregistered: fc.constant("policy"),
    tools: fc.constant([
      {
        name: "lookup",
        server: "crm",
        effects: ["read"],
        resource: { type: "order", id: "args.order" },
      },
      {
        name: "refund",
        server: "pay",
        effects: ["pay"],
        resource: { type: "order", id: "args.order" },
      },
      { name: "send", server: "mail", effects: ["send"] },
    ]),
    agents: maybe(
      5,
      fc.constantFrom<readonly Plain[]>(
        [{ id: "a1", status: "commissioned", attributes: { tenant: "eu" } }],
        [
          { id: "a1", expires: "2026-05-17" },
          { id: "a2", attributes: { tenant: "us" } },
        ],
      ),
    ),
    resources: maybe(
      3,
      fc.constantFrom<readonly Plain[]>(
        [{ match: "order:1", tenant: "eu", classification: "internal" }],
        [{ match: "order:*", tenant: "us" }],
      ),
    ),
  })
  .map(
    (body): Plain => ({
      apiVersion: "agentz/v1",
      kind: "Catalog",
      name: "c",
      version: "1.0.0",
      ...body,
    }),
  );

const TOOLS = ["crm/lookup", "pay/refund", "mail/send"].map((tool) => ({
  kind: "tool_call",
  server: tool.split("/")[0],
  name: tool.split("/")[1],
}));

/** A leaf of an event, and what may stand there; undefined: nothing. */
const LEAVES: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ["args.amount", [10, 49, 50, 51, INEXACT, undefined]],
  ["args.order", ["1", "2", undefined]],
  ["args.to", [["x"], ["y"], ["x", "y"], [], undefined]],
  ["context.task", [{ type: "refund" }, { type: "other" }, undefined]],
  ["context.surface", ["gw", "ok", undefined]],
  [
    "context.on_behalf_of",
    [{ type: "human", id: "jane" }, { type: "human", id: "lea" }, undefined],
  ],
  ["subject.tenant", ["eu", "us", undefined]],
  [
    "subject.credential",
    [{ kind: "api_key", scope: "all" }, { kind: "api_key", scope: "one", token: "x" }, undefined],
  ],
  ["subject.id", ["a1", "a2", "A1"]],
  ["subject.type", ["agent", "service", "Agent"]],
  ["resource.id", ["1", "2"]],
  ["resource.tenant", ["eu", "us", undefined]],
  ["resource.classification", ["internal", "public", undefined]],
  ["action", TOOLS],
  ["action", TOOLS],
  ["action.kind", ["subagent_invocation", "tool_call"]],
  ["outcome.status", ["ok", "error", undefined]],
  ["complete", [["context"], ["context", "subject", "resource"], undefined]],
  ["unrecorded", [undefined, undefined, ["args.order"], ["context.task"], ["subject.tenant"]]],
  ["decision.effect", ["allow", "deny"]],
  ["session", ["s", "s", "t"]],
];
type Leaf = readonly [path: string, value: unknown];

/** One of some leaves, each path as often as another. */
function leafOf(leaves: typeof LEAVES): fc.Arbitrary<Leaf> {
  return fc
    .constantFrom(...leaves)
    .chain(([path, values]) => fc.tuple(fc.constant(path), fc.constantFrom(...values)));
}

/** Mostly one of the leaves that a world is about. */
function leafFor({ leaves }: Kind): fc.Arbitrary<Leaf> {
  const own = LEAVES.filter(([path]) => leaves.includes(path));
  return own.length === 0
    ? leafOf(LEAVES)
    : fc.oneof({ weight: 4, arbitrary: leafOf(own) }, { weight: 1, arbitrary: leafOf(LEAVES) });
}

const FIRST = {
  session: "s",
  subject: { type: "agent", id: "a1" },
  action: { kind: "tool_call", server: "pay", name: "refund" },
  args: { amount: 50, order: "1", to: ["x"] },
  resource: { type: "order", id: "1" },
  context: { surface: "gw", task: { type: "refund" } },
  decision: { effect: "allow" },
  outcome: { status: "ok" },
};

const INVOCATION = { ...FIRST.action, kind: "subagent_invocation" };

function withLeaf(event: Plain, [path, value]: Leaf): Plain {
  const [root = "", name] = path.split(".");
  if (name === undefined) return { ...event, [root]: value };
  return { ...event, [root]: { ...(event[root] as Plain | undefined), [name]: value } };
}

const MINUTE = 60_000;
/** WHY seldom: whoever says what of a record is complete is asked as a whole. */
const complete = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant(["context", "subject", "resource"]) },
);

/** Calls that are like an earlier one but for a leaf or two. */
function traceOf(kind: Kind): fc.Arbitrary<readonly Event[]> {
  const minutes =
    kind.expiring === true
      ? fc.constantFrom(0, 0, 5, 300, 700, 1440)
      : fc.constantFrom(0, 0, 0, 1, 1, 5, 5, 20, 700);
  const step = fc.record({
    leaves: fc.array(leafFor(kind), { maxLength: 2 }),
    minutes,
    back: fc.nat(30),
    below: kind.linked === true ? maybe(2, fc.nat(6)) : fc.constant(undefined),
    /** How the event above ended, told late; `silent`: this one does not say how it ended. */
    told: kind.linked === true ? maybe(4, pick(["ok", "ok", "error"])) : fc.constant(undefined),
    silent: kind.linked === true ? maybe(2, fc.constant(true)) : fc.constant(undefined),
  });
  return fc
    .tuple(
      fc.array(leafOf(LEAVES), { maxLength: 3 }),
      complete,
      fc.array(step, { minLength: 3, maxLength: 22 }),
    )
    .map(([first, said, steps]) => {
      let time = BASE_TIME;
      const events: Plain[] = [
        first.reduce(withLeaf, {
          ...FIRST,
          action: kind.linked === true ? INVOCATION : FIRST.action,
          complete: said,
          id: "e0",
          time,
        }),
      ];
      steps.forEach(({ leaves, minutes: passed, back, below, told, silent }, i) => {
        time += passed * MINUTE;
        const earlier: Plain = events[Math.max(0, events.length - 1 - back)] ?? FIRST;
        const like: Plain = earlier["type"] === undefined ? earlier : FIRST;
        const parent =
          below === undefined ? undefined : events[Math.max(0, events.length - 1 - below)]?.["id"];
        const id = `e${i + 1}`;
        if (told !== undefined && parent !== undefined) {
          const { session } = FIRST;
          events.push({ type: "outcome", session, id, time, parent, outcome: { status: told } });
          return;
        }
        const outcome = silent === true ? undefined : like["outcome"];
        events.push({ ...leaves.reduce(withLeaf, { ...like, outcome }), id, time, parent });
      });
      return JSON.parse(JSON.stringify(events)) as readonly Event[];
    });
}

const drawn: fc.Arbitrary<Drawn> = fc.oneof(...KINDS).chain((kind) =>
  fc.record({
    policies: policyOf(kind).map((one) => [one]),
    catalog: fc.option(catalog, { freq: 6, nil: undefined }),
    events: traceOf(kind),
  }),
);

/**
 * Small sets, of which half may be asked by the keys of calls, with traces of calls that are nearly
 * alike.
 */
export const dense: fc.Arbitrary<Scenario> = fc.noBias(drawn).map(scenarioOf);
