import fc from "fast-check";
import type { Event } from "../reference/request.ts";
import { isObject, type Json, type JsonObject } from "../reference/value.ts";
import { BASE_TIME } from "./conditions.ts";

function sometimes<T>(share: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 100 - share, arbitrary: fc.constant(undefined) },
    { weight: share, arbitrary },
  );
}

const HOUR = 3_600_000;
/**
 * Steps from one event to the next: exactly on the edges of windows and one millisecond beyond
 * them.
 */
const STEPS = [0, 1, 1000, HOUR / 2, HOUR / 2 + 1, HOUR, HOUR + 1, HOUR - 1];
const LONG_STEPS = [24 * HOUR, 24 * HOUR + 1, 30 * HOUR];

const subject = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant("agent"),
      id: fc.constantFrom("a1", "a1", "a1", "a2", "boss", "ghost", "team/x"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("human"), id: fc.constantFrom("jane", "bob") }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<JsonObject>(
      { type: "service", id: "a1" },
      { type: "model", id: "boss" },
      { type: "service", id: "a2" },
      { type: "model" },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JsonObject>(
      { type: "service", id: "A1" },
      { type: "Agent", id: "a1" },
      { type: "human", id: "JANE" },
      { type: "agent", id: "A1" },
      { type: "ＨＵＭＡＮ", id: "bob" },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JsonObject>(
      { type: "service", id: "s" },
      { type: "agent" },
      { id: "a1" },
      { type: null, id: "a2" },
    ),
  },
);
const claims = fc.record({
  tenant: sometimes(30, fc.constantFrom("eu", "us")),
  registered: sometimes(5, fc.boolean()),
  owner: sometimes(10, fc.constantFrom("team", "other")),
  home: sometimes(15, fc.constantFrom<JsonObject>({ region: "us" }, { zone: "z" }, {})),
  credential: sometimes(
    20,
    fc.constantFrom<JsonObject>({ kind: "workload" }, { kind: "api_key", id: "k" }, { id: "k" }),
  ),
});

const action = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<JsonObject>(
      { server: "crm", name: "lookup" },
      { server: "pay", name: "refund" },
      { server: "mail", name: "send" },
      { server: "fs", name: "read" },
      { server: "host", name: "shell" },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<JsonObject>(
      { name: "shell" },
      { name: "refund" },
      { server: "x", name: "undeclared" },
      { server: "mail", name: "refund" },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JsonObject>(
      { server: "pay", name: "Refund" },
      { server: "pay", name: "ｒefund" },
      { server: "Pay", name: "refund" },
      { server: "pay" },
    ),
  },
);
const actionClaims = fc.record({
  kind: sometimes(
    60,
    fc.constantFrom("tool_call", "mcp_request", "subagent_invocation", "subagent_invocation"),
  ),
  effects: sometimes(15, fc.constantFrom<readonly string[]>(["read"], ["send"], [])),
  open_world: sometimes(10, fc.boolean()),
});

const ADDRESSES = [
  "ann@shop.example",
  "bob@evil.example",
  "Carl <carl@Shop.Test>",
  "no address",
  "https://shop.example/x",
  '"x@evil.example y"@shop.example',
  "mailto:ann@shop.example?bcc=x@evil.example",
  "http://[::ffff:127.0.0.1]/",
];
const PATHS = [
  "/data/a",
  "/data/sub/b",
  "/data/../etc/x",
  "/data/%2e%2e/etc/x",
  "../x",
  "/etc/x",
  "/data//a",
  "a/b",
  "/data/x%2F..%2F..%2Fetc/x",
  "/data/100%",
  "/data/a%20b",
  "/data/%252e%252e/x",
  "/data/%ff",
];

/** A number that no double holds, as the reference and `writtenNumbers` know it. */
export const INEXACT = "\u0000=9007199254740993";

const args = fc.record({
  order: sometimes(
    70,
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<string | number | null>("1", "1", "2", "3") },
      {
        weight: 1,
        arbitrary: fc.constantFrom<string | number | null>(
          7,
          INEXACT,
          null,
          "Shop.",
          "10.0.0.1",
          "::ffff:10.0.0.1",
          "127.0.0.1",
        ),
      },
    ),
  ),
  amount: sometimes(
    65,
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<number | string>(0, 1, 10, 49, 50, 51, 100) },
      { weight: 1, arbitrary: fc.constantFrom<number | string>(-5, "50", INEXACT) },
    ),
  ),
  to: sometimes(30, fc.array(fc.constantFrom(...ADDRESSES), { maxLength: 3 })),
  path: sometimes(30, fc.constantFrom(...PATHS)),
  deep: sometimes(
    15,
    fc.constantFrom<JsonObject>({ flag: true }, { flag: false }, {}, { flag: null }),
  ),
});

const resource = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("order"), id: fc.constantFrom("1", "2") }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("site"),
      id: fc.constantFrom("shop.example", "Shop.Example.", "no site"),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("file"), id: fc.constantFrom(...PATHS) }) },
  { weight: 1, arbitrary: fc.constantFrom<JsonObject>({ type: "order" }, { id: "1" }, {}) },
);
const resourceClaims = fc.record({
  classification: sometimes(30, fc.constantFrom("public", "internal", "restricted")),
  owner: sometimes(15, fc.constant("team")),
  environment: sometimes(10, fc.constant("prod")),
});

