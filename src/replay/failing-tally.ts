import type { FailingCalls } from "../documents/replay-result.ts";
import { failingRules, type VersionDecision } from "./version-decision.ts";
import type { CallResult } from "./walk.ts";

/** So many kinds of failing calls are named. */
const NAMED = 3;

/** The rules of which a version denies a call only because they fail; empty: there are none. */
function denyingRules(side: VersionDecision): readonly string[] {
  return side.effect === "deny" ? failingRules(side) : [];
}

/** What a rule fails on in a call. */
function errorOf({ engine }: VersionDecision, name: string | undefined): string {
  const errors = engine?.outcome.decision.errors ?? [];
  return errors.find(({ rule }) => rule === name)?.message ?? "";
}

/**
 * Calls that the candidate denies only because conditions fail, by the rules that fail and by
 * whether the baseline denies them so too.
 */
export class FailingTally {
  readonly #kinds = new Map<string, FailingCalls>();

  /** Counts one call; its id is asked for only where it counts. */
  mark({ baseline, candidate }: CallResult, call: { readonly id: () => string }): void {
    const rules = denyingRules(candidate);
    if (rules.length === 0) return;
    const before = denyingRules(baseline).length > 0;
    this.#add({ id: call.id(), rules, calls: 1, error: errorOf(candidate, rules[0]), before });
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
