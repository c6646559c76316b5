import { Chalk } from "chalk";
import type {
  DocumentCheck,
  VersionBumpResult,
  VersionCheckResult,
} from "../../documents/version-result.ts";
import { printable } from "../escape.ts";
import { githubAnnotations } from "../github.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { jsonReporter, type Reporter, type ReportOptions } from "../reporter.ts";

const SHOWN = 8;

function versions({ declared: { from, to } }: DocumentCheck): string {
  if (from === null) return `new in ${to ?? "no version"}`;
  return to === null ? `gone, was ${from}` : from === to ? from : `${from} -> ${to}`;
}

function verdict(document: DocumentCheck): string {
  if (!document.changed) return "means the same";
  return document.ok
    ? `${document.required} change`
    : `needs a ${document.required === "none" ? "higher" : document.required} version`;
}

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
    ...(same > 0 ? [`${same} ${same === 1 ? "document means" : "documents mean"} the same`] : []),
    ...result.notes.map((note) => printable(`note: ${note}`, 500)),
    result.ok ? "ok" : "not ok: `agentz version bump` raises the versions",
  ];
  return `${lines.join("\n")}\n`;
}

/** One table for a pull request, what changed below it. */
export function markdownVersionCheck(result: VersionCheckResult): string {
  const changed = result.documents.filter((document) => document.changed || !document.ok);
  const rows = changed.map((document) => [
    document.ok ? "ok" : "**failed**",
    text(`${document.kind} ${document.name}`),
    text(versions(document)),
    document.required,
  ]);
  const why = changed.flatMap((document) =>
    document.why.map((one) => `- ${text(`${document.name}: ${one}`, 1000)}`),
  );
  const body =
    rows.length === 0
      ? ["No document means anything else."]
      : [...markdownTable(["", "document", "version", "needs"], rows), "", ...why];
  return `${[`### agentz version check: ${result.ok ? "ok" : "not ok"}`, "", ...body, ...result.notes.map((note) => `- ${text(note, 500)}`)].join("\n")}\n`;
}

function githubVersionCheck(result: VersionCheckResult, options: ReportOptions): string {
  const failed = result.documents
    .filter((document) => !document.ok)
    .map((document) => ({
      level: "error" as const,
      title: `${document.kind} ${document.name} needs a ${document.required} version`,
      message: document.why.join("\n"),
    }));
  return githubAnnotations(
    [
      ...failed,
      ...result.notes.map((note) => ({
        level: "warning" as const,
        title: "not reviewed since it grew",
        message: note,
      })),
    ],
    options,
  );
}

/** Reporters of `agentz version check` by `--format`. */
export const VERSION_CHECK_REPORTERS: ReadonlyMap<string, Reporter<VersionCheckResult>> = new Map<
  string,
  Reporter<VersionCheckResult>
>([
  ["pretty", prettyVersionCheck],
  ["markdown", markdownVersionCheck],
  ["github", githubVersionCheck],
  ["json", jsonReporter],
]);

function prettyVersionBump({ bumped, dryRun }: VersionBumpResult): string {
  if (bumped.length === 0) return "no version has to be raised\n";
  return `${bumped.map(({ kind, name, from, to, file }) => printable(`${dryRun ? "would raise" : "raised"} ${kind} ${name} from ${from} to ${to} in ${file}`)).join("\n")}\n`;
}

/** Reporters of `agentz version bump` by `--format`. */
export const VERSION_BUMP_REPORTERS: ReadonlyMap<string, Reporter<VersionBumpResult>> = new Map<
  string,
  Reporter<VersionBumpResult>
>([
  ["pretty", prettyVersionBump],
  ["json", jsonReporter],
]);
