import { Chalk } from "chalk";
import type { DocumentCheck, VersionCheckResult } from "../../documents/version-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { verdict, versions } from "./words.ts";

const SHOWN = 8;

function documentLines(document: DocumentCheck, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const mark = document.ok ? paint.green("ok    ") : paint.red("FAILED");
  const shown = options.details ? document.why : document.why.slice(0, SHOWN);
  const rest = document.why.length - shown.length;
  return [
    `${mark} ${printable(`${document.kind} ${document.name}  ${versions(document)}  ${verdict(document)}`)}`,
    ...shown.map((why) => `         ${printable(why, 1000)}`),
    ...(rest > 0 ? [`         … and ${rest} more; --details shows all`] : []),
  ];
}

/** Each document with what changed in it; those that mean the same in one line together. */
export function prettyVersionCheck(result: VersionCheckResult, options: ReportOptions): string {
  const told = result.documents.filter(
    (document) => document.changed || !document.ok || options.details,
  );
  const same = result.documents.length - told.length;
  const lines = [
    printable(`version check from ${result.base.ref} to ${result.candidate.ref}`),
    ...told.flatMap((document) => documentLines(document, options)),
    ...(same > 0 ? [`${same} ${same === 1 ? "document means" : "documents have"} the same`] : []),
    ...result.notes.map((note) => printable(`note: ${note}`, 500)),
    result.ok ? "ok" : "not ok: `agentz version bump` raises the versions",
  ];
  return `${lines.join("\n")}\n`;
}
