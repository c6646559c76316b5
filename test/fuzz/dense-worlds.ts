import fc from "fast-check";
import { BASE_TIME } from "./conditions.ts";
import type { Plain } from "./documents.ts";
import { INEXACT } from "./events.ts";
import { scenarioOf, type Drawn, type Scenario } from "./scenario.ts";
import type { Event } from "../reference/request.ts";

/**
 * Small worlds in which what tells calls apart tells: everything is allowed that no rule stops, and calls are alike but for
 * a leaf or two. Operands that read the call, what was before it, and both.
 */
const CALL = [
  "args.amount > 49.0", "args.amount <= 50.0", "args.order == '1'", "args.order != '2'", "has(args.order)", "args.?amount.orValue(0.0) > 10.0", "size(args.to) < 2", "args.to.exists(a, a == 'x')",
  "context.task.type == 'refund'", "has(context.task)", "context.surface == 'gw'", "subject.tenant == 'eu'", "subject.id == 'a1'", "resource.tenant == subject.tenant", "resource.id == '1'",
  "resource.classification == 'internal'", "action.name == 'refund'", "'pay' in action.effects", "args.amount > 10.0 && args.order == '1'", "args.order == resource.id", "args.amount == 50.0 ? args.order == '1' : context.surface == 'gw'",
  "context.on_behalf_of.id == 'jane'", "args.order == context.task.type",
] as const;
const STATE = [
  "'l1' in session.labels", "!('l1' in session.labels)", "session.counters.c1 > 1.0", "session.counters.c1 < 3.0", "session.counters.c1 == 0.0", "'1' in session.values.v1", "!('2' in session.values.v1)",
  "now < timestamp('2026-05-18T09:30:00Z')", "now.getMinutes() < 30 ? 'l1' in session.labels : session.counters.c1 > 0.0", "session.values.v1.size() > 1", "session.values.v1.exists(v, v == '1')",
] as const;
const MIXED = [
  "args.order in session.values.v1", "session.counters.c1 + args.amount > 60.0", "(args.order == '1' && 'l1' in session.labels) == false", "(args.order == '1' || session.counters.c1 > 1.0) != true",
  "args.to.all(a, a == 'x' || session.counters.c1 > 1.0)", "args.to.exists(a, a == 'y' && 'l1' in session.labels)", "args.to.filter(a, session.counters.c1 > 1.0 || a == 'x').size() == 0",
  "(args.order == '1' ? 1.0 : session.counters.c1) < 2.0", "args.order == '2' ? 'l1' in session.labels : false", "args.order == '1' ? now < timestamp('2026-05-18T09:30:00Z') : context.surface == 'gw'",
  "context.task.type == 'refund' ? session.counters.c1 > 1.0 : true", "has(args.amount) ? '1' in session.values.v1 : false", "{'a': args.order == '1' && 'l1' in session.labels}.a", "[args.order == '1' || session.counters.c1 > 1.0][0]",
] as const;
const TRIGGERS = ["action.name == 'lookup'", "action.name == 'refund'", "action.server == 'pay' && args.amount > 49.0", "action.name != 'send'"] as const;
const AFTER = ["decision.permitted", "decision.effect == 'deny'", "outcome.status == 'ok'"] as const;
const MIXED_AFTER = ["args.order == '1' ? true : decision.permitted", "outcome.status == context.surface"] as const;
const KEYS = ["session", "session", "subject", "on_behalf_of", "tenant"] as const;
const CONDITION_KEYS = ["context.task.type", "args.order", "resource.id", "subject.id + '/' + args.order", "context.surface", "args.?order.orValue('none')"] as const;

function joined(atoms: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const two = fc.tuple(atoms, atoms);
  return fc.oneof({ weight: 4, arbitrary: atoms }, { weight: 3, arbitrary: two.map(([a, b]) => `(${a}) && (${b})`) }, { weight: 2, arbitrary: two.map(([a, b]) => `(${a}) || !(${b})`) });
}

