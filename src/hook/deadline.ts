import { performance } from "node:perf_hooks";

/** The end of the time in which a hook has to answer: later, most hosts let the call run. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #end: number;
  readonly #error: Error;

  /** `within`: milliseconds from now. */
  constructor(within: number) {
    this.#end = performance.now() + within;
    this.#error = new Error(`there was no decision within ${within} ms`);
    setTimeout(() => this.#controller.abort(this.#error), within).unref();
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Throws when the time is over, also where nothing else had a turn since. */
  readonly check = (): void => {
    if (this.signal.aborted || performance.now() > this.#end) throw this.#error;
  };

  /** What a promise gives, if that is in time. */
  async within<T>(promise: Promise<T>): Promise<T> {
    const late = new Promise<never>((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.#error));
    });
    const value = await Promise.race([promise, late]);
    this.check();
    return value;
  }
}
