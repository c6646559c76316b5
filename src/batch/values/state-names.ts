import type { CompiledSet } from "../../engine/compile-set.ts";
import { rowOf, type PreparedCall } from "../../engine/prepared-call.ts";
import { keyOf, subjectKey } from "../../engine/state-store.ts";
import { VEILED_STATE } from "./views.ts";

/** By what state is kept (design 5.2). */
export type StateKind = "session" | "subject" | "on_behalf_of" | "tenant" | "condition";

/** Something that keeps state, as a message names it, and by what. */
export interface StateUse {
  readonly by: StateKind;
  readonly what: string;
}

/** A set with its declarations of state, off which keys are read. */
export interface KeyedSet {
  readonly set: CompiledSet;
  readonly declared: readonly Declared[];
}

interface Declared {
  readonly declaration: Parameters<typeof keyOf>[0];
  readonly condition: Parameters<typeof keyOf>[1];
}

const LISTS = [
  ["labels", "label"],
  ["counters", "counter"],
  ["values", "list"],
] as const;

/**
 * By what a set keeps state: what its declarations name, and what containments and bounds hang on.
 */
export function stateKinds(set: CompiledSet): readonly StateUse[] {
  const { declarations, contains, bounds } = set;
  return [
    ...LISTS.flatMap(([list, word]) =>
      declarations[list].map(({ key, name }) => ({ by: key.by, what: `${word} \`${name}\`` })),
    ),
    ...(contains.sessions
      ? [{ by: "session" as const, what: "`on_deny` that stops a tool or a session" }]
      : []),
    ...(bounds
      ? [{ by: "session" as const, what: "`max_calls` or `max_duration` of a manifest" }]
      : []),
    ...(contains.subjects
      ? [{ by: "subject" as const, what: "`on_deny: revoke_credential`" }]
      : []),
  ];
}

/** A set, ready to tell the keys of calls. */
export function keyedSet(set: CompiledSet): KeyedSet {
  const { declarations, compiled } = set;
  const declared = LISTS.flatMap(([list]) =>
    declarations[list].flatMap((declaration, i) => {
      const condition = compiled[list][i];
      return condition === undefined ? [] : [{ declaration, condition }];
    }),
  );
  return { set, declared };
}

/** The keys of some kinds under which a call may read or change a version's state. */
export function namesOf(
  { set, declared }: KeyedSet,
  call: PreparedCall,
  kinds: ReadonlySet<StateKind>,
): readonly string[] {
  const row = rowOf(call, call.subject, VEILED_STATE);
  const own = declared.flatMap(({ declaration, condition }) => {
    const key = kinds.has(declaration.key.by) ? keyOf(declaration, condition, row) : undefined;
    return key === undefined ? [] : [`${declaration.key.by}\u0000${key}`];
  });
  if (!kinds.has("subject")) return own;
  // the agents above are counted too (design 4.5), and a revoked credential is its subject's
  return [
    ...own,
    ...[...(set.contains.subjects ? [subjectKey(call.subject)] : []), ...call.chain.agents].flatMap(
      (key) => (key === undefined ? [] : [`subject\u0000${key}`]),
    ),
  ];
}
