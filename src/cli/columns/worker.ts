import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { assembleSet } from "../../engine/assemble.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { readsOf } from "../../replay/columns/set-reads.ts";
import type { Source } from "../../text/span.ts";
import { sha256 } from "../host/hash.ts";
import type { WorkerStart } from "./pool.ts";
import { TaskReader, type Task, type TaskDone } from "./tasks.ts";

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
  const { codes, dictionaries, times, has, whole, starts, ends, lines } = segment;
  const arrays = [keys, ...codes, times, has, whole, starts, ends, lines, ...dictionaries.flatMap(({ pool, offsets, depths }) => [pool, offsets, depths]), ...(encoded === undefined ? [] : [encoded.bytes])];
  return [...new Set(arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer))];
}

function serve(start: WorkerStart): void {
  const baseline = start.baseline === undefined ? undefined : readsOf(setOf(start.baseline));
  const reader = new TaskReader({ baseline, candidate: readsOf(setOf(start.candidate)), layout: start.layout }, start.paths);
  parentPort?.on("message", (task: Task) => {
    const done = reader.run(task);
    parentPort?.postMessage(done, [...buffersOf(done)]);
  });
}

if (!isMainThread) serve(workerData);
