import type { FailingCalls } from "../documents/replay-result.ts";
import { isByFailingRules, type VersionDecision } from "./version-decision.ts";
import type { CallResult } from "./walk.ts";

/** So many kinds of failing calls are named. */
const NAMED = 3;

function isDeniedByFailing(side: VersionDecision): boolean {
  return side.effect === "deny" && isByFailingRules(side);
}

/** What the first of the rules that deny a call fails on. */
function errorOf({ engine, rules: [first] }: VersionDecision): string {
  const errors = engine?.outcome.decision.errors ?? [];
  return errors.find(({ rule }) => rule === first)?.message ?? "";
}

/**
 * Calls that the candidate denies only because conditions fail, by the rules that fail and by
 * whether the baseline denies them so too.
 */
export class FailingTally {
  readonly #kinds = new Map<string, FailingCalls>();

  /** Counts one call; its id is asked for only where it counts. */
  mark({ baseline, candidate }: CallResult, call: { readonly id: () => string }): void {
    if (!isDeniedByFailing(candidate)) return;
    const before = isDeniedByFailing(baseline);
    const { rules } = candidate;
    this.#add({ id: call.id(), rules, calls: 1, error: errorOf(candidate), before });
  }

  /** Adds calls, in whatever order they come. */
  #add(more: FailingCalls): void {
    const key = JSON.stringify([more.before, more.rules]);
    const known = this.#kinds.get(key);
    if (known === undefined) return void this.#kinds.set(key, more);
    const calls = known.calls + more.calls;
    this.#kinds.set(key, { ...(comesFirst(more, known) ? more : known), calls });
  }

  part(): readonly FailingCalls[] {
    return [...this.#kinds.values()];
  }

  merge(part: readonly FailingCalls[]): void {
    for (const calls of part) this.#add(calls);
  }

  /** The first kinds: those that did not fail before, then those with the most calls. */
  first(): readonly FailingCalls[] {
    return this.part()
      .toSorted(
        (a, b) =>
          Number(a.before) - Number(b.before) || b.calls - a.calls || (comesFirst(a, b) ? -1 : 1),
      )
      .slice(0, NAMED);
  }
}

/** Whether an example stands before another one. WHY the error and the rules too: an id may come twice. */
function comesFirst(a: FailingCalls, b: FailingCalls): boolean {
  if (a.id !== b.id) return a.id < b.id;
  if (a.error !== b.error) return a.error < b.error;
  return JSON.stringify(a.rules) < JSON.stringify(b.rules);
}
