import { isJsonObject, type Json } from "../../request/json.ts";
import { meantHelp } from "../../text/slip.ts";
import { shareFault } from "./share-fault.ts";
import { UserError } from "../../diagnostics/user-error.ts";

/** The `test` of agentz.yaml: the least shares that the tests have to reach, 0 to 1. */
export interface TestConfig {
  readonly minCoverage?: number;
  readonly minMutation?: number;
}

function fail(message: string, help: string): never {
  throw new UserError("config", `${message} in \`test\` of agentz.yaml`, { help });
}

const FIELDS: ReadonlyMap<string, keyof TestConfig> = new Map<string, keyof TestConfig>([
  ["min_coverage", "minCoverage"],
  ["min_mutation", "minMutation"],
]);

function shareOf(name: string, value: Json | undefined): number {
  if (typeof value !== "number")
    return fail(`\`${name}\` has to be a number`, "write a share from 0 to 1, such as 0.8");
  const fault = shareFault(value);
  return fault === undefined ? value : fail(`\`${name}\` is a share: ${fault.message}`, fault.help);
}

/** Reads the `test` of agentz.yaml. */
export function readTest(value: Json): TestConfig {
  if (!isJsonObject(value))
    return fail("it has to be a map", `it has ${[...FIELDS.keys()].join(", ")}`);
  const config: { -readonly [name in keyof TestConfig]: number } = {};
  const entries = Object.entries(value);
  if (entries.length === 0) fail("it sets no minimum", "set a minimum share, or remove the field");
  for (const [name, inner] of entries) {
    const field = FIELDS.get(name);
    if (field === undefined)
      return fail(
        `there is no field \`${name}\``,
        meantHelp(name, FIELDS.keys(), `it has ${[...FIELDS.keys()].join(", ")}`),
      );
    config[field] = shareOf(name, inner);
  }
  return config;
}
