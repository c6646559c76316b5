import { statSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { dataRequests, type ReadBeside } from "../policy/data-file.ts";
import { loadDocuments } from "../policy/load.ts";
import type { Source } from "../text/span.ts";
import { utf8Text } from "../text/utf8.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { isMissing, whyUnreadable } from "./file-error.ts";
import {
  documentsBelow,
  isJsonFile,
  isOwnJson,
  isPolicyFile,
  unreadableFolder,
} from "./folders.ts";
import { listTree, resolveRef, type TreeEntry } from "./git.ts";
import { readBlobs } from "./git-blobs.ts";
import { MAX_FILE_BYTES } from "./regular-file.ts";
import { SetRoots } from "./set-roots.ts";
import { slashed } from "./slashed.ts";
import { inMebibytes, MAX_TEXT_BYTES, textOf } from "./text-file.ts";
import { pathHelp } from "./near-path.ts";

/** The files of a policy set, and how to read what stands beside them. */
export interface SetFiles {
  readonly sources: readonly Source[];
  readonly readBeside: ReadBeside;
  /**
   * The files of the working copy that were read so far, by their real paths: the name that each has
   * here. What is of a commit is in none of them.
   */
  readonly openedFiles: ReadonlyMap<string, string>;
  /** What was asked for, as reports show it. */
  readonly ref: string;
}

const YAML = /\.ya?ml$/i;
/** All policies, catalogs and suites of a set together have no more units of text. */
const MAX_SET_LENGTH = 4 * MAX_TEXT_BYTES;

function byName(a: Source, b: Source): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}

function unreadable(name: string, why: string, help?: string): UserError {
  return new UserError(
    "unreadable",
    `\`${name}\` cannot be read: ${why}`,
    help === undefined ? {} : { help },
  );
}

function quotedList(paths: readonly string[]): string {
  return paths.map((path) => `\`${path}\``).join(", ");
}

/**
 * The texts of the YAML files that paths name (a folder: all below it). A path without any is a
 * `UserError`.
 */
export async function readFolderSet(cwd: string, paths: readonly string[]): Promise<SetFiles> {
  const files = new Set<string>();
  for (const path of paths) for (const file of await filesAt(cwd, path)) files.add(file);
  const roots = rootsOf(cwd, paths);
  const sources = [...files].map((full) => readOne(cwd, full, roots));
  refuseLarge(sources, paths.join(" "));
  return {
    sources: sources.sort(byName),
    readBeside: (file, path) => readNear(cwd, resolve(cwd, dirname(file), path), roots),
    openedFiles: roots.opened,
    ref: paths.join(" "),
  };
}

function rootsOf(cwd: string, paths: readonly string[]): SetRoots {
  try {
    return new SetRoots(cwd, paths);
  } catch (cause) {
    throw unreadable(paths.join(" "), whyUnreadable(cause));
  }
}

/** A policy, catalog or suite from its bytes; `name` is what messages call it. */
function sourceFrom(file: string, name: string, bytes: Uint8Array): Source {
  if (bytes.length > MAX_TEXT_BYTES)
    throw unreadable(
      name,
      `it has more than ${inMebibytes(MAX_TEXT_BYTES)}`,
      "split it into several files",
    );
  return { file, text: textOf(name, bytes) };
}

/**
 * Refuses policies whose texts together take too much memory to parse. `ref` is what the user calls
 * the set.
 */
function refuseLarge(sources: readonly Source[], ref: string): void {
  const total = sources.reduce((sum, { text }) => sum + text.length, 0);
  if (total > MAX_SET_LENGTH)
    throw unreadable(
      ref,
      `its files have more than ${inMebibytes(MAX_SET_LENGTH)} together`,
      "pass fewer files at a time",
    );
}

/** The files that a path names. */
async function filesAt(cwd: string, path: string): Promise<readonly string[]> {
  const full = resolve(cwd, path);
  if (!isFolder(cwd, path)) return [full];
  const { yaml: names, ownJson: json } = await documentsBelow(full).catch((cause: unknown) =>
    Promise.reject(new UserError("unreadable", unreadableFolder(path, cause))),
  );
  if (json !== undefined)
    throw ownJson(
      slashed(join(path, json)),
      `rename it to \`${json.replace(/json$/i, "yaml")}\`: JSON is YAML, too`,
    );
  if (names.length === 0)
    throw new UserError("no-documents", `the folder \`${path}\` contains no YAML file`, {
      help: "policies are *.yaml or *.yml files",
    });
  return names.map((name) => join(full, name));
}

/** The error of a document in JSON that nothing would read. */
function ownJson(name: string, help: string): UserError {
  return new UserError(
    "no-documents",
    `\`${name}\` is a document of agentz, but only *.yaml and *.yml files of a folder are read`,
    { help },
  );
}

function isFolder(cwd: string, path: string): boolean {
  try {
    return statSync(resolve(cwd, path)).isDirectory();
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable(path, whyUnreadable(cause));
    throw new UserError("no-such-path", `there is no \`${path}\``, {
      help: pathHelp(cwd, path, "give a YAML file or a folder of them, or `git:<ref>`"),
    });
  }
}

function readOne(cwd: string, full: string, roots: SetRoots): Source {
  const file = slashed(relative(cwd, full) || full);
  const found = roots.read(full);
  if ("fault" in found) throw unreadable(file, found.fault);
  return sourceFrom(file, file, found.bytes);
}

