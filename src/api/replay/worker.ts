import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { KeptKinds } from "../../batch/kept-kinds.ts";
import { KeptReplay } from "../../batch/kept-replay.ts";
import type { OwnRows } from "../../batch/values/segment-rows.ts";
import { readsOf, type SetReads } from "../../batch/values/set-reads.ts";
import type { Source } from "../../text/span.ts";
import { sharedSegment, sharedTimes } from "../../trace/columns/shared-segment.ts";
import { KeptSegments } from "./kept-segments.ts";
import { LineReader } from "./line-reader.ts";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { OtherPlan } from "./other-plan.ts";
import { packedPart } from "./packed-part.ts";
import { PieceWalk, type WalkedPiece } from "./piece-walk.ts";
import { setOfSources } from "./set-of-sources.ts";
import type { Answer, Asked, PieceRead, Told, WorkerStart } from "./pool.ts";
import { TaskReader, type Task } from "./tasks.ts";

/** The memory of what a thread hands over for good. */
function buffersOf({ segment, encoded }: PieceRead): readonly ArrayBuffer[] {
  const packed = encoded === undefined ? [] : [encoded.bytes];
  if (segment === undefined)
    return packed.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  const { codes, dictionaries, times, has, whole, starts, ends, lines } = segment;
  const arrays = [
    ...codes,
    times,
    has,
    whole,
    starts,
    ends,
    lines,
    ...dictionaries.flatMap(({ pool, offsets, depths }) => [pool, offsets, depths]),
    ...packed,
  ];
  return [
    ...new Set(
      arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer),
    ),
  ];
}

/** Versions whose texts did not change stay compiled. */
class Compiled {
  readonly #known = new Map<string, SetReads>();

  of(sources: readonly Source[]): SetReads {
    const key = sources.map(({ file, text }) => `${file}\u0000${text}`).join("\u0000");
    const reads = this.#known.get(key) ?? read(sources);
    this.#known.clear();
    this.#known.set(key, reads);
    return reads;
  }
}

function read(sources: readonly Source[]): SetReads {
  const set = setOfSources(sources);
  if (set === undefined)
    throw new Error("a policy set that loaded does not load in another thread");
  return readsOf(set);
}

const BASELINE = new Compiled();
const CANDIDATE = new Compiled();

/** What stays in a thread where the same trace is replayed again. */
interface KeptHere {
  readonly segments: KeptSegments;
  readonly replay: KeptReplay;
}

/** What a thread does for one pair of versions. */
class Job {
  readonly #start: WorkerStart;
  readonly #reader: TaskReader;
  readonly #lines: LineReader;
  readonly #walk: PieceWalk;
  /** Set where another process is told which calls are of one kind. */
  readonly #kinds: KeptKinds | undefined;

  constructor(start: WorkerStart, kept: KeptHere | undefined) {
    const baseline = start.baseline === undefined ? undefined : BASELINE.of(start.baseline);
    const versions = { baseline, candidate: CANDIDATE.of(start.candidate), layout: start.layout };
    this.#start = start;
    const share = start.sharing === "parts" ? { share: sharedSegment } : {};
    this.#reader = new TaskReader(start.layout, start.files, { kept: kept?.segments, ...share });
    this.#lines = new LineReader(
      start.files.map(({ name }) => name),
      start.files,
    );
    const options = { ...start.options, linked: start.linked };
    this.#kinds = start.keep === "kinds" ? new KeptKinds(undefined) : undefined;
    this.#walk = new PieceWalk(versions, options, {
      lines: this.#lines,
      kept: kept?.replay ?? this.#kinds,
      filter: start.filter,
    });
  }

  read(task: Task, reuse: SharedArrayBuffer | undefined): Answer {
    const read = this.#reader.run(task, reuse);
    const { facts, encoded, segment } = read;
    if (this.#start.sharing !== "pieces") {
      const sent = read.kept ? undefined : segment;
      return { read: { facts, encoded, calls: 0, counted: false, segment: sent } };
    }
    const before = this.#walk.calls;
    // calls below others are walked by nobody here, since their trace has to be read otherwise
    if (!facts.parents) this.#walk.take({ index: task.index, file: task.piece.file, segment });
    const calls = this.#walk.calls - before;
    // WHY shared: whoever takes them copies none, so that no thread has to collect them
    const shared = { ...facts, times: sharedTimes(facts.times, reuse) };
    return { read: { facts: shared, encoded, calls, counted: true, segment: undefined } };
  }

  hold(piece: WalkedPiece, own: OwnRows): void {
    this.#walk.hold(piece, own);
  }

  walk(rows: Uint32Array): Answer {
    this.#walk.walk(rows);
    return { done: true };
  }

  finish(): Answer {
    const part = packedPart(this.#walk.finish());
    return { part, kinds: this.#kinds?.kinds };
  }

  close(): void {
    this.#reader.close();
    this.#lines.close();
  }
}

/** The memory that an answer takes along: what stays here cannot be handed over. */
function handedOver(said: Answer, kept: KeptHere | undefined): readonly ArrayBuffer[] {
  if ("part" in said) {
    const { counts, groups } = said.part;
    const { listed } = counts.replay.sessions;
    const hashes = listed instanceof Uint32Array ? [listed] : [];
    return [...groups, ...hashes].map(({ buffer }) => buffer);
  }
  return kept === undefined && "read" in said ? buffersOf(said.read) : [];
}

function answer(job: Job, asked: Asked): Answer {
  try {
    if ("read" in asked) return job.read(asked.read, asked.reuse);
    return "walk" in asked ? job.walk(asked.walk) : job.finish();
  } catch (error) {
    // classes of errors do not cross threads
    if (error instanceof OtherPlan) return { otherwise: error.way };
    if (!(error instanceof TraceError)) throw error;
    return { unreadable: error.message, help: error.help };
  }
}

function serve(first: WorkerStart): void {
  const kept: KeptHere | undefined =
    first.keep === "columns"
      ? { segments: new KeptSegments(), replay: new KeptReplay() }
      : undefined;
  let job = new Job(first, kept);
  parentPort?.on("message", (asked: Asked | Told) => {
    if ("hold" in asked) return job.hold(asked.hold, asked.own);
    if ("start" in asked) {
      job.close();
      job = new Job(asked.start, kept);
      return;
    }
    const said = answer(job, asked);
    parentPort?.postMessage(said, [...handedOver(said, kept)]);
  });
}

if (!isMainThread) serve(workerData);
