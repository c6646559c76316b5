import { UserError } from "../../diagnostics/user-error.ts";
import type { Json } from "../../request/json.ts";
export type { LeastVersion } from "../../release/trust.ts";
import type { LeastVersion } from "../../release/trust.ts";
import { isVersion } from "../../policy/scalars.ts";
import { isJsonObject } from "../../request/json.ts";

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
    "name files that `agentz bundle keygen` wrote, or ids that it printed; without `keys` no signature is required",
  );
}

const HELP =
  "write a version, which applies to each policy, or a map of names of documents to versions";

/** A demand on a document's version, null: on each policy's; undefined: the text is no version. */
export function leastVersion(name: string | null, version: string): LeastVersion | undefined {
  return isVersion(version) ? { name, version } : undefined;
}

function leastOf(name: string | null, value: Json | undefined): LeastVersion {
  const least = typeof value === "string" ? leastVersion(name, value) : undefined;
  if (least !== undefined) return least;
  return fail(
    `\`at_least\`${name === null ? "" : ` of \`${name}\``} is not a semantic version`,
    HELP,
  );
}

/** `at_least:` of agentz.yaml: a version, or one for each document. */
export function readAtLeast(value: Json): readonly LeastVersion[] {
  if (!isJsonObject(value)) return [leastOf(null, value)];
  const named = Object.entries(value).map(([name, version]) => leastOf(name, version));
  return named.length > 0 ? named : fail("`at_least` is empty", HELP);
}
