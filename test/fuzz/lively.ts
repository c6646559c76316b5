import fc from "fast-check";
import type { Event } from "../reference/request.ts";
import type { JsonObject } from "../reference/value.ts";
import { BASE_TIME } from "./conditions.ts";
import type { Plain } from "./documents.ts";
import { INEXACT } from "./events.ts";
import { scenarioOf, type Scenario } from "./scenario.ts";

function sometimes<T>(share: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 100 - share, arbitrary: fc.constant(undefined) },
    { weight: share, arbitrary },
  );
}

const maybe = (share: number, ...rules: readonly Plain[]): fc.Arbitrary<readonly Plain[]> =>
  sometimes(share, fc.constantFrom(...rules)).map((rule) => (rule === undefined ? [] : [rule]));

const ON = fc.constantFrom(undefined, undefined, "completed", "attempted");
const WITHIN = fc.constantFrom(undefined, "1h", "30m");
const KEY = fc.constantFrom(undefined, undefined, "subject", "on_behalf_of", "tenant");

const session = fc.record({
  labels: fc
    .record({
      on: ON,
      key: KEY,
      when: fc.constantFrom(
        "action.name == 'lookup'",
        "action.name == 'drop'",
        "decision.effect == 'deny'",
        "context.signals.injection > 0.5",
      ),
    })
    .map((one) => [{ name: "l1", ...one }]),
  counters: fc
    .record({
      on: ON,
      key: KEY,
      within: WITHIN,
      add: fc.constantFrom("args.amount", "1.0"),
      when: fc.constantFrom("action.name == 'refund'", "action.name != 'spawn'"),
    })
    .map((one) => [{ name: "c1", ...one }]),
  values: fc
    .record({
      on: ON,
      key: KEY,
      within: WITHIN,
      max: fc.constantFrom(undefined, 1, 2),
      add: fc.constant("args.order"),
      when: fc.constantFrom("action.name == 'lookup'", "action.name == 'refund'"),
    })
    .map((one) => [{ name: "v1", ...one }]),
});

const SPAWN: readonly Plain[] = [
  { effect: "allow", actions: ["host/spawn"] },
  { effect: "allow", actions: ["host/spawn"], when: "context.signals.injection < 0.5" },
  { effect: "allow", actions: ["host/spawn"], when: "context.signals.injection < 0.9" },
  { effect: "allow", actions: ["host/spawn"], when: "resource.environment != 'prod'" },
  { effect: "allow", actions: ["host/spawn"], when: "'manager' in context.on_behalf_of.roles" },
  { effect: "allow", actions: ["host/spawn"], subjects: ["agent:boss"] },
  { effect: "require_approval", actions: ["host/spawn"], approval: { quorum: 1 } },
];
const REFUND: readonly Plain[] = [
  { effect: "allow", actions: ["pay/refund"], when: "session.counters.c1 + 1.0 <= 100.0" },
  { effect: "allow", actions: ["pay/refund"], when: "args.order in session.values.v1" },
  { effect: "allow", actions: ["pay/refund"], when: "!(args.order in session.values.v1)" },
  { effect: "allow", actions: ["pay/refund"], when: "context.on_behalf_of.tenant == 'eu'" },
  { effect: "allow", actions: ["pay/refund"], obligations: { log: true } },
];
const HELD: readonly Plain[] = [
  { effect: "require_approval", actions: ["pay/refund"] },
  { effect: "require_approval", actions: ["pay/refund", "crm/*"] },
  {
    effect: "require_approval",
    actions: ["pay/refund"],
    when: "args.amount > 50.0",
    approval: { quorum: 1 },
  },
  {
    effect: "require_approval",
    actions: ["pay/*"],
    approval: { quorum: 2, within: "1h" },
    obligations: { log: true },
  },
  {
    effect: "require_approval",
    actions: ["mail/send"],
    approval: { approvers: ["role:manager"] },
    obligations: { redact: ["outcome.x"] },
  },
];
const DENY: readonly Plain[] = [
  { effect: "deny", actions: ["pay/*"], when: "resource.environment == 'prod'" },
  { effect: "deny", when: "resource.environment == 'prod'" },
  { effect: "deny", actions: ["mail/send"], when: "'l1' in session.labels" },
  { effect: "deny", actions: ["mail/send"], when: "!('l1' in session.labels)" },
  { effect: "deny", actions: ["crm/*"], when: "context.on_behalf_of.home.region == 'us'" },
];
const ACTS = ["block_tool", "suspend_session", "terminate_session", "revoke_credential"];

