import type { Level } from "../../lint/rule.ts";
import { readFolderSet, type SetFiles } from "../../node/read-set.ts";
import type { Source } from "../../text/span.ts";

/** A set as an editor sees it: files, and the texts that are not saved yet. Plain data. */
export interface TextsJob {
  /** The folder that paths and names of files start at. */
  readonly cwd: string;
  /** What of the set is on disk; none: it is only the texts. */
  readonly paths: readonly string[];
  /** They stand for the files of their names, or are files that are not there yet. */
  readonly texts: readonly Source[];
  readonly levels: readonly (readonly [code: string, level: Level])[];
  /** Milliseconds since 1970 by which expiry is judged. */
  readonly today: number;
}

/** The files of a set, unsaved texts in the place of their files. What cannot be read is a `UserError`. */
export async function filesOfTexts({ cwd, paths, texts }: TextsJob): Promise<SetFiles> {
  const names = new Set(texts.map(({ file }) => file));
  const none: SetFiles = {
    sources: [],
    readBeside: () => ({ fault: "it cannot be read" }),
    openedFiles: new Map(),
    ref: texts.map(({ file }) => file).join(" "),
  };
  const files = paths.length === 0 ? none : await readFolderSet(cwd, paths);
  return { ...files, sources: [...files.sources.filter(({ file }) => !names.has(file)), ...texts] };
}
