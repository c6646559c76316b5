import type { VersionBumpResult } from "../../documents/version-result.ts";
import { printableWhole } from "../escape.ts";

export function prettyVersionBump({ bumped, dryRun }: VersionBumpResult): string {
  if (bumped.length === 0) return "no version needs to be raised\n";
  return `${bumped
    .map(({ kind, name, from, to, file }) =>
      printableWhole(
        `${dryRun ? "would raise" : "raised"} ${kind} ${name} from ${from} to ${to} in ${file}`,
      ),
    )
    .join("\n")}\n`;
}
