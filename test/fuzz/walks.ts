import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBytes } from "../../src/node/files.ts";
import { parquetLines } from "../../src/node/parquet.ts";
import type { JsonObject } from "../../src/request/json.ts";
import { type DecisionFile, decisionLines } from "../../src/api/decision-log.ts";
import { KeptTrace } from "../../src/api/replay/kept-trace.ts";
import { KeptReplay } from "../../src/batch/kept-replay.ts";
import type { ColumnsOptions } from "../../src/api/replay/replay-inputs.ts";
import { RuleCounts, type RuleCount } from "../../src/replay/rule-counts.ts";
import { runReplay, type ReplayJob } from "../../src/api/replay/replay-job.ts";
import type { FilterOptions } from "../../src/replay/filter.ts";
import type { Source } from "../../src/text/span.ts";
import { LabelTable } from "../../src/trace/labels.ts";
import { ReportTally } from "../../src/executive-report/report-tally.ts";
import {
  reportByWalk,
  type ReportParts,
  type Walked,
  type WalkedReport,
} from "../replay/walk-replay.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import type { ReplayOptions } from "../../src/replay/walk.ts";
import type { ReplayResult, ReplayStats } from "../../src/documents/replay-result.ts";
import { tableOf } from "./tables.ts";

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
  /** What a report says of the same calls, if it was asked for. */
  readonly report?: ReportParts;
  /** What becomes of the calls that each rule matches, if somebody counted them. */
  readonly ruleCounts?: readonly RuleCount[];
}

export const USUAL: ReplayOptions = {
  history: "counterfactual",
  approvals: "recorded",
  idle: undefined,
};

/** Sets of the trace that was written last by what stands for their texts: they have none. */
const SETS = new Map<string, CompiledSet>();
let sets = 0;

function sourcesOf(set: CompiledSet): readonly Source[] {
  const found = [...SETS].find(([, one]) => one === set)?.[0];
  const text = found ?? String(sets++);
  SETS.set(text, set);
  return [{ file: "set", text }];
}

function known([source]: readonly Source[]): CompiledSet | undefined {
  return source === undefined ? undefined : SETS.get(source.text);
}

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

  /** `isFull`: whether calls are kept apart by every rule that matches, however many decisions that makes. */
  constructor(columns: ColumnsOptions, job: (versions: Versions) => ReplayJob, isFull: boolean) {
    const kept = new KeptTrace(() => new KeptReplay(isFull ? Infinity : 0));
    this.#columns = { ...columns, index: false, kept };
    this.#job = job;
  }

  async replay(versions: Versions): Promise<Omit<ReplayOutput, "decisions">> {
    let rules = new RuleCounts();
    const { result, stats } = await runReplay({
      ...this.#job(versions),
      columns: this.#columns,
      countDecisions: () => {
        const fresh = (rules = new RuleCounts());
        return (decided, calls) => fresh.add(decided, calls);
      },
    });
    return { document: result, stats, ruleCounts: rules.counts() };
  }
}

async function replayed(job: ReplayJob): Promise<ReplayOutput> {
  const decisions = inMemory();
  const { result, stats } = await runReplay({ ...job, decisions });
  return { document: result, decisions: decisions.lines, stats };
}

async function reported(job: ReplayJob): Promise<Omit<ReplayOutput, "decisions">> {
  let tally: ReportTally | undefined;
  const { result, stats } = await runReplay(
    job,
    (coverage) =>
      (tally = new ReportTally(coverage, job.candidate.set, {
        arguments: true,
        examples: "place",
      })),
  );
  if (tally === undefined) throw new Error("nobody looked at the calls");
  return { document: result, stats, report: tally.parts(result, 0) };
}

function inMemory(): DecisionFile & { readonly lines: string[] } {
  const lines: string[] = [];
  const lineOf = decisionLines(true);
  const rewind = (): void => void (lines.length = 0);
  return {
    lines,
    log: (result, call) => void lines.push(lineOf(result, call)),
    flush: () => undefined,
    close: () => Promise.resolve(),
    rewind,
  };
}

const CHUNK = 700;

