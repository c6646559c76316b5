import { readFile, stat } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { ReadBeside } from "../../policy/data-file.ts";
import type { Source } from "../../text/span.ts";
import { UserError } from "../user-error.ts";
import { unreadableFolder, yamlBelow } from "./folders.ts";
import { listFiles, resolveRef, showFile } from "./git.ts";

/** The files of a policy set, and how to read what stands beside them. */
export interface SetFiles {
  readonly sources: readonly Source[];
  readonly readBeside: ReadBeside;
  /** What was asked for, as reports show it. */
  readonly ref: string;
}

const YAML = /\.ya?ml$/i;

function byName(a: Source, b: Source): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}

/** The texts of the YAML files that paths name (a folder: all below it). A path without any is a `UserError`. */
export async function readFolderSet(cwd: string, paths: readonly string[]): Promise<SetFiles> {
  const files = new Map<string, Source>();
  for (const path of paths) for (const source of await readPath(cwd, path)) files.set(source.file, source);
  return { sources: [...files.values()].sort(byName), readBeside: (file, path) => readNear(cwd, file, path), ref: paths.join(" ") };
}

async function readPath(cwd: string, path: string): Promise<readonly Source[]> {
  const full = resolve(cwd, path);
  const found = await stat(full).catch(() => undefined);
  if (found === undefined) throw new UserError("no-such-path", `there is no \`${path}\``, { help: "give a YAML file or a folder of them, or `git:<ref>`" });
  if (!found.isDirectory()) return [await readOne(cwd, full)];
  const names = await yamlBelow(full).catch((cause: unknown) => Promise.reject(new UserError("unreadable", unreadableFolder(path, cause))));
  if (names.length === 0) throw new UserError("no-documents", `the folder \`${path}\` holds no YAML file`, { help: "policies are *.yaml or *.yml files" });
  return Promise.all([...names].sort().map((name) => readOne(cwd, join(full, name))));
}

async function readOne(cwd: string, full: string): Promise<Source> {
  const file = (relative(cwd, full) || full).split("\\").join("/");
  try {
    return { file, text: await readFile(full, "utf8") };
  } catch {
    throw new UserError("unreadable", `\`${file}\` cannot be read`);
  }
}

function readNear(cwd: string, file: string, path: string): ReturnType<ReadBeside> {
  const full = resolve(cwd, dirname(file), path);
  const name = relative(cwd, full).split("\\").join("/");
  try {
    return { source: { file: name, text: readFileSync(full, "utf8") } };
  } catch {
    return { fault: "it cannot be read" };
  }
}

/** The same paths as they stand in a commit, read without touching the working tree. */
export async function readGitSet(cwd: string, ref: string, paths: readonly string[]): Promise<SetFiles> {
  const commit = await resolveRef(cwd, ref);
  const names = (await Promise.all(paths.map((path) => listFiles(cwd, commit, path)))).flat();
  const wanted = [...new Set(names)].filter((name) => YAML.test(name));
  if (wanted.length === 0) throw new UserError("no-documents", `\`git:${ref}\` holds no YAML file at ${paths.map((p) => `\`${p}\``).join(", ")}`, { help: "name other paths as `git:<ref>:<path>`" });
  const beside = await dataFiles(cwd, commit, names.length === 0 ? paths : wanted);
  const sources = await Promise.all(wanted.map(async (file) => ({ file, text: (await showFile(cwd, commit, file)) ?? "" })));
  return {
    sources: sources.sort(byName),
    readBeside: (file, path) => {
      const name = join(dirname(file), path).split("\\").join("/");
      const text = beside.get(name);
      return text === undefined ? { fault: `it is not in ${ref}` } : { source: { file: name, text } };
    },
    ref: `git:${ref}`,
  };
}

/** Data files in the folders of the given documents, as the commit has them. */
async function dataFiles(cwd: string, commit: string, documents: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const folders = [...new Set(documents.map((name) => dirname(name)))];
  const listed = (await Promise.all(folders.map((folder) => listFiles(cwd, commit, folder === "." ? "./" : `${folder}/`)))).flat();
  const data = new Map<string, string>();
  for (const name of new Set(listed.filter((file) => /\.(csv|json|ya?ml)$/i.test(file)))) {
    const text = await showFile(cwd, commit, name);
    if (text !== undefined) data.set(name, text);
  }
  return data;
}