/** Which kinds of things a world has that keys of calls cannot tell. */
interface Kind {
  readonly mixed: boolean;
  readonly conditionKeys: boolean;
}

const pick = (of: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...of);
const maybe = <T>(freq: number, one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { freq, nil: undefined });

const scope = fc.constantFrom<Plain>({}, {}, {}, { actions: ["pay/refund"] }, { actions: ["crm/lookup"] }, { actions: ["mail/*"] }, { subjects: ["agent:a1"] }, { resources: ["order:*"] }, { resources: ["order:1"] }, { actions: ["pay/refund", "mail/send"], subjects: ["agent:*"] });

function policyOf({ mixed, conditionKeys }: Kind): fc.Arbitrary<Plain> {
  const all = fc.oneof({ weight: 3, arbitrary: pick(CALL) }, { weight: 3, arbitrary: pick(STATE) }, ...(mixed ? [{ weight: 2, arbitrary: pick(MIXED) }] : []));
  const when = fc.oneof({ weight: 3, arbitrary: pick(CALL) }, { weight: 5, arbitrary: pick(TRIGGERS) }, { weight: 1, arbitrary: pick(STATE) }, { weight: 2, arbitrary: pick(AFTER) }, ...(mixed ? [{ weight: 1, arbitrary: pick([...MIXED, ...MIXED_AFTER]) }] : []));
  const key = fc.oneof({ weight: 2, arbitrary: pick(KEYS) }, ...(conditionKeys ? [{ weight: 3, arbitrary: pick(CONDITION_KEYS) }] : []));
  const declaration = { when: maybe(9, joined(when)), key, on: maybe(3, pick(["permitted", "completed", "attempted"])) };
  const exception = fc.record({ scope, when: maybe(3, joined(all)), expires: maybe(3, pick(["2026-05-17", "2026-05-18", "2026-05-19"])) }).map(({ scope: of, ...rest }) => ({ ...(Object.keys(of).length === 0 ? { actions: ["**"] } : of), ...rest, reason: "r", owner: "o" }));
  const rule = fc.record({ effect: pick(["deny", "deny", "deny", "require_approval", "allow"]), scope, when: maybe(9, joined(all)), exceptions: maybe(6, fc.array(exception, { minLength: 1, maxLength: 1 })) });
  return fc
    .record({
      labels: fc.tuple(fc.record(declaration)),
      counters: fc.tuple(fc.record({ ...declaration, add: pick(["1.0", "args.amount"]), within: maybe(3, pick(["30m", "1h"])) })),
      values: fc.tuple(fc.record({ ...declaration, add: pick(["args.order", "resource.id"]), max: maybe(6, fc.constant(2)) })),
      rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
    })
    .map(({ labels, counters, values, rules }) => ({
      apiVersion: "agentz/v1",
      kind: "Policy",
      name: "p",
      version: "1.0.0",
      session: { labels: labels.map((one) => ({ name: "l1", ...one })), counters: counters.map((one) => ({ name: "c1", ...one })), values: values.map((one) => ({ name: "v1", ...one })) },
      rules: [{ id: "all", effect: "allow", actions: ["**"] }, ...rules.map(({ scope: of, ...rest }, i) => ({ id: `r${i}`, ...of, ...rest }))],
    }));
}

const catalog = fc.record({
  unregistered: fc.constant("policy"),
  tools: fc.constant([
    { name: "lookup", server: "crm", effects: ["read"], resource: { type: "order", id: "args.order" } },
    { name: "refund", server: "pay", effects: ["pay"], resource: { type: "order", id: "args.order" } },
    { name: "send", server: "mail", effects: ["send"] },
  ]),
  agents: maybe(5, fc.constantFrom<readonly Plain[]>([{ id: "a1", status: "commissioned", attributes: { tenant: "eu" } }], [{ id: "a1", expires: "2026-05-17" }, { id: "a2", attributes: { tenant: "us" } }])),
  resources: maybe(3, fc.constantFrom<readonly Plain[]>([{ match: "order:1", tenant: "eu", classification: "internal" }], [{ match: "order:*", tenant: "us" }])),
}).map((body): Plain => ({ apiVersion: "agentz/v1", kind: "Catalog", name: "c", version: "1.0.0", ...body }));

