import { KeptSegments } from "./kept-segments.ts";
import { Pool, type WorkerStart } from "./pool.ts";

/** What stays in memory where one trace is replayed again and again: threads, and the trace's columns. */
export class KeptTrace {
  segments = new KeptSegments();
  #stamps = "";
  /** Set once the trace was found to be walked as one. */
  asOne = false;
  #pool: { readonly pool: Pool; readonly of: string; readonly stamps: string } | undefined;

  /** Begins with files as they are now; what is kept of others is forgotten. */
  begin(stamps: string): void {
    if (stamps !== this.#stamps) {
      this.segments = new KeptSegments();
      this.asOne = false;
    }
    this.#stamps = stamps;
  }

  /** The threads for a start: those that served before, where they read the same files with the same columns. */
  async pool(start: WorkerStart, of: { readonly count: number; readonly stamps: string }): Promise<Pool> {
    const kind = JSON.stringify([start.sharing, start.layout, start.files, of.count]);
    const known = this.#pool;
    if (known?.of === kind && known.stamps === of.stamps) {
      known.pool.restart(start);
      return known.pool;
    }
    await this.close();
    const pool = new Pool(start, of.count);
    this.#pool = { pool, of: kind, stamps: of.stamps };
    return pool;
  }

  async close(): Promise<void> {
    await this.#pool?.pool.close();
    this.#pool = undefined;
  }
}
