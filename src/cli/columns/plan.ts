import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import type { StoredBook } from "../../replay/columns/key-book.ts";
import type { PlainFile } from "./plain-files.ts";
import type { Task } from "./tasks.ts";

/** Where a trace's pieces come from, and with which columns. */
export interface Plan {
  readonly versions: KeyedVersions;
  readonly files: readonly PlainFile[];
  readonly tasks: readonly Task[];
  /** What the keys that stand in the indexes tell: of each one; none where there are no indexes. */
  readonly books: readonly StoredBook[];
  /** Whether the keys in the indexes serve, so that hardly a row is looked at. */
  readonly keyed: boolean;
  /** Whether the files' indexes are to be written on the way. */
  readonly build: boolean;
}
