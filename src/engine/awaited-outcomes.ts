import type { Settle } from "./window.ts";

/** Of more calls than these at once nobody waits for an outcome: those of the oldest stay in doubt. */
const MOST_CALLS = 100_000;

/** What calls may have changed, until their outcomes are told (design 5.3). */
export class AwaitedOutcomes {
  readonly #calls = new Map<string, Settle[]>();

  /** Takes what settles a change of a call. */
  add(call: string, settle: Settle): void {
    const known = this.#calls.get(call);
    if (known !== undefined) known.push(settle);
    else this.#calls.set(call, [settle]);
    if (this.#calls.size <= MOST_CALLS) return;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined) this.#calls.delete(oldest);
  }

  /** Another call has the name of an earlier one: nobody can tell whose outcome is told. */
  forget(call: string): void {
    this.#calls.delete(call);
  }

  /** The outcome of a call was told: what it may have changed was changed, or was not. */
  settle(call: string, happened: boolean): void {
    const settles = this.#calls.get(call) ?? [];
    this.#calls.delete(call);
    for (const settle of settles) settle(happened);
  }
}
