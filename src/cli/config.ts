import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { GateConfig } from "../replay/gate.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { isJsonObject, type Json } from "../request/json.ts";
import { readGate } from "./gate-config.ts";
import { readLint, type LintConfig } from "./lint-config.ts";
import { memberPath } from "../policy/node.ts";
import { UserError } from "./user-error.ts";
import { readYamlValue } from "./yaml-value.ts";

/** The defaults of `agentz.yaml` (design 11.1); a flag beats each. Paths are relative to the folder of the command. */
export interface Config {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly trace?: readonly string[];
  /** Suites of `agentz test`. */
  readonly tests?: readonly string[];
  readonly gate?: GateConfig;
  readonly lint?: LintConfig;
}

export const CONFIG_FILE = "agentz.yaml";

type Field = (value: Json, name: string) => unknown;

function texts(value: Json, name: string): readonly string[] {
  const list = typeof value === "string" ? [value] : value;
  if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === "string")) return list;
  throw new UserError("config", `\`${name}\` in ${CONFIG_FILE} has to be a path or a list of paths`);
}

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ["candidate", texts],
  ["baseline", texts],
  ["trace", texts],
  ["tests", texts],
  ["gate", readGate],
  ["lint", readLint],
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

/** Reads `agentz.yaml` of the folder (or the file named by `--config`); an empty configuration where there is none. */
export async function readConfig(cwd: string, named: string | undefined): Promise<Config> {
  const file = resolve(cwd, named ?? CONFIG_FILE);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return named === undefined ? {} : fail(`the configuration \`${named}\` cannot be read`);
  const { value: root, at } = readYamlValue({ name: named ?? CONFIG_FILE, text, code: "config" });
  if (root === null || root === undefined) return {};
  if (!isJsonObject(root)) return fail(`${named ?? CONFIG_FILE} has to be a map`);
  const config: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(root)) {
    const read = FIELDS.get(name);
    const near = nearestWord(name, FIELDS.keys());
    const place = at(memberPath("$", name));
    if (read === undefined) fail(`${place}: there is no field \`${name}\``, near === undefined ? `it has ${[...FIELDS.keys()].join(", ")}` : `did you mean \`${near}\`?`);
    else if (value !== null && value !== undefined) config[name] = placed(place, () => read(value, name));
  }
  return config;
}
