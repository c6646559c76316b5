import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import type { GateConfig } from "../../replay/gate.ts";
import { meantHelp } from "../../text/slip.ts";
import { printable } from "../../report/escape.ts";
import { isJsonObject, type Json, type JsonObject } from "../../request/json.ts";
import { readGate } from "./gate-config.ts";
import { readText } from "../../node/text-file.ts";
import { folderAbove } from "../../node/folder-above.ts";
import type { Io } from "../../node/io.ts";
import { isKeyFile } from "../trust.ts";
import { readAtLeast, readKeys } from "./trust-config.ts";
import type { LeastVersion } from "../../release/trust.ts";
import { readLint, type LintConfig } from "./lint-config.ts";
import { readAnalyze, type AnalyzeConfig } from "./analyze-config.ts";
import { readReport, type ReportConfig } from "./report-config.ts";
import { readTest, type TestConfig } from "./test-config.ts";
import { memberPath } from "../../policy/node.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { readYamlValue } from "../yaml-value.ts";
import { pathHelp } from "../../node/near-path.ts";

/**
 * The defaults of `agentz.yaml` (design 11.1); a flag beats each. In the file paths are relative to
 * its own folder (design 11.7); here they are relative to the working folder.
 */
export interface Config {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly trace?: readonly string[];
  /** Suites of `agentz test`. */
  readonly tests?: readonly string[];
  /** The least shares that `agentz test` and `agentz ci` demand of the tests. */
  readonly test?: TestConfig;
  readonly analyze?: AnalyzeConfig;
  readonly gate?: GateConfig;
  /** The bands of the metrics in the report. */
  readonly report?: ReportConfig;
  readonly lint?: LintConfig;
  /**
   * Public keys of which one has to have signed every bundle that is loaded: files, PEM texts or
   * ids.
   */
  readonly keys?: readonly string[];
  /** What bundles that are loaded may not be older than. */
  readonly at_least?: readonly LeastVersion[];
}

export const CONFIG_FILE = "agentz.yaml";

type Field = (value: Json, name: string) => unknown;

function texts(value: Json, name: string): readonly string[] {
  const list = typeof value === "string" ? [value] : value;
  if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === "string"))
    return list;
  throw new UserError(
    "config",
    `\`${name}\` in ${CONFIG_FILE} has to be a path or a list of paths`,
  );
}

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ["candidate", texts],
  ["baseline", texts],
  ["trace", texts],
  ["tests", texts],
  ["test", readTest],
  ["analyze", readAnalyze],
  ["gate", readGate],
  ["report", readReport],
  ["lint", readLint],
  ["keys", readKeys],
  ["at_least", readAtLeast],
]);

/**
 * Fields that are an error without a value: what asks for something may not be left out by a slip.
 */
const NEVER_EMPTY: ReadonlySet<string> = new Set([
  "keys",
  "at_least",
  "gate",
  "test",
  "analyze",
  "report",
]);

function fail(message: string, help?: string): never {
  throw new UserError("config", message, help === undefined ? {} : { help });
}

/** What `read` gives; what it refuses is told with its place. */
function placed(place: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return fail(`${place}: ${error.message}`, error.help);
  }
}

/** `git:<ref>` alone, and what is no path at all. */
const NO_PATH = /^(?:-|recorded|recorded-policy|git:[^:]*)$/s;

/**
 * A path of the configuration as it is seen from the working folder. `below`: the configuration's
 * folder seen from there.
 */
function fromWorkingFolder(below: string, path: string): string {
  if (below === "" || NO_PATH.test(path)) return path;
  const [, ref = "", inner = ""] = /^(git:[^:]*:)?(.*)$/s.exec(path) ?? [];
  return isAbsolute(inner) ? path : `${ref}${join(below, inner).split("\\").join("/")}`;
}

/** A configuration's file. */
export interface ConfigFile {
  /** As it is seen from the working folder. */
  readonly name: string;
  readonly text: string;
}

async function readNamed(cwd: string, name: string): Promise<ConfigFile> {
  const text = await readText(cwd, name);
  return text === undefined
    ? fail(`the configuration \`${name}\` cannot be read: it does not exist`, pathHelp(cwd, name))
    : { name, text };
}

/**
 * The streams to which it was said which configuration is used: a run may read it more than once.
 */
const told = new WeakSet<Io["stderr"]>();

/**
 * The nearest `agentz.yaml`, from the working folder upwards to the repository's root, or to the
 * file system's where there is no repository (design 11.7). One of another folder is named on
 * stderr.
 */
