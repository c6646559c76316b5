import { Chalk, type ChalkInstance } from "chalk";
import { escapeCommands, escapeControls } from "../../diagnostics/format.ts";
import { hiddenText } from "../../diagnostics/limit.ts";
import type {
  LintCause,
  LintFinding,
  LintNote,
  LintResult,
  LintRuleRow,
} from "../../documents/lint-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { count } from "../../text/count.ts";

/**
 * The line with what is meant underlined. Both are escaped before they are measured, so that the
 * marks stand below.
 */
function excerptLines(
  { excerpt, line }: LintFinding,
  mark: (text: string) => string,
): readonly string[] {
  const tabless = (text: string): string => escapeControls(text.replaceAll("\t", " "));
  const before = tabless(excerpt.text.slice(0, excerpt.start));
  const marked = tabless(excerpt.text.slice(excerpt.start, excerpt.end));
  const after = tabless(excerpt.text.slice(excerpt.end));
  const gutter = String(line);
  return [
    escapeCommands(`  ${gutter} | ${before}${marked}${after}`),
    `  ${" ".repeat(gutter.length)} | ${" ".repeat(before.length)}${mark("^".repeat(Math.max(1, marked.length)))}`,
  ];
}

function noteText({ message, file, line }: LintNote): string {
  const place = file === null ? "" : ` (${file}${line === null ? "" : `:${line}`})`;
  return printableWhole(`  note: ${message}${place}`);
}

/** A text that leads to an address, where the terminal shows that (OSC 8). */
function linked(text: string, address: string | undefined): string {
  return address === undefined ? text : `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;
}

/** What follows from findings of misspelled names, by the place of each of them. */
type Following = ReadonlyMap<string, readonly LintFinding[]>;

function placeKey({ code, file, line, column }: LintCause): string {
  return `${code} ${file} ${line} ${column}`;
}

function followingOf({ findings }: LintResult): Following {
  const following = new Map<string, LintFinding[]>();
  for (const finding of findings) if (finding.cause === null) following.set(placeKey(finding), []);
  for (const finding of findings)
    if (finding.cause !== null) following.get(placeKey(finding.cause))?.push(finding);
  return following;
}

/** What follows from a finding, a line each: it is gone once the name is right. */
function followingLines(following: readonly LintFinding[], details: boolean): readonly string[] {
  const shown = details ? following : following.slice(0, IN_FULL);
  const left = following.length - shown.length;
  return [
    ...shown.map(({ message, file, line }) =>
      printableWhole(`  therefore: ${message} (${file}:${line})`),
    ),
    ...(left === 0 ? [] : [`  therefore: ${count(left, "more finding")} (--details shows each)`]),
  ];
}

function kindOf({ severity, code }: LintFinding): string {
  return `${severity}[${code}]`;
}

function findingText(
  finding: LintFinding,
  paint: ChalkInstance,
  { pageOf, following, details }: ReportOptions & { readonly following: Following },
): string {
  const mark = finding.severity === "error" ? paint.red : paint.yellow;
  const kind = linked(kindOf(finding), pageOf?.(finding.code));
  const at = printableWhole(`${finding.file}:${finding.line}:${finding.column}`);
  return [
    `${paint.bold(at)}: ${mark(kind)}: ${printableWhole(finding.message)}`,
    ...excerptLines(finding, mark),
    ...(finding.help === null ? [] : [printableWhole(`  help: ${finding.help}`)]),
    ...finding.notes.map(noteText),
    ...followingLines(following.get(placeKey(finding)) ?? [], details === true),
    "",
  ].join("\n");
}

function statLines({ stats }: LintResult): readonly string[] {
  if (stats === null) return [];
  const [asked, gaveUp] = [
    stats.reduce((sum, one) => sum + one.asked, 0),
    stats.reduce((sum, one) => sum + one.gaveUp, 0),
  ];
  const rows = stats
    .filter((one) => one.asked > 0)
    .map(
      (one) =>
        `  ${one.rule.padEnd(26)} ${String(one.asked).padStart(8)} ${String(one.gaveUp).padStart(8)}`,
    );
  return [
    `analysis: ${count(asked, "question")}, ${gaveUp} not answered`,
    ...(rows.length === 0
      ? []
      : [`  ${"rule".padEnd(26)} ${"asked".padStart(8)} ${"gave up".padStart(8)}`, ...rows]),
  ];
}

/** What the proofs left open, so that nobody takes their silence for an answer. */
function boundLines({ summary: { cannotTell } }: LintResult): readonly string[] {
  if (cannotTell === 0) return [];
  return [
    `note: lint could not answer ${count(cannotTell, "question")} within its limit of work, so ` +
      "findings may be missing; --stats counts them by rule",
  ];
}

/** How many files and rules are named in one line. */
const NAMED = 3;

function named(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more <= 1 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${more} more`;
}

