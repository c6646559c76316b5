import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import type { PlainFile } from "./plain-files.ts";
import type { Task } from "./tasks.ts";

/** Where a trace's pieces come from, and with which columns. */
export interface Plan {
  readonly versions: KeyedVersions;
  readonly files: readonly PlainFile[];
  readonly tasks: readonly Task[];
  /** Whether rows have the keys that stand in the indexes, so that none is looked at. */
  readonly keyed: boolean;
  /** Whether the files' indexes are to be written on the way. */
  readonly build: boolean;
}
