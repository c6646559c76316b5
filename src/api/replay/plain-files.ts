import { open, realpath, stat } from "node:fs/promises";
import { isGzip, isParquet, refusedStart, START_BYTES } from "../../node/files.ts";

/** A file of a trace that can be read at any place: no pipe, and not packed. */
export interface PlainFile {
  readonly name: string;
  readonly path: string;
  /** Its path without links. */
  readonly real: string;
  readonly size: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly modified: number;
  /** Which file it is, and when anything of it changed last: what a user can hardly set back. */
  readonly identity: string;
}

/**
 * True where the file is not read byte by byte: who reads it as a stream unpacks it, or tells why
 * not.
 */
async function isPacked(path: string): Promise<boolean> {
  const start = await startOf(path);
  return isGzip(start) || refusedStart(start) !== undefined;
}

const NOTHING = Buffer.alloc(0);

/** The first bytes of a plain file; of a pipe, which gives its bytes once, none. */
async function startOf(path: string): Promise<Buffer> {
  if (!(await stat(path)).isFile()) return NOTHING;
  const handle = await open(path, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function plainFile(file: {
  readonly name: string;
  readonly path: string;
}): Promise<PlainFile | undefined> {
  const real = file.path === "-" ? undefined : await realpath(file.path).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
  if (
    real === undefined ||
    found === undefined ||
    !found.isFile() ||
    (await isPacked(real).catch(() => true))
  )
    return undefined;
  return {
    ...file,
    real,
    size: found.size,
    modified: found.mtimeMs,
    identity: [found.dev, found.ino, found.ctimeMs].join(":"),
  };
}

/**
 * The files in the order of their names; undefined where one of them can only be read as a stream.
 */
export async function plainFiles(
  files: readonly { readonly name: string; readonly path: string }[],
): Promise<readonly PlainFile[] | undefined> {
  const found = await Promise.all(files.map(plainFile));
  const plain = found.filter((file) => file !== undefined);
  return plain.length < found.length || plain.length > MOST
    ? undefined
    : plain.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Those of the files that are Parquet, by their names, with their paths. */
export async function parquetFiles(
  files: readonly { readonly name: string; readonly path: string }[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { name, path } of files)
    if (path !== "-" && isParquet(await startOf(path).catch(() => NOTHING))) found.set(name, path);
  return found;
}

/** Whether all of these are files, packed or not, so that each can be read again. */
export async function areFiles(files: readonly { readonly path: string }[]): Promise<boolean> {
  const found = await Promise.all(
    files.map(({ path }) => (path === "-" ? undefined : stat(path).catch(() => undefined))),
  );
  return found.every((file) => file?.isFile() === true);
}

/** How many files are held open at most. */
const MOST = 64;