/** What an error of loading leaves out, so that nobody takes a short list for the whole. */
function waitingLines({ waiting }: LintResult): readonly string[] {
  if (waiting === null) return [];
  const { rules, suites, files } = waiting;
  const of = [
    ...(rules.length === 0
      ? []
      : [`${count(rules.length, "check")} of the whole set (${named(rules, 2 * NAMED)})`]),
    ...(suites ? ["what suites say"] : []),
  ];
  const what = of.length === 0 ? "what depends on the errors" : of.join(", and ");
  return [
    printableWhole(
      `note: not checked until ${named(files, NAMED)} ${files.length === 1 ? "loads" : "load"}: ${what}`,
    ),
  ];
}

/** Findings of one kind that are shown in full; of the others only the places. */
const IN_FULL = 3;

/** Each place once; a file is named before the first of its lines that stand together. */
function placesOf(findings: readonly LintFinding[]): readonly string[] {
  const places = [...new Set(findings.map(({ file, line }) => `${file}:${line}`))];
  const fileOf = (place: string | undefined): string | undefined =>
    place?.slice(0, place.lastIndexOf(":"));
  return places.map((place, i) =>
    fileOf(place) === fileOf(places[i - 1]) ? place.slice(place.lastIndexOf(":") + 1) : place,
  );
}

/** Warnings that calls may be permitted which nobody meant: what goes out first is read first. */
const LETS_THROUGH: ReadonlySet<string> = new Set([
  "wildcard-allow",
  "shadowed-rule",
  "missing-approval",
  "sibling-prefix",
  "unanchored-pattern",
]);

/**
 * A finding with what follows from it, which is as grave as the gravest of these: once the name is
 * right, all of them are gone.
 */
function graveAs(finding: LintFinding, following: readonly LintFinding[]): LintFinding {
  const severity = following.some((one) => one.severity === "error") ? "error" : finding.severity;
  return { ...finding, severity };
}

/** The findings of a kind beyond those that are shown in full: their places. */
function placesLine(kind: string, left: readonly LintFinding[], paint: ChalkInstance): string {
  const mark = kind.startsWith("error") ? paint.red : paint.yellow;
  const places = printableWhole(placesOf(left).join(", "));
  return `${mark(kind)}: ${left.length} more findings like these: ${places} (--details shows each)\n`;
}

/**
 * Errors first, then warnings that a policy permits too much, then the others, each in the order of
 * files and lines; behind the third finding of a kind, the places of its others in one line. What
 * follows from a misspelled name stands below that name.
 */
function findingTexts(
  result: LintResult,
  paint: ChalkInstance,
  { following, ...options }: ReportOptions & { readonly following: Following },
): readonly string[] {
  const ownRank = ({ severity, code }: LintFinding): number =>
    severity === "error" ? 0 : LETS_THROUGH.has(code) ? 1 : 2;
  const below = (one: LintFinding): readonly LintFinding[] => following.get(placeKey(one)) ?? [];
  const rank = (one: LintFinding): number => Math.min(...[one, ...below(one)].map(ownRank));
  const shown = result.findings
    .filter(({ cause }) => cause === null || !following.has(placeKey(cause)))
    .sort((one, other) => rank(one) - rank(other))
    .map((one) => graveAs(one, below(one)));
  const kinds = new Map<string, LintFinding[]>();
  for (const finding of shown) {
    const kind = kindOf(finding);
    kinds.set(kind, [...(kinds.get(kind) ?? []), finding]);
  }
  const inFull = ({ length }: readonly LintFinding[]): number =>
    options.details || length <= IN_FULL + 1 ? length : IN_FULL;
  return shown.flatMap((finding) => {
    const kind = kindOf(finding);
    const all = kinds.get(kind) ?? [];
    const [at, full] = [all.indexOf(finding), inFull(all)];
    if (at >= full) return [];
    const text = findingText(finding, paint, { ...options, following });
    const isLast = at === full - 1 && full < all.length;
    return [text, ...(isLast ? [placesLine(kind, all.slice(full), paint)] : [])];
  });
}

/** Findings for a person, each with its line; one line of summary at the end. */
export function prettyLint(result: LintResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { errors, warnings, suppressed, fixed } = result.summary;
  const fixable = result.findings.filter((finding) => finding.fixable).length;
  const following = followingOf(result);
  const followed = [...following.values()].reduce((sum, { length }) => sum + length, 0);
  const extras = [
    ...(followed > 0 ? [`${followed} because of a misspelled name`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
    ...(fixable > 0 ? [`${fixable} can be fixed by --fix`] : []),
  ];
  const verdict =
    errors + warnings === 0
      ? paint.green("no findings")
      : (errors > 0 ? paint.red : paint.yellow)(
          `${count(errors, "error")}, ${count(warnings, "warning")}`,
        );
  return [
    ...findingTexts(result, paint, { ...options, following }),
    ...result.hidden.map((hidden) => printableWhole(hiddenText(hidden))),
    `${verdict} in ${count(result.files, "file")}${extras.length === 0 ? "" : ` (${extras.join(", ")})`}`,
    ...waitingLines(result),
    ...boundLines(result),
    ...statLines(result),
    "",
  ].join("\n");
}

/** The table of `--rules`. */
export function prettyRules(rows: readonly LintRuleRow[]): string {
  return `${rows
    .map(
      (row) => `${row.code.padEnd(26)} ${row.level.padEnd(8)} ${row.kind.padEnd(8)} ${row.title}`,
    )
    .join("\n")}\n`;
}
