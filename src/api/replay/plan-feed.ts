import { existsSync } from "node:fs";
import { SEEN_PATHS } from "../../batch/column-call.ts";
import { readVersions, type ReadVersions } from "../../batch/values/versions.ts";
import { coversLayout, keepsIds, unitedLayout } from "../../trace/columns/layout.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import type { ColumnsOptions, ReplayJob } from "./replay-inputs.ts";
import { blockDigests } from "./index-file.ts";
import { IndexStore, type FoundIndex, type NoIndex } from "./index-store.ts";
import { PIECE_BYTES, piecesOf } from "./pieces.ts";
import type { PlainFile } from "./plain-files.ts";
import type { IndexBuild, ReadPlan } from "./read-plan.ts";
import type { Streams } from "./stream-feed.ts";
import type { Task } from "./tasks.ts";

/** Why an index is not used that does not hold what was written. */
export const INDEX_DAMAGED = "the index is damaged";

/** Traces smaller than this are read as fast as their index would be. */
const WORTH_INDEXING = 4 * 1024 * 1024;

/** The indexes of all files, or why one of them is none. */
type Indexes = { readonly found: readonly FoundIndex[] } | { readonly why: string };

/** Says what a user wants to know: that something is there which anybody may have made. */
function tellDoubt(file: PlainFile, { why, doubtful }: NoIndex, { tell }: ColumnsOptions): void {
  if (doubtful)
    tell(`agentz does not use the index of \`${file.name}\`: ${why}; it reads the trace instead`);
}

/**
 * WHY it is told: such files came with earlier versions, and anybody may hand one over with a
 * trace.
 */
function tellBeside(file: PlainFile, { tell }: ColumnsOptions): void {
  const beside = `${file.path}.azx`;
  if (existsSync(beside))
    tell(
      `\`${file.name}.azx\` is not read: anybody may have written an index beside a trace; delete it`,
    );
}

function indexesOf(
  files: readonly PlainFile[],
  store: IndexStore,
  options: ColumnsOptions,
): Indexes {
  if (options.damaged === true) return { why: INDEX_DAMAGED };
  const found: FoundIndex[] = [];
  let why: string | undefined;
  for (const file of files) {
    tellBeside(file, options);
    const one = store.find(file);
    if ("path" in one) found.push(one);
    else {
      tellDoubt(file, one, options);
      why ??= one.why;
    }
  }
  if (why !== undefined) return { why };
  const layouts = new Set(found.map(({ header }) => JSON.stringify(header.layout)));
  return layouts.size > 1
    ? { why: "the indexes of the files hold different attributes" }
    : { found };
}

/** How a trace is read without its index; `held`: the indexes that are held against it. */
function withoutIndex(
  files: readonly PlainFile[],
  versions: ReadVersions,
  index: {
    readonly build: IndexBuild | undefined;
    readonly why: string | null;
  },
): Planned {
  const { build, why } = index;
  const encode = build !== undefined;
  const pieces = files.flatMap(({ size }, file) => piecesOf(file, size));
  const tasks = numbered(
    pieces.map((piece) => ({
      piece,
      indexed: undefined,
      encode,
      blocks: NONE,
    })),
  );
  const notUsed = { used: "none", why } as const;
  return { versions, files, build, tasks, found: [], store: build?.store, index: notUsed };
}

function offIndex(
  files: readonly PlainFile[],
  versions: ReadVersions,
  stored: Pick<ReadPlan, "found" | "store">,
): Planned {
  const tasks = numbered(indexedTasks(stored.found, files));
  return {
    versions,
    files,
    build: undefined,
    tasks,
    ...stored,
    index: { used: "columns", why: null },
  };
}

/**
 * Plans how a trace is read: off its index where that is fresh and keeps what the versions read, and
 * what is read of a call by whoever `looks` at each.
 */
export function planFeed(
  files: readonly PlainFile[],
  job: ReplayJob & { readonly columns: ColumnsOptions },
  looks: boolean,
): ReadPlan {
  const linked = job.columns.linked === true;
  const versions = versionsOf(job, { linked, looks });
  const names = files.map(({ name }) => name);
  return { ...planned(files, versions, job), names, streams: undefined, linked };
}

/** What besides the versions has to be read of a trace. */
interface Reading {
  /** Calls may stand below others, and nobody can look again. */
  readonly linked: boolean;
  /** Somebody looks at every call. */
  readonly looks: boolean;
}

