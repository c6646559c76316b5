import { stat } from "node:fs/promises";
import { basename, resolve, sep } from "node:path";
import type { ImportFile } from "../trace/importers/importer.ts";
import { TraceError } from "../diagnostics/trace-error.ts";
import { isMissing, whyUnreadable } from "./file-error.ts";
import { isPattern, PatternError } from "./file-pattern.ts";
import { readBytes } from "./files.ts";
import { filesBelow, unreadableFolder } from "./folders.ts";
import { pathHelp } from "./near-path.ts";

/** What a folder is searched for. */
export const IMPORT_ENDINGS = ["json", "jsonl", "ndjson", "parquet"] as const;
export const TRACE_ENDINGS = ["jsonl", "ndjson", "parquet"] as const;

interface Found {
  readonly name: string;
  readonly relative: string;
}

/**
 * The files that paths, folders (searched for `endings`, also with `.gz`) and globs name; `-` is
 * standard input. Each file once, in the order of names within what named it. A path that does not
 * exist is a `TraceError`.
 */
export async function expandInputs(
  paths: readonly string[],
  endings: readonly string[],
): Promise<readonly ImportFile[]> {
  const found = new Map<string, Found>();
  for (const path of paths)
    for (const file of await expandOne(path, endings))
      if (!found.has(resolve(file.name))) found.set(resolve(file.name), file);
  return [...found.values()].map((file) => toInput(file, found.size));
}

/**
 * The files of the folders among `paths` that {@link expandInputs} leaves out for their endings, by
 * their paths.
 */
export async function leftOutInputs(
  paths: readonly string[],
  endings: readonly string[],
): Promise<readonly string[]> {
  const ending = new RegExp(`\\.(${endings.join("|")})(\\.gz)?$`);
  const left: string[] = [];
  for (const path of paths)
    if (path !== "-" && (await kindOf(path)) === "folder")
      for (const { name } of await inFolder(path, "**/*")) if (!ending.test(name)) left.push(name);
  return left;
}

type Chunks = () => AsyncIterable<Uint8Array>;

function heldChunks(open: Chunks): Chunks {
  let held: readonly Uint8Array[] | undefined;
  return async function* chunks() {
    if (held === undefined) {
      const read: Uint8Array[] = [];
      for await (const chunk of open()) read.push(chunk);
      held = read;
    }
    yield* held;
  };
}

/**
 * The same files, for whoever reads them more than once: standard input, which comes once, is held
 * in memory.
 */
export function rereadable<T extends { readonly name: string; readonly open: Chunks }>(
  files: readonly T[],
): readonly T[] {
  return files.map((file) => (file.name === "-" ? { ...file, open: heldChunks(file.open) } : file));
}

async function expandOne(path: string, endings: readonly string[]): Promise<readonly Found[]> {
  if (path === "-") return [{ name: "-", relative: "-" }];
  const kind = await kindOf(path);
  if (kind === "folder") return inFolder(path, `**/*.{${endings.join(",")}}{,.gz}`);
  if (kind === "file") return [{ name: path, relative: basename(path) }];
  if (!isPattern(path))
    throw new TraceError(
      `\`${path}\` does not exist`,
      pathHelp("", path, "pass files, folders, globs or `-` for standard input"),
    );
  const [base, pattern] = splitGlob(path);
  return (await kindOf(base)) === undefined ? [] : inFolder(base, pattern);
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new TraceError(`cannot read \`${path}\`: ${whyUnreadable(cause)}`);
  }
}

async function inFolder(folder: string, pattern: string): Promise<readonly Found[]> {
  const below = await filesBelow(folder, pattern).catch((cause: unknown) =>
    Promise.reject(refusal(folder, cause)),
  );
  if (below.some((name) => name.endsWith(".parquet"))) await refuseTable(folder);
  const prefix = folder === "." ? "" : folder.endsWith("/") ? folder : `${folder}/`;
  return [...below]
    .sort(byCodeUnit)
    .map((relative) => ({ name: `${prefix}${relative}`, relative }));
}

/** The logs of Delta Lake and of Iceberg: only they tell which rows of the table's files count. */
const TABLE_LOG = "**/{_delta_log/*.json,metadata/*.metadata.json}";

/** A folder that is a table cannot be read file by file. */
async function refuseTable(folder: string): Promise<void> {
  const [log] = await filesBelow(folder, TABLE_LOG);
  if (log !== undefined)
    throw new TraceError(
      `\`${folder}\` is a table of Delta Lake or Iceberg (\`${log}\`): its files also hold deleted rows`,
      "read the table with Spark or DuckDB, and write its rows as Parquet or JSON Lines",
    );
}

function refusal(folder: string, cause: unknown): TraceError {
  return cause instanceof PatternError
    ? new TraceError(cause.message, cause.help)
    : new TraceError(unreadableFolder(folder, cause));
}

/** The folder before the first segment with a wildcard, and the rest. */
function splitGlob(path: string): readonly [string, string] {
  const segments = path.split("/");
  const first = segments.findIndex((segment) => isPattern(segment));
  const base = segments.slice(0, Math.max(first, 0)).join("/");
  return [
    base === "" ? (path.startsWith("/") ? "/" : ".") : base,
    segments.slice(Math.max(first, 0)).join("/"),
  ];
}

function toInput({ name, relative }: Found, files: number): ImportFile {
  const path = name === "-" ? "-" : resolve(name).split(sep).join("/");
  return { name, relative, path, open: () => readBytes(name, files) };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
