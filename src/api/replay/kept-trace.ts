import { KeptReplay } from "../../batch/kept-replay.ts";
import { KeptSegments } from "./kept-segments.ts";
import { Pool, type WorkerStart } from "./pool.ts";

/**
 * What stays in memory where one trace is replayed again and again: threads, and the trace's
 * columns.
 */
export class KeptTrace {
  segments = new KeptSegments();
  /** How its calls were decided and counted, where they are walked in this thread. */
  replay: KeptReplay;
  readonly #keep: () => KeptReplay;
  #stamps = "";
  /** Set once the trace was found to be walked as one. */
  asOne = false;
  #pool: { readonly pool: Pool; readonly of: string } | undefined;

  /** `keep`: what keeps how calls were decided, from nothing. */
  constructor(keep = (): KeptReplay => new KeptReplay()) {
    this.#keep = keep;
    this.replay = keep();
  }

  /** Begins with files as they are now; what is kept of others is forgotten. */
  begin(stamps: string): void {
    if (stamps !== this.#stamps) {
      this.segments = new KeptSegments();
      this.replay = this.#keep();
      this.asOne = false;
    }
    this.#stamps = stamps;
  }

  /**
   * The threads for a start: those that served before, where they read the same files with the same
   * columns.
   */
  async pool(start: WorkerStart, count: number): Promise<Pool> {
    const of = JSON.stringify([start.sharing, start.layout, this.#stamps, count]);
    const known = this.#pool;
    if (known?.of === of) {
      known.pool.restart(start);
      return known.pool;
    }
    await this.close();
    const pool = new Pool(start, count);
    this.#pool = { pool, of };
    return pool;
  }

  async close(): Promise<void> {
    await this.#pool?.pool.close();
    this.#pool = undefined;
  }
}