const DROP = fc
  .record({
    act: fc.constantFrom(undefined, ...ACTS, ...ACTS),
    when: fc.constantFrom(undefined, undefined, "args.hard", "resource.environment == 'prod'"),
  })
  .map(({ act, when }): readonly Plain[] => [
    { effect: "deny", actions: ["db/drop"], when, on_deny: act },
  ]);

/** The rules in groups: of a group another version may have another rule, or none. */
const GROUPS: readonly fc.Arbitrary<readonly Plain[]>[] = [
  maybe(75, ...SPAWN),
  maybe(85, { effect: "allow", actions: ["crm/lookup"] }),
  maybe(85, ...REFUND),
  maybe(60, ...HELD),
  maybe(90, { effect: "allow", actions: ["mail/send"] }),
  maybe(40, { effect: "allow", actions: ["db/drop"] }),
  DROP,
  maybe(45, ...DENY),
  maybe(25, ...DENY),
];

/** The rules of two versions: each group is the same in both three times of four. */
const rulesOfBoth = fc
  .tuple(...GROUPS.map((group) => fc.record({ mine: group, other: group, same: fc.nat(3) })))
  .map((groups) => {
    const named = (parts: readonly (readonly Plain[])[]): readonly Plain[] =>
      parts.flatMap((part, i) => part.map((rule) => ({ id: `r${i + 1}`, ...rule })));
    return [
      named(groups.map(({ mine }) => mine)),
      named(groups.map(({ mine, other, same }) => (same === 0 ? other : mine))),
    ] as const;
  });

const NO_RULE: Plain = { id: "none", effect: "deny", actions: ["x/none"] };

/** The rules that keep no state: without approvals and containments. */
function stateless(rules: readonly Plain[]): readonly Plain[] {
  const kept = rules.filter(({ effect }) => effect !== "require_approval");
  return kept.map((rule) => ({ ...rule, on_deny: undefined }));
}

function policyOf(body: Plain, rules: readonly Plain[]): Plain {
  const header = { apiVersion: "agentz/v1", kind: "Policy", name: "p", version: "1.0.0" };
  return { ...header, ...body, rules: rules.length === 0 ? [NO_RULE] : rules };
}

/** Two versions; in one of eight pairs the second one keeps no state. */
const policies = fc
  .record({
    session: sometimes(80, session),
    both: rulesOfBoth,
    delegation: sometimes(12, fc.constantFrom("agents", "user")),
    forgets: fc.nat(7).map((n) => n === 0),
  })
  .map(({ both: [first, second], forgets, ...body }) => {
    const { delegation } = body;
    const other = forgets ? policyOf({ delegation }, stateless(second)) : policyOf(body, second);
    return [policyOf(body, first), other] as const;
  });