/** The text of a data file; what is no text is the catalog's mistake. */
function dataText(file: string, bytes: Uint8Array): ReturnType<ReadBeside> {
  if (YAML.test(file) && bytes.length > MAX_TEXT_BYTES)
    return {
      fault: `it is YAML and has more than ${inMebibytes(MAX_TEXT_BYTES)}; write it as CSV or JSON`,
    };
  const read = utf8Text(bytes);
  return "text" in read
    ? { source: { file, text: read.text } }
    : { fault: `${read.fault}; ${read.help}` };
}

/**
 * A data file; one that is not there or is none is the catalog's mistake, one that cannot be read a
 * `UserError`.
 */
function readNear(cwd: string, full: string, roots: SetRoots): ReturnType<ReadBeside> {
  const file = slashed(relative(cwd, full));
  const found = roots.read(full);
  if ("bytes" in found) return dataText(file, found.bytes);
  if (found.kind === "failed") throw unreadable(file, found.fault);
  return { fault: found.fault };
}

/** The same paths as they stand in a commit, read without touching the working tree. */
export async function readGitSet(
  cwd: string,
  ref: string,
  paths: readonly string[],
): Promise<SetFiles> {
  const commit = await resolveRef(cwd, ref);
  const entries = await listTree(cwd, commit, paths);
  const wanted = entries.filter(({ path, kind }) =>
    belowNamed(path, paths).some(
      // a path that names the file itself counts whatever its ending is
      (below) => below === "" || isPolicyFile(kind === "submodule" ? `${below}/_.yaml` : below),
    ),
  );
  for (const entry of wanted) refuseIndirect(entry, ref);
  if (wanted.length === 0)
    throw new UserError("no-documents", `\`git:${ref}\` has no YAML file at ${quotedList(paths)}`, {
      help:
        "pass other paths as `git:<ref>:<path>`; if these are the first policies, compare with " +
        "the recorded decisions: `--baseline recorded`",
    });
  await refuseOwnJson(
    { cwd, commit, ref },
    entries.filter(
      (entry) => !wanted.includes(entry) && belowNamed(entry.path, paths).some(isJsonFile),
    ),
  );
  const sources = [...(await readBlobs(cwd, commit, wanted))].map(([file, bytes]) =>
    sourceFrom(file, `${ref}:${file}`, bytes),
  );
  refuseLarge(sources, `git:${ref}`);
  const beside = await gitData({ cwd, commit, ref }, sources);
  return {
    sources: sources.sort(byName),
    readBeside: (file, path) => beside(slashed(join(dirname(file), path))),
    openedFiles: new Map(),
    ref: `git:${ref}`,
  };
}

/**
 * What follows each of the named paths that a file of a commit is at or below: nothing where the path
 * names the file itself.
 */
function belowNamed(file: string, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const root = posix.normalize(slashed(path)).replace(/\/$/, "");
    if (root === ".") return file.startsWith("../") ? [] : [file];
    if (file === root) return [""];
    return file.startsWith(`${root}/`) ? [file.slice(root.length + 1)] : [];
  });
}

/** Refuses a document among the JSON files of a commit's folders, as {@link readFolderSet} does. */
async function refuseOwnJson(
  { cwd, commit, ref }: GitPlace,
  files: readonly TreeEntry[],
): Promise<void> {
  const small = files.filter(({ kind, size }) => kind === "file" && !(size > MAX_TEXT_BYTES));
  for (const [file, bytes] of await readBlobs(cwd, commit, small))
    if (isOwnJson(bytes))
      throw ownJson(
        `git:${ref}:${file}`,
        `rename it to \`${posix.basename(file).replace(/json$/i, "yaml")}\` (JSON is YAML, too), ` +
          `or name each file that counts: \`git:${ref}:<path>\``,
      );
}

/** What git keeps of a link or a submodule is where it leads, not what is there. */
function refuseIndirect({ path, kind }: TreeEntry, ref: string): void {
  if (kind === "link")
    throw unreadable(
      path,
      `it is a link in \`git:${ref}\`, and agentz does not follow links in a commit`,
    );
  if (kind === "submodule")
    throw unreadable(
      path,
      `it is a submodule in \`git:${ref}\`, and its files are in another repository`,
    );
}

interface GitPlace {
  readonly cwd: string;
  readonly commit: string;
  readonly ref: string;
}

/** Reads the data files that the catalogs among the sources ask for. */
async function gitData(
  { cwd, commit, ref }: GitPlace,
  sources: readonly Source[],
): Promise<(file: string) => ReturnType<ReadBeside>> {
  // WHY first by text: most sets have no data, and a catalog that asks for some says so by this
  // word
  const catalogs = loadDocuments(sources.filter(({ text }) => /\bfile\b/.test(text))).documents;
  const asked = [
    ...new Set(
      dataRequests(catalogs).map(({ catalog, path }) => slashed(join(dirname(catalog), path))),
    ),
  ];
  const entries = new Map(
    (asked.length === 0 ? [] : await listTree(cwd, commit, asked)).map((entry) => [
      entry.path,
      entry,
    ]),
  );
  const blobs = await readBlobs(
    cwd,
    commit,
    [...entries.values()].filter(({ path, kind }) => kind === "file" && asked.includes(path)),
  );
  return (file) => {
    const bytes = blobs.get(file);
    if (bytes !== undefined)
      return bytes.length > MAX_FILE_BYTES
        ? { fault: `it has more than ${inMebibytes(MAX_FILE_BYTES)}` }
        : dataText(file, bytes);
    return {
      fault:
        entries.get(file)?.kind === "link"
          ? `it is a link in \`git:${ref}\`, and agentz does not follow links in a commit`
          : `it is not in \`git:${ref}\``,
    };
  };
}