/** The digest that the call really has, filled in when the catalog is known. */
export const RIGHT_DIGEST = "right";

/** Names that are somebody's, nearly somebody's, nobody's or none. */
const GIVERS = [
  "human:jane",
  "human:jane",
  "human:lea",
  "human:lea",
  "human:omar",
  "human:bob",
  "agent:a2",
  "agent:boss",
  "agent:a1",
];
const ODD_GIVERS = [
  "human:Jane",
  "user:jane",
  "human:ｏmar",
  "Human:lea",
  "user:bob",
  "agent:A2",
  "bot:a1",
  "human:nobody",
  "omar",
  "human:",
  "",
  null,
  7,
];
/** What is neither `granted` nor `refused` decides nothing. */
const ODD_DECISIONS = ["denied", "Refused", "approved", false, null];
const ODD_DIGESTS = ["sha256:00", "none", null];

/** An unusual value once in a while. */
function mostly<T, U>(usual: fc.Arbitrary<T>, odd: readonly U[]): fc.Arbitrary<T | U> {
  return fc.oneof<
    [{ weight: number; arbitrary: fc.Arbitrary<T> }, { weight: number; arbitrary: fc.Arbitrary<U> }]
  >({ weight: 14, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
}

const approval = fc.record({
  id: sometimes(55, mostly(fc.constantFrom("ap1", "ap2", "ap3", "ap4"), [7, false])),
  by: sometimes(97, mostly<string, string | number | null>(fc.constantFrom(...GIVERS), ODD_GIVERS)),
  at: sometimes(
    55,
    mostly<number, string | null>(
      fc.constantFrom(0, 0, 1000, HOUR / 2, HOUR / 2 + 1, HOUR, HOUR + 1, -1),
      ["yesterday", "2026-05-18T09:00:00", null],
    ),
  ),
  decision: sometimes(
    60,
    mostly<string, string | boolean | null>(
      fc.constantFrom("granted", "granted", "granted", "refused"),
      ODD_DECISIONS,
    ),
  ),
  digest: sometimes(
    25,
    mostly<string, string | null>(
      fc.constantFrom(RIGHT_DIGEST, RIGHT_DIGEST, `sha256:${"0".repeat(64)}`),
      ODD_DIGESTS,
    ),
  ),
});

const person: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        fc.constantFrom<JsonObject>(
          { type: "human", id: "jane" },
          { type: "human", id: "jane" },
          { type: "human", id: "lea" },
          { type: "human", id: "bob" },
          { id: "lea" },
          { type: "human" },
          { type: "user", id: "jane" },
          { type: "human", id: "LEA" },
          { type: "service", id: "a1" },
        ),
        fc.record({
          roles: sometimes(25, fc.constantFrom<readonly string[]>(["manager"], ["clerk"], [])),
          tenant: sometimes(20, fc.constantFrom("eu", "us")),
          home: sometimes(15, fc.constantFrom<JsonObject>({ region: "us" }, { zone: "z" }, {})),
          registered: sometimes(5, fc.boolean()),
        }),
      )
      .map(([named, said]) => ({ ...(defined(said) as JsonObject), ...named })),
  },
  { weight: 1, arbitrary: fc.constantFrom<Json>("human:jane", "lea", "service:a1", 7) },
);

const context = fc.record({
  surface: sometimes(30, fc.constantFrom("gw", "web")),
  task: sometimes(
    40,
    fc.constantFrom<JsonObject>({ type: "refund" }, { type: "other", id: "T" }, { id: "T" }),
  ),
  signals: sometimes(40, fc.constantFrom<JsonObject>({ injection: 0.9 }, { injection: 0.1 }, {})),
  tags: sometimes(30, fc.constantFrom<readonly string[]>(["vip"], [], ["x", "y"])),
  on_behalf_of: sometimes(60, person),
  delegation: sometimes(
    45,
    fc.constantFrom<readonly string[]>(
      [],
      ["agent:boss"],
      ["agent:a2"],
      ["agent:boss", "agent:a2"],
      ["agent:ghost"],
    ),
  ),
  approvals: sometimes(
    55,
    mostly<readonly object[], Json>(fc.array(approval, { minLength: 1, maxLength: 3 }), [
      "granted",
      { by: "human:omar" },
      [null],
      ["human:omar"],
    ]),
  ),
});

const COMPLETE = [
  "context",
  "context",
  "context",
  "subject",
  "action",
  "resource",
  "context.task",
  "context.signals",
  "outcome",
  "args",
];
const MASKS = [
  "args.order",
  "args.amount",
  "args",
  "args.to",
  "context.signals.injection",
  "context.on_behalf_of",
  "context.on_behalf_of.id",
  "context.on_behalf_of.tenant",
  "context.on_behalf_of.home",
  "context.delegation",
  "subject.tenant",
  "subject.id",
  "subject.type",
  "action.name",
  "action.server",
  "resource.id",
  "resource",
  "resource.classification",
  "context.task",
  "context",
  "subject.credential",
  "action.kind",
  "outcome.status",
  "context.approvals",
  "context.approvals.0",
  "context.approvals.0.decision",
  "context.approvals.0.by",
  "action.effects",
  "args.deep.flag",
];