async function* inChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += CHUNK) yield chunk.subarray(at, at + CHUNK);
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
  /** The tables of the files, under their names. */
  readonly #tables = this.#files.map(({ name, path }) => ({ name, path: `${path}.parquet` }));
  #written = this.#files.slice(0, 1);
  /** What was told of indexes. */
  readonly told: string[] = [];

  /** Puts a trace, of up to three files, in the place of the one before, whose index stays. */
  write(...files: readonly (readonly string[])[]): void {
    SETS.clear();
    this.#written = this.#files.slice(0, files.length);
    this.#written.forEach(({ path }, i) =>
      writeFileSync(path, (files[i] ?? []).map((line) => `${line}\n`).join("")),
    );
  }

  /**
   * Puts a trace as tables in the place of the one before, whose columns are the members of its
   * events, and the lines of these tables as what they are held against; false: a file has no
   * event, so a table of it no column.
   */
  writeTables(files: readonly (readonly string[])[], isTimed: boolean): boolean {
    if (files.some(({ length }) => length === 0)) return false;
    this.write(
      ...files.map((lines, i) => {
        const path = this.#tables[i]?.path ?? "";
        const events: readonly JsonObject[] = lines.map((line) => JSON.parse(line));
        writeFileSync(path, tableOf(events, isTimed));
        const text = Buffer.concat([...parquetLines(path)]).toString("utf8");
        return text.split("\n").slice(0, -1);
      }),
    );
    return true;
  }

  /** By the columns of tables that were written. */
  byTables(versions: Versions, options = USUAL): Promise<ReplayOutput> {
    const tables = this.#tables.slice(0, this.#written.length);
    const files = tables.map(({ name, path }) => ({ name, open: () => readBytes(path) }));
    const columns = { ...this.#columns(), files: tables, index: false };
    return replayed({ ...this.#job(versions, options, {}), files, columns });
  }

  /** By columns where they serve, off an index where one is there; it is written else. */
  byColumns(versions: Versions, options = USUAL, asked: Asked = {}): Promise<ReplayOutput> {
    return replayed({ ...this.#job(versions, options, asked), columns: this.#columns() });
  }

  /**
   * The command without a file of decisions: off an index, and as a command before decided, where
   * such are there; both are kept for the next.
   */
  async byCommand(versions: Versions, options = USUAL): Promise<Omit<ReplayOutput, "decisions">> {
    const columns = { ...this.#columns(), setOf: known };
    const { result, stats } = await runReplay({ ...this.#job(versions, options, {}), columns });
    return { document: result, stats };
  }

  /** By columns or events, where calls are only counted: nothing is told of each, and nothing kept. */
  async counted(
    versions: Versions,
    options = USUAL,
    asked?: Asked,
  ): Promise<Omit<ReplayOutput, "decisions">> {
    const columns = asked === undefined ? { ...this.#columns(), index: false } : undefined;
    const job = { ...this.#job(versions, options, asked ?? {}), columns };
    const { result, stats } = await runReplay(job);
    return { document: result, stats };
  }

  /** A report: every call is looked at, off an index or (`isStream`) as it comes from a stream. */
  reported(
    versions: Versions,
    options: ReplayOptions,
    { isStream, ...asked }: Asked & { readonly isStream: boolean },
  ): Promise<Omit<ReplayOutput, "decisions">> {
    const job = this.#job(versions, options, asked);
    return reported(isStream ? job : { ...job, columns: this.#columns() });
  }

  /** Damages what is kept of how calls were decided; false: nothing is kept. */
  damage(how: "flipped" | "cut" | "swapped"): boolean {
    const folder = join(this.#folder, "cache", "index");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const [other] = names.filter((name) => name.endsWith(".azx"));
    const kept = names.filter((name) => name.endsWith(".azc"));
    for (const name of other === undefined ? [] : kept) {
      const bytes = readFileSync(join(folder, how === "swapped" ? (other ?? name) : name));
      // the numbers of the first rows' kinds come first
      if (how === "flipped") for (let at = 0; at < 3; at++) bytes[at] = (bytes[at] ?? 0) ^ 3;
      writeFileSync(
        join(folder, name),
        how === "cut" ? bytes.subarray(0, bytes.length / 2) : bytes,
      );
    }
    return kept.length > 0;
  }

  /** Whoever watches the trace as it stands now. */
  watched(options = USUAL, isFull = true): Watched {
    return new Watched(this.#columns(), (versions) => this.#job(versions, options, {}), isFull);
  }

  #columns(): ColumnsOptions {
    return {
      files: this.#written,
      workers: 0,
      index: true,
      cache: join(this.#folder, "cache"),
      checkIndex: false,
      tell: (message) => void this.told.push(message),
      indexes: "all",
    };
  }

  /** The trace as a stream that comes in small chunks, as it does from another program. */
  async byStream(versions: Versions, options = USUAL, asked: Asked = {}): Promise<ReplayOutput> {
    const job = this.#job(versions, options, asked);
    const files = job.files.map(({ name, open }) => ({ name, open: () => inChunks(open()) }));
    return replayed({ ...job, files, live: true });
  }

  /** What all other ways are held against: each call is decided by itself. */
  async byWalk(versions: Versions, options = USUAL, asked: Asked = {}): Promise<Walked> {
    const { document, decisions } = await this.reportByWalk(versions, options, asked);
    return { document, decisions };
  }

  /** The same, with what a report says. */
  reportByWalk(
    versions: Versions,
    options: ReplayOptions,
    asked: Asked = {},
  ): Promise<WalkedReport> {
    return reportByWalk(this.#job(versions, options, asked));
  }

  #job({ baseline, candidate }: Versions, options: ReplayOptions, asked: Asked): ReplayJob {
    return {
      baseline: {
        set: baseline,
        info: NOWHERE,
        ...(baseline === undefined ? {} : { sources: sourcesOf(baseline) }),
      },
      candidate: { set: candidate, info: NOWHERE, sources: sourcesOf(candidate), documents: [] },
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
