import { closeSync, openSync, readSync } from "node:fs";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import { KeyedReplay } from "../../replay/columns/keyed-replay.ts";
import type { KeyedSink } from "../../replay/columns/keyed-walk.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { CallResult } from "../../replay/walk.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { decodeEvent, type TraceEvent } from "../../trace/event.ts";
import { parseJson } from "../../trace/parse-json.ts";
import { LISTED, ReadReport } from "../../trace/read-report.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import type { KeyedPiece } from "./piece-keys.ts";
import { feed, planFeed } from "./feed.ts";
import type { Plan } from "./plan.ts";
import { plainFiles, type PlainFile } from "./plain-files.ts";

/** What a replay by columns gathered: the same that one over whole events gathers. */
export interface ColumnsDone {
  readonly tally: ReplayTally;
  readonly coverage: CoverageTally;
  readonly report: ReadReport;
  readonly keylessWrites: number;
  readonly partial: boolean;
  /** Null where not all was read. */
  readonly traceDigest: string | null;
}

/** Why columns do not serve a trace after all, found while it is read. */
class NotByColumns extends Error {}

/** How a job is read by columns; undefined: some of it needs every event as it is. */
async function planOf(job: ReplayJob): Promise<Plan | undefined> {
  if (job.columns === undefined || job.filter !== undefined || job.labels !== undefined || job.recordedPolicy !== undefined) return undefined;
  const files = await plainFiles(job.columns.files);
  return files === undefined ? undefined : planFeed(files, job);
}

/** Replays a job by columns (design 7.8: the same document); undefined where that cannot be, and nothing was counted. */
export async function replayByColumns(job: ReplayJob): Promise<ColumnsDone | undefined> {
  const plan = await planOf(job);
  if (plan === undefined) return undefined;
  const walk = new ColumnsWalk(job, plan);
  try {
    return await walk.run();
  } catch (error) {
    if (!(error instanceof NotByColumns)) throw error;
    await job.decisions?.rewind();
    return undefined;
  } finally {
    walk.close();
  }
}

class ColumnsWalk {
  readonly #job: ReplayJob;
  readonly #plan: Plan;
  readonly #files: readonly PlainFile[];
  readonly #fds: readonly number[];
  readonly #tally = new ReplayTally();
  readonly #coverage: CoverageTally;
  readonly #report = new ReadReport();
  readonly #replay: KeyedReplay;
  /** Lines before the segment that is walked, in its file, and the file. */
  #lines = 0;
  #file = 0;
  #lastTime = -Infinity;
  #digests: Uint8Array[][];

  constructor(job: ReplayJob, plan: Plan) {
    this.#job = job;
    this.#plan = plan;
    this.#files = plan.files;
    this.#fds = plan.files.map(({ path }) => openSync(path, "r"));
    this.#coverage = new CoverageTally({ baseline: job.baseline.set, candidate: job.candidate.set });
    this.#digests = plan.files.map(() => []);
    const context = {
      sessions: this.#tally.sessions,
      credential: (request: TraceEvent["request"]) => this.#coverage.credentials.note(request),
      readEvent: (segment: Segment, row: number) => this.#readEvent(segment, row),
    };
    const options = { history: job.history, approvals: job.approvals, idle: job.idle };
    this.#replay = new KeyedReplay(plan.versions, options, { sink: this.#sink(), sessions: this.#tally.sessions, context });
  }

  close(): void {
    for (const fd of this.#fds) closeSync(fd);
  }

  async run(): Promise<ColumnsDone> {
    const { progress, interrupted, decisions } = this.#job;
    for await (const { piece, keyed } of feed(this.#plan, this.#job)) {
      if (keyed === undefined) throw new NotByColumns("a line is too long");
      this.#take(piece.file, keyed);
      progress?.read(piece.to - piece.from);
      progress?.show(this.#tally.trace.calls);
      await decisions?.flush();
      await setImmediate();
      if (interrupted.aborted) break;
    }
    progress?.end();
    this.#replay.finish();
    this.#report.files = this.#files.length;
    const partial = interrupted.aborted;
    return { tally: this.#tally, coverage: this.#coverage, report: this.#report, keylessWrites: this.#replay.keylessWrites, partial, traceDigest: partial ? null : this.#digest() };
  }

  #take(file: number, { segment, keys, fresh, blocks }: KeyedPiece & { readonly segment: Segment }): void {
    if (file !== this.#file) {
      // before the first time of a file nothing orders its events but that they come first of all (design 5.4)
      if (Number.isNaN(segment.times[0] ?? 0) && this.#lastTime > -Infinity) throw new NotByColumns("a file begins without a time");
      [this.#file, this.#lines] = [file, 0];
    }
    this.#checkOrder(segment);
    const report = this.#report;
    for (const { line, cause } of segment.malformed) {
      if (report.malformedList.length < LISTED) report.malformedList.push({ file: this.#files[file]?.name ?? "", line: this.#lines + line + 1, cause });
    }
    report.malformed += segment.malformedCount;
    report.events += segment.rows;
    this.#replay.takeKeyed(segment, { keys, fresh });
    this.#lines += segment.lineCount;
    report.lines += segment.lineCount;
    this.#digests[file]?.push(blocks);
  }

  /** Columns are walked as they stand, so events must come in the order of design 5.4. */
  #checkOrder({ times, rows }: Segment): void {
    let last = this.#lastTime;
    for (let row = 0; row < rows; row++) {
      const time = times[row] ?? NaN;
      if (time < last) throw new NotByColumns("an event comes after a later one");
      if (time >= last) last = time;
    }
    this.#lastTime = last;
  }

  #readEvent(segment: Segment, row: number): TraceEvent {
    const start = segment.starts[row] ?? 0;
    const bytes = Buffer.allocUnsafe((segment.ends[row] ?? 0) - start);
    const read = readSync(this.#fds[this.#file] ?? -1, bytes, 0, bytes.length, segment.offset + start);
    const parsed = parseJson(withoutMark(bytes.toString("utf8", 0, read)));
    const event = "reason" in parsed ? parsed.reason : decodeEvent(parsed.value, { file: this.#files[this.#file]?.name ?? "", line: this.#lines + (segment.lines[row] ?? 0) + 1 });
    if (typeof event === "string") throw new NotByColumns("the trace changed while it was read");
    return event;
  }

  #sink(): KeyedSink {
    const [tally, coverage, log] = [this.#tally, this.#coverage, this.#job.logDecision];
    return {
      count: (result, calls) => {
        tally.count(result, calls);
        coverage.count(result, calls);
      },
      isMarked: (result: CallResult) => log !== undefined || tally.isMarked(result),
      mark: (result, facts) => {
        tally.mark(result, facts);
        log?.(result, facts.id());
      },
      credits: (result) => {
        const credits = coverage.credits(result);
        return credits === undefined ? undefined : (credential) => coverage.credited(credits, credential);
      },
      events: (counts) => tally.trace.addCounts(counts),
    };
  }

  #digest(): string {
    const all = createHash("sha256");
    for (const blocks of this.#digests) {
      const file = createHash("sha256");
      for (const block of blocks) file.update(block);
      all.update(file.digest());
    }
    return `sha256:${all.digest("hex")}`;
  }
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