const step = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...STEPS) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG_STEPS) },
);

/**
 * What an event is below: the last invocation before it, so many events before it, one after it, or
 * one that the trace does not hold.
 */
const above = fc.oneof(
  { weight: 5, arbitrary: fc.constant("invocation" as const) },
  { weight: 2, arbitrary: fc.constantFrom(1, 2, 3) },
  { weight: 1, arbitrary: fc.constantFrom(-1, "nowhere" as const) },
);

/**
 * An event before its time is known: `step` milliseconds after the one before, or without a time.
 */
const draft = fc.record({
  step,
  timed: fc.oneof(
    { weight: 25, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  type: fc.oneof(
    { weight: 30, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom("session_end", "prompt") },
    { weight: 3, arbitrary: fc.constant("outcome") },
  ),
  session: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom("s1", "s1", "s1", "s2") },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  above: sometimes(40, above),
  /** How many events before it is one whose id it has too. */
  twin: sometimes(8, fc.constantFrom(1, 2, 3)),
  subject: sometimes(
    98,
    fc.tuple(subject, claims).map(([a, b]): JsonObject => ({ ...b, ...a })),
  ),
  action: sometimes(
    98,
    fc.tuple(action, actionClaims).map(([a, b]): JsonObject => ({ ...b, ...a })),
  ),
  args: sometimes(93, args),
  resource: sometimes(
    40,
    fc.tuple(resource, resourceClaims).map(([a, b]): JsonObject => ({ ...b, ...a })),
  ),
  context: sometimes(90, context),
  outcome: sometimes(
    65,
    fc.constantFrom<JsonObject>({ status: "ok" }, { status: "ok" }, { status: "error" }, {}),
  ),
  decision: sometimes(
    20,
    fc.constantFrom<NonNullable<Event["decision"]>>(
      { effect: "allow" },
      { effect: "deny" },
      { effect: "require_approval" },
    ),
  ),
  complete: sometimes(
    65,
    fc.uniqueArray(fc.constantFrom(...COMPLETE), { minLength: 1, maxLength: 3 }),
  ),
  unrecorded: sometimes(
    18,
    fc.uniqueArray(fc.constantFrom(...MASKS), { minLength: 1, maxLength: 2 }),
  ),
});

type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function approvalsAt(time: number, given: Json | readonly object[]): Json {
  if (!Array.isArray(given)) return given as Json;
  return given.map((one: Json) => {
    if (!isObject(one)) return one;
    const at = one["at"];
    return defined({
      ...one,
      at: typeof at === "number" ? new Date(time - at).toISOString() : at,
    }) as JsonObject;
  });
}

/** The id of the `i`-th event: its own, or that of one before it. */
function idOf(drafts: readonly Draft[], i: number): string {
  return `e${Math.max(0, i - (drafts[i]?.twin ?? 0))}`;
}

/** The id of the event that stands above the `i`-th. */
function parentOf(drafts: readonly Draft[], i: number): string | undefined {
  const way = drafts[i]?.above ?? (drafts[i]?.type === "outcome" ? 1 : undefined);
  if (way === undefined || way === "nowhere") return way;
  if (typeof way === "number") return i < way ? `e${i - way}` : idOf(drafts, i - way);
  const invocation = drafts
    .slice(0, i)
    .findLastIndex(({ action }) => action?.["kind"] === "subagent_invocation");
  return invocation < 0 ? undefined : idOf(drafts, invocation);
}

function eventOf(one: Draft, time: number): Event {
  const { timed, context: given } = one;
  const { subject, action, args, resource, ...rest } = {
    ...one,
    step: undefined,
    timed: undefined,
    above: undefined,
    twin: undefined,
  };
  const { approvals, ...others } = given ?? {};
  const context =
    given &&
    (defined({ ...others, approvals: approvals && approvalsAt(time, approvals) }) as JsonObject);
  const plain = (json: object | undefined): JsonObject | undefined =>
    json && (defined(json) as JsonObject);
  const nothing = subject === undefined && action === undefined && resource === undefined;
  return defined({
    ...rest,
    subject: plain(subject),
    action: plain(action),
    args: plain(nothing ? (args ?? {}) : args),
    resource: plain(resource),
    context,
    time: timed ? time : undefined,
  }) as Event;
}

/** A trace of one or two sessions, in the order of time. */
export const trace: fc.Arbitrary<readonly Event[]> = fc
  .array(draft, { minLength: 1, maxLength: 10 })
  .map((drafts) => {
    let time = BASE_TIME;
    return drafts.map((one, i) => ({
      ...eventOf(one, (time += one.step)),
      id: idOf(drafts, i),
      ...defined({ parent: parentOf(drafts, i) }),
    }));
  });
