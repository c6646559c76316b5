import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { assembleSet } from "../../engine/assemble.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { readsOf, type SetReads } from "../../replay/columns/set-reads.ts";
import type { Source } from "../../text/span.ts";
import { sha256 } from "../host/hash.ts";
import { KeptSegments } from "./kept-segments.ts";
import type { Asked, WorkerStart } from "./pool.ts";
import { TaskReader, type TaskDone } from "./tasks.ts";

/** The set of texts that loaded before, in another thread; data files are among them. */
function setOf(sources: readonly Source[]): CompiledSet {
  const byName = new Map(sources.map((source) => [source.file, source]));
  const readBeside = (file: string, path: string): { readonly source: Source } | { readonly fault: string } => {
    const name = file.slice(0, file.lastIndexOf("/") + 1) + path.replace(/^(\.\/)+/, "");
    const source = byName.get(name);
    return source === undefined ? { fault: "it is not there" } : { source };
  };
  const { set } = assembleSet(sources.filter(({ file }) => /\.ya?ml$/i.test(file)), { readBeside, sha256 });
  if (set === undefined) throw new Error("a policy set that loaded does not load in another thread");
  return set;
}

function buffersOf({ keyed, encoded }: TaskDone): readonly ArrayBuffer[] {
  if (keyed === undefined) return [];
  const { segment, keys } = keyed;
  if (segment === undefined) return [];
  const { codes, dictionaries, times, has, whole, starts, ends, lines } = segment;
  const arrays = [keys, ...codes, times, has, whole, starts, ends, lines, ...dictionaries.flatMap(({ pool, offsets, depths }) => [pool, offsets, depths]), ...(encoded === undefined ? [] : [encoded.bytes])];
  return [...new Set(arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer))];
}

/** Versions whose texts did not change stay compiled. */
class Compiled {
  readonly #known = new Map<string, SetReads>();

  of(sources: readonly Source[]): SetReads {
    const key = sources.map(({ file, text }) => `${file}\u0000${text}`).join("\u0000");
    const reads = this.#known.get(key) ?? readsOf(setOf(sources));
    this.#known.clear();
    this.#known.set(key, reads);
    return reads;
  }
}

const BASELINE = new Compiled();
const CANDIDATE = new Compiled();

/** The reader for a start; undefined where a version does not load from its texts alone. */
function readerFor(start: WorkerStart, kept: KeptSegments | undefined): TaskReader | undefined {
  try {
    const baseline = start.baseline === undefined ? undefined : BASELINE.of(start.baseline);
    return new TaskReader({ baseline, candidate: CANDIDATE.of(start.candidate), layout: start.layout }, start.paths, kept);
  } catch {
    return undefined;
  }
}

function serve(first: WorkerStart): void {
  const kept = first.keep ? new KeptSegments() : undefined;
  let reader = readerFor(first, kept);
  parentPort?.on("message", (asked: Asked) => {
    if ("start" in asked) {
      reader?.close();
      reader = readerFor(asked.start, kept);
      return;
    }
    const done: TaskDone = reader?.run(asked.task, asked.index) ?? { keyed: undefined, encoded: undefined };
    // what stays here cannot be handed over
    parentPort?.postMessage(done, kept === undefined ? [...buffersOf(done)] : []);
  });
}

if (!isMainThread) serve(workerData);
