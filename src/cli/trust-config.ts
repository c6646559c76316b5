import { InvalidArgumentError } from "commander";
import { isVersion } from "../policy/scalars.ts";
import { isJsonObject, type Json } from "../request/json.ts";
import type { LeastVersion } from "../release/trust.ts";
import { UserError } from "../diagnostics/user-error.ts";

function fail(message: string, help: string): never {
  throw new UserError("config", `${message} in agentz.yaml`, { help });
}

/**
 * `keys:` of agentz.yaml: public keys as files, as PEM, or by their ids. WHY never empty: that
 * would switch the check off.
 */
export function readKeys(value: Json): readonly string[] {
  const list = typeof value === "string" ? [value] : value;
  if (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((item) => typeof item === "string" && item !== "")
  )
    return list;
  return fail(
    "`keys` has to be a list of public keys",
    "name files that `agentz bundle keygen` wrote, or ids that it printed; without `keys` no signature is asked for",
  );
}

const HELP =
  "write a version, which holds for each policy, or a map of documents' names and versions";

function leastOf(name: string | null, value: Json | undefined): LeastVersion {
  if (typeof value === "string" && isVersion(value)) return { name, version: value };
  return fail(`\`at_least\`${name === null ? "" : ` of \`${name}\``} is no semantic version`, HELP);
}

/** `at_least:` of agentz.yaml: a version, or one for each document. */
export function readAtLeast(value: Json): readonly LeastVersion[] {
  if (!isJsonObject(value)) return [leastOf(null, value)];
  const named = Object.entries(value).map(([name, version]) => leastOf(name, version));
  return named.length > 0 ? named : fail("`at_least` is empty", HELP);
}

/** `--at-least 2.1.0` and `--at-least name=2.1.0`, collected. */
export function atLeastFlag(
  value: string,
  before: readonly LeastVersion[] | undefined,
): readonly LeastVersion[] {
  const [, name, version = ""] = /^(?:(.+)=)?([^=]*)$/.exec(value) ?? [];
  if (!isVersion(version))
    throw new InvalidArgumentError(
      "it has to be a version such as 2.1.0, or a document's name and one: name=2.1.0.",
    );
  return [...(before ?? []), { name: name ?? null, version }];
}
