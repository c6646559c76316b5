import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBytes } from "../../src/node/files.ts";
import type { LineFile } from "../../src/node/output.ts";
import { KeptTrace } from "../../src/api/replay/kept-trace.ts";
import type { ColumnsOptions } from "../../src/api/replay/replay-inputs.ts";
import { runReplay, type ReplayJob } from "../../src/api/replay/replay-job.ts";
import type { FilterOptions } from "../../src/replay/filter.ts";
import { LabelTable } from "../../src/trace/labels.ts";
import { replayByWalk, type Walked } from "../replay/walk-replay.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import type { ReplayOptions } from "../../src/replay/walk.ts";
import type { ReplayResult, ReplayStats } from "../../src/documents/replay-result.ts";

/** Two versions; the baseline is undefined where it is what was recorded. */
export interface Versions {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: CompiledSet;
}

/** All that a replay says. */
export interface ReplayOutput {
  readonly document: ReplayResult;
  readonly decisions: readonly string[];
  readonly stats: ReplayStats;
}

export const USUAL: ReplayOptions = {
  history: "counterfactual",
  approvals: "recorded",
  idle: undefined,
};

const NOWHERE = { source: null, ref: "", digest: null };

/** What of a trace is asked for, and what is joined to it. */
export interface Asked {
  readonly filter?: FilterOptions;
  /** Whether events are incidents, by their ids. */
  readonly labels?: readonly (readonly [id: string, incident: boolean])[];
}

function labelTable(labels: Asked["labels"]): LabelTable | undefined {
  if (labels === undefined) return undefined;
  const table = new LabelTable();
  for (const [id, incident] of labels) table.add(id, { incident });
  return table;
}

/** One process that replays a trace after each edit, as `--watch` does. */
export class Watched {
  readonly #columns: ColumnsOptions;
  readonly #job: (versions: Versions) => ReplayJob;

  constructor(columns: ColumnsOptions, job: (versions: Versions) => ReplayJob) {
    this.#columns = { ...columns, index: false, kept: new KeptTrace() };
    this.#job = job;
  }

  async replay(versions: Versions): Promise<Omit<ReplayOutput, "decisions">> {
    const { result, stats } = await runReplay({ ...this.#job(versions), columns: this.#columns });
    return { document: result, stats };
  }
}

async function replayed(job: ReplayJob): Promise<ReplayOutput> {
  const decisions = inMemory();
  const { result, stats } = await runReplay({ ...job, decisions });
  return { document: result, decisions: decisions.lines, stats };
}

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
  readonly #files = ["t.jsonl", "u.jsonl", "v.jsonl"].map((name) => ({
    name,
    path: join(this.#folder, name),
  }));
  #written = this.#files.slice(0, 1);
  /** What was told of indexes. */
  readonly told: string[] = [];

  /** Puts a trace, of up to three files, in the place of the one before, whose index stays. */
  write(...files: readonly (readonly string[])[]): void {
    this.#written = this.#files.slice(0, files.length);
    this.#written.forEach(({ path }, i) =>
      writeFileSync(path, (files[i] ?? []).map((line) => `${line}\n`).join("")),
    );
  }

  /** By columns where they serve, off an index where one is there; it is written else. */
  byColumns(versions: Versions, options = USUAL): Promise<ReplayOutput> {
    return replayed({ ...this.#job(versions, options, {}), columns: this.#columns() });
  }

  /** Whoever watches the trace as it stands now. */
  watched(options = USUAL): Watched {
    return new Watched(this.#columns(), (versions) => this.#job(versions, options, {}));
  }

  #columns(): ColumnsOptions {
    return {
      files: this.#written,
      workers: 0,
      index: true,
      cache: join(this.#folder, "cache"),
      checkIndex: false,
      tell: (message) => void this.told.push(message),
      forceIndex: true,
    };
  }

  /** The events of the trace, read one after the other. */
  async byEvents(versions: Versions, options = USUAL, asked: Asked = {}): Promise<ReplayOutput> {
    return replayed(this.#job(versions, options, asked));
  }

  /** What all other ways are held against: each call is decided by itself. */
  byWalk(versions: Versions, options = USUAL, asked: Asked = {}): Promise<Walked> {
    return replayByWalk(this.#job(versions, options, asked));
  }

  #job({ baseline, candidate }: Versions, options: ReplayOptions, asked: Asked): ReplayJob {
    return {
      baseline: { set: baseline, info: NOWHERE },
      candidate: { set: candidate, info: NOWHERE, sources: [], documents: [] },
      refs: { baseline: [], candidate: [] },
      files: this.#written.map(({ name, path }) => ({ name, open: () => readBytes(path) })),
      columns: undefined,
      comparesIds: true,
      labels: labelTable(asked.labels),
      live: false,
      ...options,
      reorder: 10_000,
      decisions: undefined,
      filter: asked.filter,
      gate: { limits: new Map(), accepted: [] },
      now: undefined,
      clock: () => 0,
      progress: undefined,
    };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