/** Plans how streams are read. */
export function planStreams(streams: Streams, job: ReplayJob, reading: Reading): ReadPlan {
  const { linked } = reading;
  return {
    versions: versionsOf(job, reading),
    names: streams.files.map(({ name }) => name),
    files: [],
    streams,
    late: versionsOf({ ...job, comparesIds: false }, reading).layout,
    tasks: [],
    linked,
    build: undefined,
    found: [],
    store: undefined,
    index: { used: "none", why: streams.why },
  };
}

/** Whether columns have to hold the ids of events, whoever asks for them. */
function namesEvents({ comparesIds, labels }: ReplayJob, linked: boolean): boolean {
  return comparesIds || labels !== undefined || linked;
}

function versionsOf(job: ReplayJob, { linked, looks }: Reading): ReadVersions {
  return readVersions(
    { baseline: job.baseline.set, candidate: job.candidate.set },
    {
      ids: namesEvents(job, linked) || job.decisions !== undefined,
      besides: looks ? SEEN_PATHS : [],
    },
  );
}

/** A plan but for whether calls are below other calls. */
type Planned = Omit<ReadPlan, "linked" | "names" | "streams">;

function planned(
  files: readonly PlainFile[],
  versions: ReadVersions,
  job: ReplayJob & { readonly columns: ColumnsOptions },
): Planned {
  const { columns } = job;
  if (!columns.index)
    return withoutIndex(files, versions, { build: undefined, why: "--no-index switches it off" });
  const writes = writesIndex(files, columns);
  if (columns.cache !== undefined)
    return withStore(files, versions, {
      columns,
      store: new IndexStore(columns.cache),
      writes,
      ids: namesEvents(job, columns.linked === true),
    });
  if (writes) columns.tell(`there is no index: ${NO_CACHE}`);
  return withoutIndex(files, versions, { build: undefined, why: NO_CACHE });
}

function writesIndex(files: readonly PlainFile[], { indexes }: ColumnsOptions): boolean {
  if (indexes !== "large") return indexes === "all";
  return files.reduce((sum, { size }) => sum + size, 0) >= WORTH_INDEXING;
}

const NO_CACHE = "the environment names no cache folder";

interface Indexable {
  readonly columns: ColumnsOptions;
  readonly store: IndexStore;
  /** Whether an index is worth writing. */
  readonly writes: boolean;
  /** Whether columns have to hold the ids of events, to hold them against each other. */
  readonly ids: boolean;
}

function withStore(
  files: readonly PlainFile[],
  versions: ReadVersions,
  { columns, store, writes, ids }: Indexable,
): Planned {
  const indexes = indexesOf(files, store, columns);
  const found = "found" in indexes ? indexes.found : [];
  const [layout] = found.map(({ header }) => header.layout);
  const build: IndexBuild = { store, held: [], tell: columns.tell };
  if (layout !== undefined && coversLayout(layout, versions.layout) && (!ids || keepsIds(layout))) {
    const kept = { ...versions, layout };
    if (columns.checkIndex)
      return withoutIndex(files, kept, { build: { ...build, held: found }, why: null });
    return offIndex(files, kept, { found, store });
  }
  const why = "why" in indexes ? indexes.why : "it lacks an attribute that the policies read";
  if (!writes)
    return withoutIndex(files, versions, {
      build: undefined,
      why: `${why}, and agentz writes none for a trace of less than 4 MiB`,
    });
  const united = layout === undefined ? undefined : unitedLayout(layout, versions.layout, { ids });
  return withoutIndex(files, { ...versions, layout: united ?? versions.layout }, { build, why });
}

const NONE = new Uint8Array(0);
type Unnumbered = Omit<Task, "index">;

function numbered(tasks: readonly Unnumbered[]): readonly Task[] {
  return tasks.map((task, index) => ({ index, ...task }));
}

function indexedTasks(
  found: readonly FoundIndex[],
  files: readonly PlainFile[],
): readonly Unnumbered[] {
  const stride = 32 * (PIECE_BYTES / BLOCK_BYTES);
  return found.flatMap(({ header, path }, file) => {
    const digests = blockDigests(header);
    const { size } = files[file] ?? header.trace;
    return header.segments.map((place, i) => {
      const piece = {
        file,
        from: i * PIECE_BYTES,
        to: Math.min(size, (i + 1) * PIECE_BYTES),
        size,
      };
      return {
        piece,
        indexed: { path, place },
        encode: false,
        blocks: digests.slice(i * stride, (i + 1) * stride),
      };
    });
  });
}
