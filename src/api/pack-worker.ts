import { realpathSync, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { whyUnreadable } from "../node/file-error.ts";
import { filesBelow, unreadableFolder } from "../node/folders.ts";
import type { Io } from "../node/io.ts";
import { replaceFile } from "../node/replace-file.ts";
import { type ArchiveFile, isArchivable, tarGz } from "../node/tar.ts";
import { packagedPath } from "./packaged.ts";

/** What an archive for the machines of a cluster is made of. */
export interface PackWorkerFlags {
  readonly output: string;
  /** The program of Node that the machines run; default: the one that runs this. */
  readonly node?: string;
}

/** What was packed. */
export interface PackedWorker {
  readonly files: number;
  /** Of the archive. */
  readonly bytes: number;
  /** The system that the archive is for; undefined: whoever named a program of Node knows. */
  readonly system: string | undefined;
}

/** Where the program is in the archive. */
const RUNTIME = "runtime";
const SCRIPT = "worker";

const WORKER = `#!/bin/sh
# Runs agentz with the files of this archive: paths are relative to it.
cd "$(dirname "$0")" || exit 2
exec ./${RUNTIME}/node ${RUNTIME}/agentz/bin/agentz.js "$@"
`;

function fileAt(path: string, name: string, isProgram = false): ArchiveFile {
  return { name, content: { path, bytes: statSync(path).size }, isProgram };
}

/** The files of the package that the command line needs. */
async function programFiles(): Promise<readonly ArchiveFile[]> {
  const folders = ["bin", "dist"].map((name) => [name, packagedPath(name)] as const);
  const found = await Promise.all(
    folders.map(async ([name, folder]) => {
      if (folder === undefined)
        throw new UserError(
          "not-packaged",
          `this installation of agentz has no folder \`${name}\``,
          {
            help: "install the package agentz, or build it with `npm run build`",
          },
        );
      const files = await filesBelow(folder, "**/*", "types");
      return files.map((file) => fileAt(join(folder, file), `${RUNTIME}/agentz/${name}/${file}`));
    }),
  );
  const about: ArchiveFile = {
    name: `${RUNTIME}/agentz/package.json`,
    content: { text: '{ "name": "agentz", "type": "module" }\n' },
    isProgram: false,
  };
  return [about, ...found.flat()];
}

function isHidden(name: string): boolean {
  return name.split("/").some((part) => part.startsWith("."));
}

async function below(folder: string, shown: string): Promise<readonly string[]> {
  try {
    const files = await filesBelow(folder, "**/*", "node_modules");
    return files.filter((file) => !isHidden(file)).map((file) => join(folder, file));
  } catch (cause) {
    throw new UserError("unreadable-folder", unreadableFolder(shown, cause));
  }
}

/** WHY: a link in a folder that somebody else wrote must not take this machine's files along. */
function refuseOutside(
  file: string,
  { root, name }: { readonly root: string; readonly name: string },
): void {
  const real = relative(root, realOf(file, name));
  if (real !== ".." && !real.startsWith(`..${sep}`) && !isAbsolute(real)) return;
  throw new UserError("outside", `\`${name}\` is a link that leads out of the folder`, {
    help: "put the file itself in its place, if it belongs into the archive",
  });
}

function realOf(file: string, name: string): string {
  try {
    return realpathSync.native(file);
  } catch (cause) {
    throw new UserError("unreadable-file", `\`${name}\` cannot be read: ${whyUnreadable(cause)}`);
  }
}

/** The files that a path names, under their names from the folder where the command runs. */
async function ownFiles(path: string, cwd: string): Promise<readonly ArchiveFile[]> {
  const full = resolve(cwd, path);
  const found = await stat(full).catch((cause: unknown) => {
    throw new UserError("unreadable-file", `\`${path}\` cannot be read: ${whyUnreadable(cause)}`);
  });
  const files = found.isDirectory() ? await below(full, path) : [full];
  const root = realpathSync.native(cwd);
  return files.map((file) => {
    const name = relative(cwd, file).split(sep).join("/");
    const [first] = name.split("/");
    if (first === ".." || name === file)
      throw new UserError("outside", `\`${path}\` is not in the folder where the command runs`, {
        help: "run the command in a folder above it: the machines find it under the same path",
      });
    refuseOutside(file, { root, name });
    if (first === RUNTIME || first === SCRIPT)
      throw new UserError("taken", `\`${first}\` is a name that the archive itself uses`, {
        help: "rename the file or folder",
      });
    if (!isArchivable(name))
      throw new UserError("long-name", `the path \`${name}\` has more than 100 bytes`, {
        help: "move it to a shorter path, or pack a bundle (`agentz bundle build`)",
      });
    return fileAt(file, name);
  });
}

/** The system and the version of Node that run this. */
function thisSystem(): string {
  return `${process.platform}-${process.arch}, Node ${process.versions.node}`;
}

/** WHY refused: such a program needs libraries of this system, which the archive does not have. */
function refuseShared(): void {
  if (
    Object.entries(process.config.variables).some(
      ([name, value]) => name === "node_shared" && Boolean(value),
    )
  )
    throw new UserError("shared-node", "this program of Node needs a library of this system", {
      help: "pass the file `bin/node` of a download from nodejs.org as --node",
    });
}

async function nodeFile(flag: string | undefined, cwd: string): Promise<ArchiveFile> {
  if (flag === undefined) refuseShared();
  const path = flag === undefined ? process.execPath : resolve(cwd, flag);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new UserError("unreadable-file", `\`${flag ?? path}\` is no program of Node`, {
      help: "pass the file `bin/node` of a download from nodejs.org as --node",
    });
  return fileAt(path, `${RUNTIME}/node`, true);
}

/**
 * Writes an archive with which a machine runs agentz without installing anything: a program of
 * Node, agentz, the files at `paths`, and the script `worker` that runs them together. What is
 * hidden is left out. Equal files give equal bytes. What cannot be packed is a `UserError`.
 */
export async function packWorker(
  paths: readonly string[],
  flags: PackWorkerFlags,
  io: Io,
): Promise<PackedWorker> {
  const target = resolve(io.cwd, flags.output);
  const own = await Promise.all(paths.map((path) => ownFiles(path, io.cwd)));
  const all: readonly ArchiveFile[] = [
    { name: SCRIPT, content: { text: WORKER }, isProgram: true },
    await nodeFile(flags.node, io.cwd),
    ...(await programFiles()),
    // an archive of before, which this one replaces, is no file of it
    ...own.flat().filter(({ name }) => resolve(io.cwd, name) !== target),
  ];
  const files = [...new Map(all.map((file) => [file.name, file])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  await replaceFile(target, flags.output, tarGz(files));
  const system = flags.node === undefined ? thisSystem() : undefined;
  return { files: files.length, bytes: statSync(target).size, system };
}