const catalog = fc
  .record({
    unregistered: fc.constant("policy"),
    agents: sometimes(
      35,
      fc.constantFrom<readonly Plain[]>(
        [{ id: "sub", manifest: { max_calls: 1 } }],
        [{ id: "sub", manifest: { max_calls: 2 } }, { id: "boss" }],
        [
          { id: "batch", status: "suspended" },
          { id: "sub", manifest: { max_duration: "30m" } },
        ],
      ),
    ),
    people: fc.constant([
      { id: "mia", roles: ["manager"], tenant: "eu", attributes: { home: { region: "eu" } } },
      { id: "joe", roles: ["clerk"], tenant: "us" },
      { id: "ann", roles: ["manager"] },
    ]),
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

const ACTIONS: readonly (readonly [number, JsonObject])[] = [
  [4, { kind: "subagent_invocation", server: "host", name: "spawn" }],
  [4, { kind: "tool_call", server: "crm", name: "lookup" }],
  [5, { kind: "tool_call", server: "pay", name: "refund" }],
  [3, { kind: "tool_call", server: "mail", name: "send" }],
  [3, { kind: "tool_call", server: "db", name: "drop" }],
  [1, { server: "host", name: "spawn" }],
];

const draft = fc.record({
  step: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(1000, 60_000) },
    { weight: 1, arbitrary: fc.constantFrom(1_800_000, 3_600_000, 3_600_001) },
  ),
  type: fc.oneof(
    { weight: 25, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom("prompt", "session_end") },
    { weight: 2, arbitrary: fc.constant("outcome") },
  ),
  session: fc.oneof(
    { weight: 9, arbitrary: fc.constant("s") },
    { weight: 1, arbitrary: fc.constant("t") },
  ),
  action: fc.oneof(
    ...ACTIONS.map(([weight, action]) => ({ weight, arbitrary: fc.constant(action) })),
  ),
  /** Below the last invocation, or the one before it, or the event before. */
  above: fc.constantFrom(undefined, undefined, 1, 1, 2, "event" as const),
  who: fc.constantFrom("boss", "sub", "sub"),
  type2: fc.oneof(
    { weight: 12, arbitrary: fc.constant("agent") },
    { weight: 1, arbitrary: fc.constant("service") },
  ),
  order: fc.constantFrom("1", "1", "2"),
  amount: fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom<number | string>(1, 40, 60) },
    { weight: 1, arbitrary: fc.constantFrom<number | string>(-5, "50", INEXACT) },
  ),
  hard: fc.boolean(),
  environment: fc.constantFrom(undefined, undefined, "prod", "test", "test", "test"),
  injection: fc.constantFrom(undefined, 0.1, 0.1, 0.9),
  person: fc.constantFrom<JsonObject | undefined>(
    undefined,
    { type: "human", id: "mia" },
    { type: "human", id: "mia" },
    { type: "human", id: "joe" },
    { type: "human", id: "joe", roles: ["manager"], tenant: "eu" },
  ),
  approvals: sometimes(
    55,
    fc.constantFrom<readonly JsonObject[]>(
      [{ id: "a", by: "human:ann" }],
      [{ id: "a", by: "human:ann" }],
      [
        { id: "a", by: "human:ann" },
        { id: "b", by: "human:mia" },
      ],
      [{ by: "human:mia", decision: "refused" }],
    ),
  ),
  status: fc.constantFrom(undefined, "ok", "ok", "error"),
  masked: sometimes(
    8,
    fc.constantFrom(
      "args.order",
      "args.amount",
      "action.kind",
      "context.on_behalf_of",
      "context.on_behalf_of.id",
      "context.approvals",
      "action.name",
    ),
  ),
  denied: sometimes(6, fc.constant({ effect: "deny" as const })),
});
type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

function parentOf(drafts: readonly Draft[], i: number): string | undefined {
  const above = drafts[i]?.type === "outcome" ? "event" : drafts[i]?.above;
  if (above === undefined) return undefined;
  if (above === "event") return i === 0 ? undefined : `e${i - 1}`;
  const invocations = drafts
    .slice(0, i)
    .flatMap(({ action }, at) => (action["name"] === "spawn" ? [at] : []));
  const at = invocations.at(-above);
  return at === undefined ? undefined : `e${at}`;
}

function eventOf(drafts: readonly Draft[], i: number, time: number): Event {
  const one = drafts[i];
  if (one === undefined) throw new Error("there is no such draft");
  const {
    type,
    session: name,
    action,
    who,
    type2,
    order,
    amount,
    hard,
    environment,
    injection,
    person,
    approvals,
    status,
    masked,
    denied,
  } = one;
  const parent = parentOf(drafts, i);
  return {
    id: `e${i}`,
    time,
    session: name,
    ...(type !== undefined && { type }),
    ...(parent !== undefined && { parent }),
    subject: { type: type2, id: who, tenant: "eu" },
    action,
    args: { order, amount, hard },
    resource: { type: "account", id: "1", ...(environment !== undefined && { environment }) },
    context: {
      delegation: [],
      ...(injection !== undefined && { signals: { injection } }),
      ...(person !== undefined && { on_behalf_of: person }),
      ...(approvals !== undefined && { approvals }),
    },
    ...(status !== undefined && { outcome: { status } }),
    ...(injection !== undefined && { complete: ["context"] }),
    ...(masked !== undefined && { unrecorded: [masked] }),
    ...(denied !== undefined && { decision: denied }),
  };
}

const events = fc.array(draft, { minLength: 3, maxLength: 9 }).map((drafts) => {
  let time = BASE_TIME;
  return drafts.map((one, i) => eventOf(drafts, i, (time += one.step)));
});

/**
 * Small worlds in which most calls are recorded in full and allowed, so that what earlier calls
 * left behind decides: sub-agents that run, are stopped or may have run; people acted for; denials
 * that hang on what is not recorded; amounts that cannot be counted; and a second version that
 * differs by little.
 */
export const lively: fc.Arbitrary<Scenario> = fc
  .record({ policies, catalog, events })
  .map(({ policies: [first, second], catalog: world, events: all }) => {
    const [one, other] = [first, second].map((policy) =>
      scenarioOf({ policies: [policy], catalog: world, events: all }),
    );
    if (one === undefined || other === undefined) throw new Error("there are two");
    return { ...one, second: { documents: other.documents, shown: other.texts[0] ?? "" } };
  });
