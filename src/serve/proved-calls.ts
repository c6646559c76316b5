import { neverPermitted, type AskedCall, type AskedCalls } from "../api/never-permitted.ts";
import type { Policies } from "../api/policies.ts";

/** So many answers are kept; with more, all are found anew. */
const MOST = 10_000;

/**
 * Which calls are proved never to be permitted, as lists leave them out (design 15.2); answers are
 * kept for as long as the policies stay in force.
 */
export class ProvedCalls {
  #policies: Policies | undefined;
  readonly #never = new Map<string, boolean>();

  /** Those of `calls` of a server that are never permitted to a subject. */
  never(policies: Policies, { subject, server, calls }: AskedCalls): ReadonlySet<AskedCall> {
    if (this.#policies !== policies || this.#never.size > MOST) this.#never.clear();
    this.#policies = policies;
    const keyOf = (call: AskedCall): string =>
      JSON.stringify([subject.type, subject.id, server, call]);
    const unknown = calls.filter((call) => !this.#never.has(keyOf(call)));
    const found =
      unknown.length === 0
        ? new Set()
        : neverPermitted(policies, { subject, server, calls: unknown });
    for (const call of unknown) this.#never.set(keyOf(call), found.has(call));
    return new Set(calls.filter((call) => this.#never.get(keyOf(call)) === true));
  }
}
