import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sortDiagnostics, type Severity } from "../../diagnostics/diagnostic.ts";
import { isMissing, whyUnreadable } from "../../node/file-error.ts";
import { isPattern } from "../../node/file-pattern.ts";
import { pathHelp } from "../../node/near-path.ts";
import { entryOf, toJson, type MapNode, type Node } from "../../policy/node.ts";
import { isJsonObject } from "../../request/json.ts";
import type { Span } from "../../text/span.ts";
import { CONFIG_FILE, soundFields, type Config, type FieldFault } from "../config/config.ts";
import { isKeyFile } from "../trust.ts";
import { readYamlTree } from "../yaml-value.ts";

export { CONFIG_FILE, type Config } from "../config/config.ts";

/** What is wrong with agentz.yaml, at its place. */
export interface ConfigFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly span: Span;
  readonly help?: string;
}

/** A configuration as it stands, however much of it is wrong. */
export interface CheckedConfig {
  /** The fields that are right, their paths as they are written. */
  readonly sound: Config;
  /** In the order of the text. */
  readonly findings: readonly ConfigFinding[];
}

/** A path of the disk: no git reference, and no name for recorded decisions. */
function isPath(path: string): boolean {
  return !/^(?:-|recorded|recorded-policy|git:.*)$/s.test(path);
}

/** The place of the first member or text below a node that one of the names calls. */
function namedPlace(node: Node, names: readonly string[], above: string): Span | undefined {
  if (node.kind === "scalar")
    return names.includes(String(node.value)) ? node.place.span : undefined;
  const members = node.kind === "map" ? node.entries : [];
  for (const { key, keyPlace, value } of members) {
    const whole = `${above}${key}`;
    const isNamed = names.some((name) => [key, whole].includes(name) || name.endsWith(`:${key}`));
    if (isNamed) return keyPlace.span;
    const below = namedPlace(value, names, `${whole}.`);
    if (below !== undefined) return below;
  }
  for (const item of node.kind === "list" ? node.items : []) {
    const below = namedPlace(item, names, above);
    if (below !== undefined) return below;
  }
  return undefined;
}

/** Where a fault of a field stands: at the member that its sentence names, else at the field. */
function faultPlace(root: MapNode, { name, error }: FieldFault): Span {
  const entry = entryOf(root, name);
  if (entry === undefined) return root.place.span;
  const names = [...error.message.matchAll(/`([^`]+)`/g)].map(([, said = ""]) => said);
  return (
    namedPlace(entry.value, names, "") ??
    namedPlace(entry.value, names, `${name}.`) ??
    entry.keyPlace.span
  );
}

function errorAt(span: Span, message: string, help?: string): ConfigFinding {
  const said = { code: "config", severity: "error", message, file: CONFIG_FILE, span } as const;
  return help === undefined ? said : { ...said, help };
}

/** The paths of the disk that a field names, with their places. */
function pathsOf(
  root: MapNode,
  name: string,
): readonly { readonly path: string; readonly span: Span }[] {
  const value = entryOf(root, name)?.value;
  const nodes = value?.kind === "list" ? value.items : value === undefined ? [] : [value];
  return nodes.flatMap((node) =>
    node.kind === "scalar" && typeof node.value === "string" && isPath(node.value)
      ? [{ path: node.value, span: node.place.span }]
      : [],
  );
}

/** What is said of a path that does not exist. A trace may be recorded later, policies may not. */
const SEVERITIES = {
  candidate: "error",
  baseline: "error",
  tests: "error",
  keys: "error",
  trace: "warning",
} as const;

type PathField = keyof typeof SEVERITIES;
const PATH_FIELDS: readonly PathField[] = ["candidate", "baseline", "tests", "keys", "trace"];

function isThere(cwd: string, name: PathField, path: string): boolean {
  if (name === "keys" && !isKeyFile(path)) return true;
  return (name === "trace" && isPattern(path)) || existsSync(resolve(cwd, path));
}

function missingPaths(root: MapNode, cwd: string, name: PathField): readonly ConfigFinding[] {
  return pathsOf(root, name)
    .filter(({ path }) => !isThere(cwd, name, path))
    .map(({ path, span }) => ({
      code: "no-such-path",
      severity: SEVERITIES[name],
      message: `there is no \`${path}\``,
      file: CONFIG_FILE,
      span,
      help: pathHelp(cwd, path, `\`${name}\` takes paths from the folder of ${CONFIG_FILE}`),
    }));
}

/**
 * Reads the configuration of a folder as far as it is right. A path that does not exist makes its
 * field wrong, but for a trace: that may be recorded later.
 */
export function checkedConfig(cwd: string, text: string): CheckedConfig {
  const { root, found, second } = readYamlTree({ file: CONFIG_FILE, text });
  const broken: readonly ConfigFinding[] = [
    ...sortDiagnostics(found),
    ...(second === undefined
      ? []
      : [errorAt(second, "a second document begins here, and there may be only one")]),
  ];
  const isEmpty = root === undefined || (root.kind === "scalar" && root.value === null);
  if (broken.length > 0 || isEmpty) return { sound: {}, findings: broken };
  if (root.kind !== "map")
    return { sound: {}, findings: [errorAt(root.place.span, `${CONFIG_FILE} has to be a map`)] };
  return checkedFields(cwd, root);
}

function checkedFields(cwd: string, root: MapNode): CheckedConfig {
  const value = toJson(root);
  const { config, faults } = soundFields(isJsonObject(value) ? value : {});
  const missing = PATH_FIELDS.map((name) => ({ name, findings: missingPaths(root, cwd, name) }));
  const wrong = new Set<string>(
    missing
      .filter(({ findings }) => findings.some(({ severity }) => severity === "error"))
      .map(({ name }) => name),
  );
  const findings = [
    ...faults.map((fault) =>
      errorAt(faultPlace(root, fault), fault.error.message, fault.error.help),
    ),
    ...missing.flatMap((one) => one.findings),
  ];
  return {
    sound: Object.fromEntries(Object.entries(config).filter(([name]) => !wrong.has(name))),
    findings: findings.sort((a, b) => a.span.start - b.span.start),
  };
}

/** The configuration that counts, and what is wrong with the one on disk. */
export interface UsedConfig {
  readonly config: Config;
  readonly text: string;
  readonly findings: readonly ConfigFinding[];
}

/**
 * The configurations of folders as they are saved. While one of them is wrong, what it said last
 * counts in the place of what is wrong.
 */
export class Configurations {
  readonly #right = new Map<string, Config>();

  /** Reads the configuration of a folder from the disk; a folder without one has an empty one. */
  read(cwd: string): UsedConfig {
    let text = "";
    try {
      text = readFileSync(join(cwd, CONFIG_FILE), "utf8");
    } catch (cause) {
      if (!isMissing(cause))
        return {
          config: this.#right.get(cwd) ?? {},
          text,
          findings: [errorAt({ start: 0, end: 0 }, `it cannot be read: ${whyUnreadable(cause)}`)],
        };
    }
    const { sound, findings } = checkedConfig(cwd, text);
    const isRight = findings.every(({ severity }) => severity !== "error");
    const config = isRight ? sound : { ...this.#right.get(cwd), ...sound };
    if (isRight) this.#right.set(cwd, config);
    return { config, text, findings };
  }
}
