import fc from "fast-check";
import type { Plain } from "./documents.ts";
import { leavesAt, type Leaf, type Leaves } from "./leaves.ts";

/** Operands that read the call, what was before it, and both. */
export const CALL = [
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
export const STATE = [
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
export const TRIGGERS = [
  "action.name == 'lookup'",
  "action.name == 'refund'",
  "action.server == 'pay' && args.amount > 49.0",
  "action.name != 'send'",
] as const;
export const AFTER = [
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
/** Operands of which most fit no call that another one fits. */
const SPLITS = [
  "args.order == '1'",
  "args.order == '2'",
  "args.amount > 50.0",
  "args.amount < 50.0",
] as const;
/** Conditions as keys, each with the leaves that it reads. */
const CONDITION_KEYS: readonly (readonly [key: string, leaves: readonly string[]])[] = [
  ["context.task.type", ["context.task"]],
  ["args.order", ["args.order"]],
  ["resource.id", ["resource.id", "args.order"]],
  ["subject.id + '/' + args.order", ["subject.id", "args.order"]],
  ["context.surface", ["context.surface"]],
  ["args.?order.orValue('none')", ["args.order"]],
];

/**
 * What a world is about: the operands of its rules, and the leaves by which its calls mostly
 * differ. WHY: what a key of calls leaves out shows only where two calls differ in nothing else,
 * and something else hangs on it.
 */
export interface Kind {
  /** Of these operands and of state, those of the first kind as often as `weights` says. */
  readonly operands: readonly string[];
  readonly weights: readonly [operands: number, state: number];
  readonly triggers: readonly string[];
  readonly effects: readonly string[];
  /** Rules that every set has besides, if any. */
  readonly standing?: fc.Arbitrary<readonly Plain[]>;
  /** What a call has to come to, that it counts for state. */
  readonly counted: readonly string[];
  /** State is kept by this, mostly. */
  readonly key?: string;
  readonly leaves: Leaves;
  /** What the first call has besides. */
  readonly first?: readonly Leaf[];
  /** What its catalog says; undefined: what those of all worlds say, or there is none. */
  readonly catalog?: fc.Arbitrary<Plain>;
  /** Exceptions and agents that expire, and time that passes. */
  readonly expiring?: boolean;
  /** Whether what denies contains besides; undefined: in some worlds. */
  readonly contains?: boolean;
  /**
   * Calls below calls, of which some are invocations.
   */
  readonly linked?: boolean;
}

/** Stops invocations, and not what is below them: that was never called then. */
const STOP = { id: "stop", effect: "deny", when: "action.kind == 'subagent_invocation'" };
const standing = fc.constant([STOP]);

/** Operands on what most calls do not record. */
const UNKNOWN = [
  "context.task.type == 'refund'",
  "has(context.task)",
  "context.surface == 'gw'",
  "subject.tenant == 'eu'",
  "context.signals.injection > 0.5",
] as const;

/** A rule of which nobody knows whether it matches. */
const undecided: fc.Arbitrary<readonly Plain[]> = fc
  .record({
    effect: fc.constantFrom("deny", "deny", "require_approval"),
    when: fc.constantFrom(...UNKNOWN),
  })
  .map((rule) => [{ id: "undecided", ...rule }]);

/** Agents of which each may call a few times, or for a while. */
const bounded: fc.Arbitrary<Plain> = fc
  .array(
    fc.record({
      max_calls: fc.constantFrom(undefined, 1, 2, 3, 5),
      max_duration: fc.constantFrom(undefined, undefined, "5m", "20m"),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((bounds) => ({
    unregistered: "policy",
    agents: bounds.map((manifest, i) => ({ id: `a${i + 1}`, manifest })),
  }));

export const PLAIN: Kind = {
  operands: CALL,
  weights: [1, 1],
  triggers: [...TRIGGERS, ...AFTER],
  effects: ["deny", "deny", "deny", "require_approval", "allow"],
  counted: ["permitted", "completed", "attempted"],
  leaves: [],
};
/** All state is what calls contain: a version whose denials contain nothing keeps none. */
export const CONTAINING: Kind = {
  ...PLAIN,
  weights: [1, 0],
  effects: ["deny", "deny", "allow"],
  leaves: leavesAt("action", "args.order", "session"),
  contains: true,
};

/** What the trace says of how a call ended is so only of one that really ran. */
export const DENIED: Kind = {
  ...PLAIN,
  weights: [0, 1],
  triggers: TRIGGERS,
  counted: ["completed"],
  leaves: [["outcome.status", ["ok", "error"]], ...leavesAt("decision.effect", "action")],
  // one that surely ran would settle what all after it find
  first: [["decision.effect", "deny"]],
};

/** Calls that count alike, and of which each is denied by a rule of its own. */
export const PARTED: Kind = {
  ...PLAIN,
  operands: SPLITS,
  weights: [1, 0],
  effects: ["allow"],
  leaves: leavesAt("args.order", "args.amount"),
  standing: fc.constant(
    ["1", "2"].map((order) => ({
      id: `of-${order}`,
      effect: "deny",
      when: `args.order == '${order}'`,
    })),
  ),
  contains: false,
  // none is denied or told apart by what a catalog says
  catalog: fc.constant({}),
};

/** Worlds of a kind, and how many of them there are. */
export interface WeightedKind {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Kind>;
}

export const CALL_KINDS: readonly WeightedKind[] = [
  { weight: 7, arbitrary: fc.constant(PLAIN) },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: [...CALL, ...MIXED],
      triggers: [...TRIGGERS, ...MIXED, ...MIXED_AFTER],
      leaves: leavesAt("action", "args.order", "args.amount"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: MIXED,
      leaves: leavesAt("action", "args.order", "args.to", "context.task"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...CONDITION_KEYS).map(([key, leaves]) => ({
      ...PLAIN,
      key,
      weights: [1, 4] as const,
      triggers: TRIGGERS,
      leaves: leavesAt("action", ...leaves),
    })),
  },
  {
    weight: 6,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: JOINT,
      weights: [4, 1],
      leaves: leavesAt(
        "args.order",
        "resource.id",
        "resource.tenant",
        "subject.tenant",
        "subject.credential",
        "context.task",
      ),
    }),
  },
  {
    // rules of one effect: calls that count alike are decided by some of them or by others
    weight: 6,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: SPLITS,
      weights: [1, 0],
      effects: ["deny"],
      leaves: leavesAt("args.order", "args.amount"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ ...PLAIN, leaves: leavesAt("subject.id", "action"), expiring: true }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      weights: [1, 0],
      effects: ["deny", "allow"],
      leaves: leavesAt("action", "action.kind", "args.order"),
      standing,
      linked: true,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({
      ...PLAIN,
      leaves: leavesAt("action", "action.kind", "args.order", "outcome.status"),
      standing,
      linked: true,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      ...PLAIN,
      leaves: [
        ...leavesAt("action", "session"),
        ["subject.id", ["a1", "a2"]],
        ["context.delegation", [[], ["agent:a1"], ["agent:a2"], undefined]],
      ],
      catalog: bounded,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.constant({
      ...PLAIN,
      operands: UNKNOWN,
      weights: [1, 4],
      standing: undecided,
      effects: ["allow", "allow", "deny"],
      // a call is denied while a rule that denies is undecided
      counted: ["attempted"],
      leaves: [["subject.id", ["a1", "a2"]], ...leavesAt("action", "session")],
      first: [["context", {}]],
      catalog: fc.constant({}),
    }),
  },
];
