import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBytes } from "../../src/node/files.ts";
import type { LineFile } from "../../src/node/output.ts";
import type { ColumnsOptions } from "../../src/cli/replay-inputs.ts";
import { runReplay } from "../../src/cli/replay-job.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import type { KeyedOptions } from "../../src/replay/columns/keyed-walk.ts";
import type { ReplayResult, ReplayStats } from "../../src/documents/replay-result.ts";

/** Two versions; the baseline is undefined where it is what was recorded. */
export interface Versions {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: CompiledSet;
}

/** All that a replay says. */
export interface Said {
  readonly document: ReplayResult;
  readonly decisions: readonly string[];
  readonly stats: ReplayStats;
}

export const USUAL: KeyedOptions = {
  history: "counterfactual",
  approvals: "recorded",
  idle: undefined,
};

const NOWHERE = { source: null, ref: "", digest: null };

function inMemory(): LineFile & { readonly lines: string[] } {
  const lines: string[] = [];
  const rewind = (): void => void (lines.length = 0);
  return {
    lines,
    add: (line) => void lines.push(line),
    flush: () => undefined,
    close: () => Promise.resolve(),
    rewind,
  };
}

/**
 * A trace in a folder of its own, replayed as the command does: the whole way but for its flags.
 */
export class ReplayedTrace {
  // in memory where there is such a folder: there are many small files
  readonly #folder = mkdtempSync(
    join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "agentz-walks-"),
  );
  readonly path = join(this.#folder, "t.jsonl");
  /** What was told of indexes. */
  readonly told: string[] = [];

  /** Puts a trace in the place of the one before, whose index stays. */
  write(lines: readonly string[]): void {
    writeFileSync(this.path, lines.map((line) => `${line}\n`).join(""));
  }

  /** By columns where they serve, off an index where one is there; it is written else. */
  byColumns(versions: Versions, options = USUAL): Promise<Said> {
    const files = [{ name: "t.jsonl", path: this.path }];
    return this.#replay(versions, options, {
      files,
      workers: 0,
      index: true,
      cache: join(this.#folder, "cache"),
      checkIndex: false,
      tell: (message) => void this.told.push(message),
      forceIndex: true,
    });
  }

  byEvents(versions: Versions, options = USUAL): Promise<Said> {
    return this.#replay(versions, options, undefined);
  }

  async #replay(
    { baseline, candidate }: Versions,
    options: KeyedOptions,
    columns: ColumnsOptions | undefined,
  ): Promise<Said> {
    const decisions = inMemory();
    const { result, stats } = await runReplay({
      baseline: { set: baseline, info: NOWHERE },
      candidate: { set: candidate, info: NOWHERE, sources: [], documents: [] },
      refs: { baseline: [], candidate: [] },
      files: [{ name: "t.jsonl", open: () => readBytes(this.path) }],
      columns,
      comparesIds: true,
      labels: undefined,
      live: false,
      ...options,
      reorder: 10_000,
      decisions,
      filter: undefined,
      gate: { limits: new Map(), accepted: [] },
      now: undefined,
      clock: () => 0,
      progress: undefined,
    });
    return { document: result, decisions: decisions.lines, stats };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
