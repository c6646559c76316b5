import fc from "fast-check";
import { BASE_TIME } from "./conditions.ts";
import { CALL, CALL_KINDS, STATE, type Kind } from "./dense-kinds.ts";
import type { Plain } from "./documents.ts";
import { ENTITY_KINDS } from "./entity-kinds.ts";
import { LEAVES, leafOf, withLeaf, type Leaf } from "./leaves.ts";
import { scenarioOf, type Drawn, type Scenario } from "./scenario.ts";
import { TEXT_KINDS } from "./text-kinds.ts";
import type { Event } from "../reference/request.ts";

const KINDS = [...CALL_KINDS, ...ENTITY_KINDS, ...TEXT_KINDS];

const ACTS = ["block_tool", "suspend_session", "terminate_session", "revoke_credential"] as const;
const KEYS = ["session", "session", "subject", "on_behalf_of", "tenant"] as const;

function joined(atoms: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const two = fc.tuple(atoms, atoms);
  return fc.oneof(
    { weight: 4, arbitrary: atoms },
    { weight: 3, arbitrary: two.map(([a, b]) => `(${a}) && (${b})`) },
    { weight: 2, arbitrary: two.map(([a, b]) => `(${a}) || !(${b})`) },
  );
}

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
  effects,
  counted,
  key: by,
  expiring = false,
  contains: isContaining,
  standing = fc.constant([]),
}: Kind): fc.Arbitrary<Plain> {
  const keepsState = weights[1] > 0;
  const all = fc.oneof(
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
    on: maybe(3, pick(counted)),
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
    effect: pick(effects),
    act: pick(ACTS),
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
      contains:
        isContaining === undefined ? fc.nat(4).map((n) => n === 0) : fc.constant(isContaining),
      /** WHY not all: rules without exceptions are told apart, and edited, in simpler ways. */
      excepts: expiring ? fc.constant(true) : fc.boolean(),
      standing,
    })
    .map(({ labels, counters, values, rules, contains, excepts, standing: others }) => ({
      apiVersion: "agentz/v1",
      kind: "Policy",
      name: "p",
      version: "1.0.0",
      session: keepsState
        ? {
            labels: labels.map((one) => ({ name: "l1", ...one })),
            counters: counters.map((one) => ({ name: "c1", ...one })),
            values: values.map((one) => ({ name: "v1", ...one })),
          }
        : { labels: [], counters: [], values: [] },
      rules: [
        { id: "all", effect: "allow", actions: ["**"] },
        ...others,
        ...rules.map(({ scope: of, act, exceptions, ...rest }, i) => ({
          id: `r${i}`,
          ...of,
          ...rest,
          ...(excepts ? { exceptions } : {}),
          ...(contains && rest.effect === "deny" ? { on_deny: act } : {}),
        })),
      ],
    }));
}

const usual = fc.record<Plain>({
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
});

function catalogOf(body: Plain): Plain {
  return { apiVersion: "agentz/v1", kind: "Catalog", name: "c", version: "1.0.0", ...body };
}

/** Mostly one of the leaves that a world is about. */
function leafFor({ leaves }: Kind): fc.Arbitrary<Leaf> {
  return leaves.length === 0
    ? leafOf(LEAVES)
    : fc.oneof({ weight: 5, arbitrary: leafOf(leaves) }, { weight: 1, arbitrary: leafOf(LEAVES) });
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
      fc.array(step, { minLength: 5, maxLength: 60, size: "max" }),
    )
    .map(([first, said, steps]) => {
      let time = BASE_TIME;
      const events: Plain[] = [
        [...(kind.first ?? []), ...first].reduce(withLeaf, {
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

function drawnOf(kind: Kind): fc.Arbitrary<Drawn> {
  return fc.record({
    policies: policyOf(kind).map((one) => [one]),
    catalog: (kind.catalog ?? fc.option(usual, { freq: 6, nil: undefined })).map(
      (body) => body && catalogOf(body),
    ),
    events: traceOf(kind),
  });
}

/**
 * Small sets, of which half may be asked by the keys of calls, with traces of calls that are nearly
 * alike.
 */
export const dense: fc.Arbitrary<Scenario> = fc
  .noBias(fc.oneof(...KINDS).chain(drawnOf))
  .map(scenarioOf);

/** The same of one kind. */
export function denseOf(kind: Kind): fc.Arbitrary<Scenario> {
  return fc.noBias(drawnOf(kind)).map(scenarioOf);
}
