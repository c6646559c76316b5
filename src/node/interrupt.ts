import { setImmediate } from "node:timers/promises";
import type { TraceFile } from "../trace/read-events.ts";

/**
 * Work that is not waited for goes on for so long, in milliseconds, before an interrupt is asked
 * about.
 */
const SLICE_MS = 50;
/**
 * Work of which one piece takes longer, in milliseconds, is not interruptible any more: an
 * interrupt then ends the process.
 */
const SLOW_MS = 250;

/** How standard input is named among the files of a trace. */
const STANDARD_INPUT = "-";

/**
 * The user's interrupt, while somebody listens. WHY only then: a JavaScript handler runs when the
 * thread waits, and in a long condition it never does. Without one, the system ends the process at
 * once, wherever it is, and nothing half-written is left since all files are written by
 * `replaceFile`.
 */
export class Interrupt {
  readonly #controller = new AbortController();
  #asked = performance.now();
  #readsInput = false;
  readonly #hear = (): void => {
    this.close();
    this.#controller.abort();
    // nobody waits for what else would come
    process.stdin.destroy();
  };

  constructor() {
    process.once("SIGINT", this.#hear);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Listens no longer. */
  close(): void {
    process.off("SIGINT", this.#hear);
  }

  /** The work is over: of standard input, where it is one of the files, no more is read. */
  end(): void {
    this.close();
    if (this.#readsInput) process.stdin.destroy();
  }

  /** Whether it is time to ask: to be called after each piece of the work. */
  isDue(): boolean {
    return performance.now() - this.#asked > SLICE_MS;
  }

  /** Lets an interrupt be heard that has come; true where one was. */
  async ask(): Promise<boolean> {
    const slow = performance.now() - this.#asked > SLOW_MS;
    // WHY two: a turn that begins among the callbacks of input ends before the signals are looked
    // at
    await setImmediate();
    await setImmediate();
    if (slow) this.close();
    this.#asked = performance.now();
    return this.signal.aborted;
  }

  /** The files, each of which ends where the interrupt comes. */
  files(files: readonly TraceFile[]): readonly TraceFile[] {
    this.#readsInput = files.some(({ name }) => name === STANDARD_INPUT);
    return files.map((file) => ({ ...file, open: () => this.#untilHeard(file.open()) }));
  }

  async *#untilHeard(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { signal } = this;
    const heard = new Promise<undefined>((resolve) =>
      signal.addEventListener("abort", () => resolve(undefined), { once: true }),
    );
    const source = chunks[Symbol.asyncIterator]();
    while (!signal.aborted) {
      const coming = source.next();
      // what an input that is torn down says of itself is of no interest
      coming.catch(() => undefined);
      const next = await Promise.race([coming, heard]);
      if (next === undefined || next.done === true) return;
      this.#asked = performance.now();
      yield next.value;
    }
  }
}

/** Listens to the interrupt for as long as `use` takes. */
export async function withInterrupt<T>(use: (interrupt: Interrupt) => Promise<T>): Promise<T> {
  const interrupt = new Interrupt();
  try {
    return await use(interrupt);
  } finally {
    interrupt.end();
  }
}
