import type { FmtResult, FormattedFile } from "../../documents/fmt-result.ts";
import { count } from "../../text/count.ts";
import { printableWhole } from "../escape.ts";

/** The files that changed or were refused, and how many there are of each. */
export function prettyFmt({ check, summary, files }: FmtResult): string {
  const { changed, unchanged, skipped, refused } = summary;
  const parts = [
    `${count(changed, "file")} ${check ? "would change" : "changed"}`,
    `${unchanged} unchanged`,
    ...(skipped === 0 ? [] : [`${skipped} without a document of agentz`]),
    ...(refused === 0 ? [] : [`${refused} refused`]),
  ];
  const lines = [...files.flatMap((file) => lineOf(file, check)), parts.join(", ")];
  if (check && changed > 0) lines.push("run `agentz fmt` to lay them out");
  return `${lines.join("\n")}\n`;
}

function lineOf({ file, outcome, why, line, column }: FormattedFile, check: boolean): string[] {
  const name = printableWhole(file);
  if (outcome === "changed") return [`${check ? "would change" : "changed"}  ${name}`];
  if (outcome !== "refused") return [];
  const place = line === null || column === null ? name : `${name}:${line}:${column}`;
  return [`refused  ${place}: ${printableWhole(why ?? "")}`];
}
