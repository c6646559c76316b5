import { CODES } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quoted } from "../policy/log.ts";
import { meantHelp } from "../text/slip.ts";
import { lineAround } from "../text/line-index.ts";
import type { Finding } from "./finding.ts";
import { badSuppression, LINT_RULES, ruleOfCode, unusedSuppression } from "./registry.ts";
import type { Problem } from "./rule.ts";
import { suppressionLine, suppressionsOf, type Suppression } from "./suppressions.ts";
import type { Source, Span } from "../text/span.ts";

/** A finding on a suppression, before the runner gives it its level. */
export interface SuppressionProblem {
  readonly rule: typeof badSuppression;
  readonly problem: Problem;
}

export interface Suppressed {
  readonly findings: readonly Finding[];
  readonly problems: readonly SuppressionProblem[];
  /** How many findings were taken out. */
  readonly count: number;
}

function faultOf(code: string): { readonly message: string; readonly help: string } | undefined {
  if (ruleOfCode(code) !== undefined) return undefined;
  if (Object.hasOwn(CODES, code))
    return {
      message: `${quoted(code)} cannot be suppressed: a set with this error does not load`,
      help: "fix the error",
    };
  return {
    message: `there is no finding ${quoted(code)} to suppress`,
    help: meantHelp(
      code,
      LINT_RULES.map((rule) => rule.code),
      "`agentz lint --rules` lists them",
    ),
  };
}

/** More names than this are no suppression but a slip, and are not looked up one by one. */
const MOST_CODES = 50;
const SHOW_HOW = "write `# agentz-ignore <code>: <reason>`";

function problemsOf(suppression: Suppression): readonly SuppressionProblem[] {
  const { file, span, codes, reason } = suppression;
  const place = { file, span, path: "$" };
  const found = (problem: Omit<Problem, "place">): SuppressionProblem => ({
    rule: badSuppression,
    problem: { place, ...problem },
  });
  if (codes.length > MOST_CODES) {
    const help = `name at most ${MOST_CODES} in one comment`;
    return [found({ message: `the suppression names ${codes.length} findings`, help })];
  }
  const faults = codes.map(faultOf).filter((fault) => fault !== undefined);
  if (codes.length === 0) {
    return [found({ message: "the suppression names no finding", help: SHOW_HOW })];
  }
  if (reason !== "") return faults.map(found);
  const help = `${SHOW_HOW}; without a reason it has no effect`;
  return [...faults.map(found), found({ message: "the suppression has no reason", help })];
}

/** The comment with the blanks before it, or its whole line where it stands alone. */
function commentSpan(text: string, { span }: Suppression): Span {
  const line = lineAround(text, span.start);
  const before = text.slice(line.start, span.start);
  if (before.trim() === "") return line;
  return { start: span.start - (before.length - before.trimEnd().length), end: span.end };
}

function unusedOf(
  suppression: Suppression,
  text: string,
  used: ReadonlySet<string>,
): SuppressionProblem | undefined {
  const idle = suppression.codes.filter(
    (code) => !used.has(code) && ruleOfCode(code) !== undefined,
  );
  if (suppression.reason === "" || idle.length === 0 || idle.length < suppression.codes.length)
    return undefined;
  const place = { file: suppression.file, span: suppression.span, path: "$" };
  const fix = [{ file: suppression.file, span: commentSpan(text, suppression), text: "" }];
  return {
    rule: unusedSuppression,
    problem: {
      place,
      message: `the suppression of ${idle.map(quoted).join(", ")} has no effect on this line`,
      help: "remove the comment",
      fix,
    },
  };
}

function byLine(
  findings: readonly Finding[],
  { file, text }: Source,
): ReadonlyMap<number, readonly Finding[]> {
  const lineOf = suppressionLine(text);
  const lines = new Map<number, Finding[]>();
  for (const finding of findings) {
    if (finding.file !== file || ruleOfCode(finding.code) === undefined) continue;
    const line = lineOf(finding.span.start);
    const known = lines.get(line);
    if (known === undefined) lines.set(line, [finding]);
    else known.push(finding);
  }
  return lines;
}

/**
 * Warnings without those that a comment with a reason suppresses, for findings that no rule of lint
 * makes.
 */
export function withoutSuppressed(
  findings: readonly Diagnostic[],
  sources: readonly Source[],
): readonly Diagnostic[] {
  const files = new Set(
    findings.flatMap(({ severity, file }) => (severity === "warning" ? [file] : [])),
  );
  const gone = new Set<string>();
  const lines = new Map<string, (offset: number) => number>();
  for (const source of sources.filter(({ file }) => files.has(file))) {
    lines.set(source.file, suppressionLine(source.text));
    for (const { reason, codes, line } of suppressionsOf(source)) {
      if (reason !== "") for (const code of codes) gone.add(`${source.file} ${line} ${code}`);
    }
  }
  const lineOf = ({ file, span }: Diagnostic): number => lines.get(file)?.(span.start) ?? 0;
  return findings.filter(
    (found) =>
      found.severity === "error" || !gone.has(`${found.file} ${lineOf(found)} ${found.code}`),
  );
}

/** Takes out what comments suppress, and finds suppressions that are unused or say too little. */
export function applySuppressions(
  findings: readonly Finding[],
  sources: readonly Source[],
  isAsked: (code: string, file: string) => boolean,
): Suppressed {
  const problems: SuppressionProblem[] = [];
  const gone = new Set<Finding>();
  for (const source of sources) {
    const suppressions = suppressionsOf(source);
    if (suppressions.length === 0) continue;
    const lines = byLine(findings, source);
    for (const suppression of suppressions) {
      problems.push(...problemsOf(suppression));
      if (suppression.reason === "" || suppression.codes.length > MOST_CODES) continue;
      const hit = (lines.get(suppression.line) ?? []).filter(({ code }) =>
        suppression.codes.includes(code),
      );
      for (const finding of hit) gone.add(finding);
      const used = new Set<string>(hit.map(({ code }) => code));
      const unused = suppression.codes.every((code) => isAsked(code, source.file))
        ? unusedOf(suppression, source.text, used)
        : undefined;
      if (unused !== undefined) problems.push(unused);
    }
  }
  return { findings: findings.filter((finding) => !gone.has(finding)), problems, count: gone.size };
}
