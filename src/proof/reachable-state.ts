import type { AnalysedSet } from "./analysed-set.ts";
import { isImpossible } from "./answer.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import { permittedCalls } from "./permitted-calls.ts";
import { stateLiterals, type StateLiteral } from "./state-literals.ts";
import { Work } from "./work.ts";

/**
 * Something that may hold of session state before every call. `broken`: a call after which it does
 * not, on a state on which it does; such a call has to be permitted, or (`attempted`) only made.
 */
interface Fact {
  readonly holds: Formula;
  readonly broken: Formula;
  readonly attempted: boolean;
}

const ON = ["attempted", "permitted", "completed"];

/** Literals more than these are looked at one by one only. */
const MOST_PAIRED = 8;
const QUESTION = 300_000;
const RUN = 5_000_000;

/**
 * WHY: under `key: subject` the agents of a chain are charged for a call that was held against
 * another counter than theirs.
 */
function isOwn({ declaration, counts }: StateLiteral): boolean {
  return counts === undefined || counts.bound === 0 || declaration.key.by !== "subject";
}

function isAttempted(...literals: readonly StateLiteral[]): boolean {
  return literals.some(({ declaration }) => declaration.on === "attempted");
}

/** That it never holds. */
function never(one: StateLiteral): Fact {
  return { holds: one.held("notTrue"), broken: one.sets, attempted: isAttempted(one) };
}

function byKey({ declaration: { key } }: StateLiteral): boolean {
  return key.by === "session";
}

/** That two never hold together. */
function notBoth(a: StateLiteral, b: StateLiteral): readonly Fact[] {
  if (!byKey(a) || !byKey(b)) return [];
  const sets = (one: StateLiteral, other: StateLiteral): Formula =>
    allOf([one.sets, anyOf([other.held("true"), other.sets])]);
  return [
    {
      holds: anyOf([a.held("notTrue"), b.held("notTrue")]),
      broken: anyOf([sets(a, b), sets(b, a)]),
      attempted: isAttempted(a, b),
    },
  ];
}

/** That the first holds only where the second does: it was set by no later call. */
function onlyWith(a: StateLiteral, b: StateLiteral): readonly Fact[] {
  if (!byKey(a) || !byKey(b) || !b.stays) return [];
  // what is set by calls that only ended well may lag behind what any call sets
  if (ON.indexOf(b.declaration.on) > ON.indexOf(a.declaration.on)) return [];
  return [
    {
      holds: anyOf([a.held("notTrue"), b.held("true")]),
      broken: allOf([a.sets, b.held("notTrue"), b.misses]),
      attempted: isAttempted(a),
    },
  ];
}

function pairs(literals: readonly StateLiteral[]): readonly Fact[] {
  return literals.flatMap((a, i) =>
    literals.flatMap((b, j) => [
      ...(i < j ? notBoth(a, b) : []),
      ...(i !== j && a.declaration !== b.declaration ? onlyWith(a, b) : []),
    ]),
  );
}

/**
 * The greatest part of the facts that no call breaks as long as all of the part hold. WHY it is
 * proved so: a session begins with nothing set, where each holds, and every call keeps them.
 */
function inductivePart(
  analysed: AnalysedSet,
  facts: readonly Fact[],
  known: Formula,
  work: Work,
): readonly Fact[] {
  const permitted = permittedCalls(analysed);
  let kept = facts;
  for (;;) {
    const assumed = allOf([known, ...kept.map(({ holds }) => holds)]);
    const next = kept.filter(({ broken, attempted }) => {
      const formula = allOf([broken, assumed, ...(attempted ? [] : [permitted])]);
      return isImpossible(analysed, formula, { work }) === "impossible";
    });
    if (next.length === kept.length) return kept;
    kept = next;
  }
}

/**
 * What holds of session state before every call, whatever sessions of calls that the set permits
 * led there: labels that are never set, counters that never pass a bound, what is only set behind
 * something else. An inductive proof over sessions of any length.
 */
export function reachableState(analysed: AnalysedSet): Formula {
  const literals = stateLiterals(analysed).filter(isOwn);
  if (literals.length === 0) return allOf([]);
  const work = new Work({ question: QUESTION, run: RUN });
  const alone = literals.map((one) => ({ one, fact: never(one) }));
  const unset = inductivePart(
    analysed,
    alone.map(({ fact }) => fact),
    allOf([]),
    work,
  );
  const settled = allOf(unset.map(({ holds }) => holds));
  const settable = alone.flatMap(({ one, fact }) => (unset.includes(fact) ? [] : [one]));
  if (settable.length > MOST_PAIRED) return settled;
  const together = inductivePart(analysed, pairs(settable), settled, work);
  return allOf([settled, ...together.map(({ holds }) => holds)]);
}
