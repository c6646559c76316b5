import type { Layout } from "../../trace/columns/layout.ts";
import type { ReadVersions } from "../../batch/values/versions.ts";
import type { IndexStats } from "../../documents/replay-result.ts";
import type { FoundIndex, IndexStore } from "./index-store.ts";
import type { PlainFile } from "./plain-files.ts";
import type { Streams } from "./stream-feed.ts";
import type { Task } from "./tasks.ts";

/** Where a trace's pieces come from, and with which columns. */
export interface ReadPlan {
  readonly versions: ReadVersions;
  /** What the files are called, in the order of their names. */
  readonly names: readonly string[];
  /** The files, where they can be read at any place. */
  readonly files: readonly PlainFile[];
  /** Set where they cannot: then they are read from their beginning, by one thread. */
  readonly streams: Streams | undefined;
  /** The columns of streams that turned out to be too large for comparing the ids of events. */
  readonly late?: Layout;
  readonly tasks: readonly Task[];
  /** Whether calls stand below others: then rows have ids, and are walked as one. */
  readonly linked: boolean;
  /** Set where the files' indexes are to be written on the way. */
  readonly build: IndexBuild | undefined;
  /** The indexes off which the trace is read, of each file one; none: it is read itself. */
  readonly found: readonly FoundIndex[];
  /** Where indexes are kept; undefined: nowhere, or this trace has none. */
  readonly store: IndexStore | undefined;
  /** Of which use the indexes are that are there, and why of no more. */
  readonly index: Omit<IndexStats, "written">;
}

/** How indexes are written. */
export interface IndexBuild {
  readonly store: IndexStore;
  /** The indexes that are held against what the trace holds; of each file one, or none at all. */
  readonly held: readonly FoundIndex[];
  /** Told what a user wants to know of indexes that are not believed. */
  readonly tell: (message: string) => void;
}
