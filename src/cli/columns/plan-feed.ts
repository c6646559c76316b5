import { existsSync } from "node:fs";
import { whyNotByBatch } from "../../batch/batchable.ts";
import { keyedFor, keyedVersions, type KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import { coversLayout, keepsIds, unitedLayout } from "../../trace/columns/layout.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import type { ColumnsOptions, ReplayJob } from "../replay-inputs.ts";
import { blockDigests } from "./index-file.ts";
import { IndexStore, type FoundIndex, type NoIndex } from "./index-store.ts";
import { INDEX_DAMAGED } from "./not-by-columns.ts";
import { PIECE_BYTES, piecesOf } from "./pieces.ts";
import type { PlainFile } from "./plain-files.ts";
import type { IndexBuild, Plan } from "./plan.ts";
import type { Task } from "./tasks.ts";

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
  versions: KeyedVersions,
  of: {
    readonly build: IndexBuild | undefined;
    readonly why: string | null;
    readonly whyKeys: string | undefined;
  },
): Planned {
  const { build, why, whyKeys } = of;
  const encode = build !== undefined;
  const pieces = files.flatMap(({ size }, file) => piecesOf(file, size));
  const tasks = numbered(
    pieces.map((piece) => ({
      piece,
      indexed: undefined,
      keys: { from: 0, to: 0 },
      encode,
      blocks: NONE,
    })),
  );
  return { versions, files, build, keyed: false, whyKeys, tasks, index: { used: "none", why } };
}

function offIndex(
  files: readonly PlainFile[],
  versions: KeyedVersions,
  of: {
    readonly found: readonly FoundIndex[];
    readonly build: IndexBuild;
    readonly again: boolean;
    readonly whyKeys: string | undefined;
  },
): Planned {
  const { found, build, again, whyKeys } = of;
  // keys that do not serve are written anew, off the columns; who watches asks for others each time
  const own = keyedFor(versions);
  const keyed =
    whyKeys !== undefined && !again && found.every(({ header }) => header.keyedFor === own);
  const writes = whyKeys !== undefined && !again && !keyed;
  const tasks = numbered(indexedTasks(found, files).map((task) => ({ ...task, encode: writes })));
  const index = keyed
    ? ({ used: "keys", why: null } as const)
    : ({
        used: "columns",
        why:
          whyKeys === undefined
            ? "no call needs a key"
            : again
              ? "keys are computed again after each save"
              : "its keys belong to other policies",
      } as const);
  return { versions, files, build: writes ? build : undefined, keyed, whyKeys, tasks, index };
}

/**
 * Plans how a trace is read: off its index where that is fresh and keeps what the versions read. A
 * text: why not by columns.
 */
export function planFeed(
  files: readonly PlainFile[],
  job: ReplayJob & { readonly columns: ColumnsOptions },
): Plan | string {
  const linked = job.columns.linked === true;
  const versions = keyedVersions(
    { baseline: job.baseline.set, candidate: job.candidate.set },
    { ids: job.comparesIds || job.decisions !== undefined || linked },
  );
  if (typeof versions === "string") return versions;
  return { ...planned(files, versions, job), linked };
}

/** A plan but for whether calls stand below others. */
type Planned = Omit<Plan, "linked">;

function planned(
  files: readonly PlainFile[],
  versions: KeyedVersions,
  job: ReplayJob & { readonly columns: ColumnsOptions },
): Planned {
  const { columns } = job;
  const whyKeys = whyNotByBatch(versions);
  if (!columns.index)
    return withoutIndex(files, versions, {
      build: undefined,
      why: "--no-index switches it off",
      whyKeys,
    });
  const writes =
    columns.forceIndex || files.reduce((sum, { size }) => sum + size, 0) >= WORTH_INDEXING;
  if (columns.cache !== undefined)
    return withStore(files, versions, {
      columns,
      store: new IndexStore(columns.cache),
      writes,
      ids: job.comparesIds || columns.linked === true,
      whyKeys,
    });
  if (writes) columns.tell(`there is no index: ${NO_CACHE}`);
  return withoutIndex(files, versions, { build: undefined, why: NO_CACHE, whyKeys });
}

const NO_CACHE = "the environment names no cache folder";

interface Indexable {
  readonly columns: ColumnsOptions;
  readonly store: IndexStore;
  /** Whether an index is worth writing. */
  readonly writes: boolean;
  /** Whether columns have to hold the ids of events, to hold them against each other. */
  readonly ids: boolean;
  readonly whyKeys: string | undefined;
}

function withStore(
  files: readonly PlainFile[],
  versions: KeyedVersions,
  { columns, store, writes, ids, whyKeys }: Indexable,
): Planned {
  const indexes = indexesOf(files, store, columns);
  const found = "found" in indexes ? indexes.found : [];
  const [layout] = found.map(({ header }) => header.layout);
  const build: IndexBuild = { store, held: [], tell: columns.tell };
  if (layout !== undefined && coversLayout(layout, versions.layout) && (!ids || keepsIds(layout))) {
    const kept = { ...versions, layout };
    if (columns.checkIndex)
      return withoutIndex(files, kept, { build: { ...build, held: found }, why: null, whyKeys });
    return offIndex(files, kept, { found, build, again: columns.kept !== undefined, whyKeys });
  }
  const why = "why" in indexes ? indexes.why : "it lacks an attribute that the policies read";
  if (!writes)
    return withoutIndex(files, versions, {
      build: undefined,
      why: `${why}, and agentz writes none for a trace of less than 4 MiB`,
      whyKeys,
    });
  const united = layout === undefined ? undefined : unitedLayout(layout, versions.layout, { ids });
  return withoutIndex(
    files,
    { ...versions, layout: united ?? versions.layout },
    { build, why, whyKeys },
  );
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
  let last = 0;
  return found.flatMap(({ header, path }, file) => {
    const digests = blockDigests(header);
    const { size } = files[file] ?? header.trace;
    const own = { from: last, to: last + header.keys };
    last = own.to;
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
        keys: own,
        encode: false,
        blocks: digests.slice(i * stride, (i + 1) * stride),
      };
    });
  });
}
