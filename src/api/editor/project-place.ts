import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Level } from "../../lint/rule.ts";
import { folderAbove } from "../../node/folder-above.ts";
import { slashed } from "../../node/slashed.ts";
import { CONFIG_FILE, type Config, type Configurations } from "./configuration.ts";

/** Which policy set a file belongs to, and how it is linted. */
export interface ProjectPlace {
  /** The folder of agentz.yaml; without one that of the file. Names of files start there. */
  readonly cwd: string;
  /** The files and folders of the set. */
  readonly paths: readonly string[];
  readonly levels: readonly (readonly [code: string, level: Level])[];
  /** The paths of the suites and traces that agentz.yaml names. */
  readonly tests: readonly string[];
  readonly trace: readonly string[];
  /**
   * True where agentz.yaml is wrong, and nothing says which set the file is of: what a set finds
   * would be false.
   */
  readonly isUnplaced: boolean;
}

const YAML = /\.ya?ml$/i;
const DOCUMENT = /^apiVersion:[ \t]*["']?agentz\//m;

/** Whether a text holds a document of agentz, or is meant to. */
export function isOurs(text: string): boolean {
  return DOCUMENT.test(text);
}

/** A folder or file of the disk: no git reference, bundle or name for recorded decisions. */
function isOnDisk(path: string): boolean {
  return !/^(?:-|recorded|recorded-policy|git:.*)$/s.test(path) && !path.endsWith(".agentz");
}

/** Whether a path of a set is a file or a folder that it is in. */
function holds(path: string, name: string): boolean {
  const plain = slashed(join(path)).replace(/\/$/, "");
  return plain === "." || name === plain || name.startsWith(`${plain}/`);
}

/** The set of a configuration that a file is in; undefined: none is. */
function setOf(
  { candidate = [], tests = [], baseline = [] }: Config,
  name: string,
): readonly string[] | undefined {
  const sets = [[...candidate, ...tests], baseline].map((paths) => paths.filter(isOnDisk));
  return sets.find((paths) => paths.some((path) => holds(path, name)));
}

/** The documents of agentz in a file's own folder. */
function besides(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && YAML.test(entry.name) && entry.name !== CONFIG_FILE)
      .map(({ name }) => name)
      .filter((name) => isOurs(readFileSync(join(folder, name), "utf8")));
  } catch {
    // a folder that is not there yet, or that nobody may read, has no files to offer
    return [];
  }
}

/**
 * The set of a file (an absolute path): that of the nearest agentz.yaml whose `candidate`, `tests` or
 * `baseline` it is in, else the documents of its own folder.
 */
export async function projectOf(
  file: string,
  configurations: Configurations,
): Promise<ProjectPlace> {
  const own = dirname(file);
  const alone = {
    cwd: own,
    paths: besides(own),
    levels: [],
    tests: [],
    trace: [],
    isUnplaced: false,
  };
  const cwd = await configFolder(own);
  if (cwd === undefined) return alone;
  const { config, findings } = configurations.read(cwd);
  const levels = [...(config.lint?.rules ?? [])];
  const paths = setOf(config, slashed(relative(cwd, file)));
  const { tests = [], trace = [] } = config;
  if (paths !== undefined) return { cwd, paths, levels, tests, trace, isUnplaced: false };
  const isUnplaced = findings.some(({ severity }) => severity === "error");
  return {
    ...alone,
    levels,
    trace: trace.map((one) => relative(own, resolve(cwd, one))),
    isUnplaced,
  };
}

/** The folder of the nearest agentz.yaml above a folder; undefined: there is none. */
export function configFolder(folder: string): Promise<string | undefined> {
  return folderAbove(folder, CONFIG_FILE, ".git");
}

/** The name by which a set calls a file. */
export function nameIn({ cwd }: Pick<ProjectPlace, "cwd">, file: string): string {
  return slashed(relative(cwd, file) || file.slice(file.lastIndexOf(sep) + 1));
}
