import { Chalk, type ChalkInstance } from "chalk";
import type { DocumentCheck, VersionCheckResult } from "../../documents/version-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { count } from "../../text/count.ts";
import { gravestVersions } from "../../text/gravest-versions.ts";
import { uncomparedText, verdict, versions } from "./words.ts";
import { shortRef } from "../short-ref.ts";

const SHOWN = 8;

function documentLines(document: DocumentCheck, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const mark = document.ok ? paint.green("ok    ") : paint.red("FAILED");
  const shown = options.details ? document.why : document.why.slice(0, SHOWN);
  const rest = document.why.length - shown.length;
  return [
    `${mark} ${printableWhole(`${document.kind} ${document.name}  ${versions(document)}  ${verdict(document)}`)}`,
    ...shown.map((why) => `         ${printableWhole(why)}`),
    ...(rest > 0 ? [`         … and ${count(rest, "more change")} (--details)`] : []),
  ];
}

/** Whether the versions say enough, and of which sets. */
function verdictLines(
  { base, candidate, documents, ok, required }: VersionCheckResult,
  paint: ChalkInstance,
): readonly string[] {
  const low = documents.filter((document) => !document.ok).length;
  const enough =
    required === "none"
      ? "no document changed in meaning"
      : `each version says what its change needs (${required})`;
  const verdict = ok
    ? `${paint.green("✓ ok")}: ${enough}`
    : `${paint.red("✗ FAILED")}: ${count(low, "document declares", "documents declare")} too little`;
  return [
    verdict,
    printableWhole(`  version check from ${shortRef(base.ref)} to ${shortRef(candidate.ref)}`),
  ];
}

/**
 * Whether the versions say enough, then each document with what changed in it; those that mean the
 * same in one line together.
 */
export function prettyVersionCheck(result: VersionCheckResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const told = gravestVersions(
    result.documents.filter((document) => document.changed || !document.ok || options.details),
  );
  const uncompared = uncomparedText(result);
  const same = result.documents.length - told.length;
  const lines = [
    ...verdictLines(result, paint),
    ...told.flatMap((document) => documentLines(document, options)),
    ...(same > 0 ? [count(same, "document means the same", "documents mean the same")] : []),
    ...(uncompared === undefined ? [] : [printableWhole(`note: ${uncompared}`)]),
    ...result.notes.map((note) => printableWhole(`note: ${note}`)),
    ...(result.ok ? [] : ["`agentz version bump` raises the versions"]),
  ];
  return `${lines.join("\n")}\n`;
}