const TOOLS = ["crm/lookup", "pay/refund", "mail/send"].map((tool) => ({ kind: "tool_call", server: tool.split("/")[0], name: tool.split("/")[1] }));

/** A leaf of an event, and what may stand there; undefined: nothing. */
const LEAVES: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ["args.amount", [10, 49, 50, 51, INEXACT, undefined]],
  ["args.order", ["1", "2", undefined]],
  ["args.to", [["x"], ["y"], ["x", "y"], [], undefined]],
  ["context.task", [{ type: "refund" }, { type: "other" }, undefined]],
  ["context.surface", ["gw", "ok", undefined]],
  ["context.on_behalf_of", [{ type: "human", id: "jane" }, { type: "human", id: "lea" }, undefined]],
  ["subject.tenant", ["eu", "us", undefined]],
  ["subject.id", ["a1", "a2"]],
  ["resource.id", ["1", "2"]],
  ["resource.tenant", ["eu", "us", undefined]],
  ["resource.classification", ["internal", "public", undefined]],
  ["action", TOOLS],
  ["action", TOOLS],
  ["outcome.status", ["ok", "error", undefined]],
  ["complete", [["context"], ["context", "subject", "resource"], undefined]],
  ["unrecorded", [undefined, undefined, ["args.order"], ["context.task"], ["subject.tenant"]]],
  ["decision.effect", ["allow", "deny"]],
  ["session", ["s", "s", "t"]],
];
const leaf = fc.nat(LEAVES.length - 1).chain((i) => fc.tuple(fc.constant(LEAVES[i]?.[0] ?? ""), fc.constantFrom(...(LEAVES[i]?.[1] ?? []))));

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

function withLeaf(event: Plain, [path, value]: readonly [string, unknown]): Plain {
  const [root = "", name] = path.split(".");
  if (name === undefined) return { ...event, [root]: value };
  return { ...event, [root]: { ...(event[root] as Plain | undefined), [name]: value } };
}

const MINUTE = 60_000;
const step = fc.record({ leaves: fc.array(leaf, { maxLength: 2 }), minutes: fc.constantFrom(0, 0, 0, 1, 1, 5, 5, 20, 700), back: fc.nat(30) });

/** WHY seldom: whoever says what of a record is complete is asked as a whole. */
const complete = maybe(4, fc.constant(["context", "subject", "resource"]));

/** Calls that are like an earlier one but for a leaf or two. */
const trace: fc.Arbitrary<readonly Event[]> = fc.tuple(fc.array(leaf, { maxLength: 3 }), complete, fc.array(step, { minLength: 3, maxLength: 22 })).map(([first, said, steps]) => {
  let time = BASE_TIME;
  const events: Plain[] = [first.reduce(withLeaf, { ...FIRST, complete: said, id: "e0", time })];
  steps.forEach(({ leaves, minutes, back }, i) => {
    time += minutes * MINUTE;
    const like = events[Math.max(0, events.length - 1 - back)] ?? FIRST;
    events.push({ ...leaves.reduce(withLeaf, like), id: `e${i + 1}`, time });
  });
  return JSON.parse(JSON.stringify(events)) as readonly Event[];
});

const kind: fc.Arbitrary<Kind> = fc.constantFrom({ mixed: false, conditionKeys: false }, { mixed: false, conditionKeys: false }, { mixed: true, conditionKeys: false }, { mixed: false, conditionKeys: true });

const drawn: fc.Arbitrary<Drawn> = kind.chain((of) => fc.record({ policies: policyOf(of).map((one) => [one]), catalog: fc.option(catalog, { freq: 6, nil: undefined }), events: trace }));

/** Small sets, of which half may be asked by the keys of calls, with traces of calls that are nearly alike. */
export const dense: fc.Arbitrary<Scenario> = fc.noBias(drawn).map(scenarioOf);
