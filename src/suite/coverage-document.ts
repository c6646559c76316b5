import type { AtomCover, CoverageRecorder } from "./coverage.ts";
import type { CoverageDocument, CoveredLine, UncoveredOutcome } from "../documents/test-result.ts";
import type { SourceLines } from "./source-lines.ts";

/** One thing to reach on a line. */
interface Goal {
  readonly file: string;
  readonly line: number;
  readonly reached: boolean;
  readonly note: string;
}

function outcomeGoals(atom: AtomCover): readonly Goal[] {
  const { file, line } = atom.at;
  return [
    { file, line, reached: atom.sawTrue, note: `\`${atom.text}\` is never true` },
    { file, line, reached: atom.sawFalse, note: `\`${atom.text}\` is never false` },
  ];
}

function uncoveredOutcomes(atom: AtomCover): readonly UncoveredOutcome[] {
  const { file, line, column } = atom.at;
  const one = (outcome: "true" | "false"): UncoveredOutcome => ({
    rule: atom.owner,
    condition: atom.text,
    outcome,
    file,
    line,
    column,
  });
  return [...(atom.sawTrue ? [] : [one("true")]), ...(atom.sawFalse ? [] : [one("false")])];
}

function coveredLine(line: number, text: string, goals: readonly Goal[]): CoveredLine {
  const missing = goals.filter((goal) => !goal.reached);
  const state =
    goals.length === 0
      ? "none"
      : missing.length === 0
        ? "covered"
        : missing.length === goals.length
          ? "uncovered"
          : "partly";
  return { line, text, state, notes: [...new Set(missing.map((goal) => goal.note))] };
}

/**
 * The lines of a file's documents that hold something to reach: a catalog or a suite beside a
 * policy is left out.
 */
function fileLines(
  file: string,
  goals: readonly Goal[],
  lines: SourceLines,
): readonly CoveredLine[] {
  const all = lines.lines(file).map((text, i) =>
    coveredLine(
      i + 1,
      text,
      goals.filter((goal) => goal.line === i + 1),
    ),
  );
  const parts: CoveredLine[][] = [[]];
  for (const line of all) {
    if (/^---(\s|$)/.test(line.text)) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts.filter((part) => part.some((line) => line.state !== "none")).flat();
}

function byPlace(a: { file: string; line: number }, b: { file: string; line: number }): number {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}

function ruleShare({ rules }: CoverageRecorder): CoverageDocument["rules"] {
  const open = rules.filter(({ matched }) => !matched);
  return {
    covered: rules.length - open.length,
    total: rules.length,
    uncovered: open
      .map(({ name, at }) => ({ rule: name, file: at.file, line: at.line }))
      .sort(byPlace),
  };
}

function outcomeShare({ atoms }: CoverageRecorder): CoverageDocument["outcomes"] {
  const seen = atoms.flatMap(({ sawTrue, sawFalse }) => [sawTrue, sawFalse]);
  return {
    covered: seen.filter((saw) => saw).length,
    total: seen.length,
    uncovered: atoms.flatMap(uncoveredOutcomes).sort(byPlace),
  };
}

function goalsOf({ rules, atoms }: CoverageRecorder): readonly Goal[] {
  const matches = rules.map(({ name, at, matched }) => ({
    file: at.file,
    line: at.line,
    reached: matched,
    note: `${name} never matched`,
  }));
  return [...matches, ...atoms.flatMap(outcomeGoals)];
}

/**
 * What was reached, as the result document has it: shares, what is left open, and the policies' own
 * lines.
 */
export function coverageDocument(recorder: CoverageRecorder, lines: SourceLines): CoverageDocument {
  const goals = goalsOf(recorder);
  const files = [...new Set(goals.map((goal) => goal.file))].sort();
  return {
    rules: ruleShare(recorder),
    outcomes: outcomeShare(recorder),
    files: files.map((file) => {
      const own = goals.filter((goal) => goal.file === file);
      return { file, lines: fileLines(file, own, lines) };
    }),
  };
}