async function findConfig({
  cwd,
  stderr,
}: Pick<Io, "cwd" | "stderr">): Promise<ConfigFile | undefined> {
  const folder = await folderAbove(cwd, CONFIG_FILE, ".git");
  if (folder === undefined) return undefined;
  const name = relative(cwd, join(folder, CONFIG_FILE));
  const file = await readNamed(cwd, name);
  if (folder !== cwd && !told.has(stderr)) stderr.write(`agentz: using ${printable(name, 500)}\n`);
  told.add(stderr);
  return file;
}

/** The value of a field as it is used; undefined: it says nothing. A field that is wrong is a `UserError`. */
function readField(name: string, value: Json | undefined): unknown {
  const read = FIELDS.get(name);
  if (read === undefined)
    return fail(
      `there is no field \`${name}\``,
      meantHelp(name, FIELDS.keys(), `it has ${[...FIELDS.keys()].join(", ")}`),
    );
  const isSaid = value !== undefined && (value !== null || NEVER_EMPTY.has(name));
  return isSaid ? read(value, name) : undefined;
}

function readFields(
  root: JsonObject,
  at: (path: string) => string,
): { readonly [name: string]: unknown } {
  const config: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(root)) {
    const found = placed(at(memberPath("$", name)), () => readField(name, value));
    if (found !== undefined) config[name] = found;
  }
  return config;
}

/** What is wrong with a field of the configuration. */
export interface FieldFault {
  readonly name: string;
  readonly error: UserError;
}

/** The fields of a configuration that are right, their paths as they are written, and what is wrong with the others. */
export function soundFields(root: JsonObject): {
  readonly config: Config;
  readonly faults: readonly FieldFault[];
} {
  const config: { [name: string]: unknown } = {};
  const faults: FieldFault[] = [];
  for (const [name, value] of Object.entries(root))
    try {
      const found = readField(name, value);
      if (found !== undefined) config[name] = found;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push({ name, error });
    }
  return { config, faults };
}

function withPaths(config: Config, below: string): Config {
  const seen = (paths: readonly string[]): readonly string[] =>
    paths.map((path) => fromWorkingFolder(below, path));
  return {
    ...config,
    ...(config.candidate === undefined ? {} : { candidate: seen(config.candidate) }),
    ...(config.baseline === undefined ? {} : { baseline: seen(config.baseline) }),
    ...(config.trace === undefined ? {} : { trace: seen(config.trace) }),
    ...(config.tests === undefined ? {} : { tests: seen(config.tests) }),
    ...(config.keys === undefined
      ? {}
      : { keys: config.keys.map((key) => (isKeyFile(key) ? fromWorkingFolder(below, key) : key)) }),
  };
}

/** Paths that a flag or agentz.yaml has to give; none is a `UserError`. */
export function neededPaths(
  paths: readonly string[] | undefined,
  what: "candidate" | "trace",
): readonly string[] {
  if (paths !== undefined) return paths;
  throw new UserError("usage", `there is no ${what}`, {
    help: `give --${what} <path>, or \`${what}:\` in agentz.yaml`,
  });
}

/** The file of `--config`, else the nearest `agentz.yaml`; undefined: there is none. */
export async function configFile(
  io: Pick<Io, "cwd" | "stderr">,
  named: string | undefined,
): Promise<ConfigFile | undefined> {
  return named === undefined ? findConfig(io) : readNamed(io.cwd, named);
}

/**
 * Reads the file of `--config`, else the nearest `agentz.yaml`; an empty configuration where there
 * is none.
 */
export async function readConfig(
  io: Pick<Io, "cwd" | "stderr">,
  named: string | undefined,
): Promise<Config> {
  const file = await configFile(io, named);
  if (file === undefined) return {};
  const { value: root, at } = readYamlValue({ ...file, code: "config" });
  if (root === null || root === undefined) return {};
  if (!isJsonObject(root)) return fail(`${file.name} has to be a map`);
  return withPaths(readFields(root, at), relative(io.cwd, dirname(resolve(io.cwd, file.name))));
}

/**
 * The configuration that a command uses as YAML, its paths as they are seen from the working folder;
 * a comment names its file.
 */
export async function shownConfig(
  io: Pick<Io, "cwd" | "stderr">,
  named: string | undefined,
): Promise<string> {
  const file = await configFile(io, named);
  if (file === undefined) return `# there is no ${CONFIG_FILE}\n`;
  const config = await readConfig(io, named);
  return `# ${printable(file.name, 500)}\n${stringify(config)}`;
}
