import type {
  ConditionNode,
  Difference,
  FailureDocument,
  LineRef,
  TestEntry,
  ValueShown,
} from "../../documents/test-result.ts";
import { printableWhole } from "../escape.ts";
import { valueText } from "./value-text.ts";

function at(place: LineRef): string {
  return `${place.file}:${place.line}`;
}

function shown({ path, state, value, claimed }: ValueShown): string {
  const over =
    claimed === undefined ? "" : ` (the catalog's; the call claims ${valueText(claimed)})`;
  if (state === "hidden") return `${path} is hidden${over}`;
  return state === "value"
    ? `${path} = ${valueText(value)}${over}`
    : `${path} is ${state === "absent" ? "absent" : "unrecorded"}${over}`;
}

/** One part of a rule, as it came out, with the values that it read. */
export function conditionText(node: ConditionNode): string {
  const outcome =
    node.kind === "scope"
      ? node.outcome === "false"
        ? "does not fit"
        : node.outcome
      : node.kind === "exception"
        ? "the exception holds"
        : node.outcome === "false"
          ? "is false"
          : node.outcome === "error"
            ? "is an error"
            : `is ${node.outcome}`;
  const message = node.message === null ? "" : ` (${node.message})`;
  // that values are hidden is said once, by whoever hides them
  const told = node.values.filter(
    ({ state, claimed }) => state !== "hidden" || claimed !== undefined,
  );
  const values = told.length === 0 ? "" : `, where ${told.map(shown).join(", ")}`;
  return `${node.text} ${outcome}${message}${values}`;
}

/** Wider than this, what was expected and what came stand one below the other. */
const BESIDE = 40;

/** What was expected and what came, side by side where both are short. */
function differenceLines(differences: readonly Difference[]): readonly string[] {
  const expected = differences.map((one) => `expected  ${one.field}: ${valueText(one.expected)}`);
  const width = Math.max(...expected.map((text) => text.length));
  return differences.flatMap(({ field, actual, fault }, i) => {
    const [left = "", right] = [expected[i], valueText(actual)];
    if (fault !== undefined) return [left];
    return width > BESIDE + field.length || right.length > BESIDE
      ? [left, `got       ${field}: ${right}`]
      : [`${left.padEnd(width)}   got: ${right}`];
  });
}

function whereStep({ step, repetition }: FailureDocument): string {
  if (step === null) return "";
  return repetition === null ? `call ${step}: ` : `call ${step}, repetition ${repetition}: `;
}

/** ` for agent:supervisor`, where more than the caller was asked. */
export function forSubjects(subjects: readonly string[]): string {
  return subjects.length === 0 ? "" : ` for ${subjects.join(", ")}`;
}

function decidingLines(failure: FailureDocument): readonly string[] {
  return failure.deciding.flatMap(({ rule, subjects, at: place, why, because }) => [
    "decided   by " +
      `${rule}${forSubjects(subjects)}${place === null ? "" : ` at ${at(place)}`}${why === null ? "" : `: ${why}`}`,
    ...(place === null ? [] : [`          ${place.line} | ${place.source}`]),
    ...(because.length === 0
      ? []
      : [
          "          which matched, because",
          ...because.map((node) => `          ${conditionText(node)}`),
        ]),
  ]);
}

function nearestLines({ nearest }: FailureDocument): readonly string[] {
  if (nearest === null) return [];
  return [
    `nearest   ${nearest.rule} ` +
      `(${nearest.effect})${nearest.at === null ? "" : ` at ${at(nearest.at)}`} did not match, ` +
      "because",
    ...nearest.failed.flatMap((node) => [
      `          ${conditionText(node)}`,
      ...(node.at === null ? [] : [`          ${node.at.line} | ${node.at.source}`]),
    ]),
  ];
}

/**
 * One failure of a test as lines without indentation or colour: what was expected, what came, and
 * why.
 */
export function failureLines(failure: FailureDocument): readonly string[] {
  const lines = [
    `${whereStep(failure)}${failure.message}${failure.at === null ? "" : ` (${at(failure.at)})`}`,
    ...[
      ...differenceLines(failure.differences),
      ...decidingLines(failure),
      ...nearestLines(failure),
      ...failure.declared.map(
        ({ name, at: place }) => `state     ${name} is declared at ${at(place)}: ${place.source}`,
      ),
      ...(failure.help === null ? [] : [`help      ${failure.help}`]),
    ].map((line) => `  ${line}`),
  ];
  return lines.map((line) => printableWhole(line));
}

/** The name of a case as it is listed. */
export function entryTitle(entry: TestEntry): string {
  return printableWhole(`${entry.suite} > ${entry.name}`);
}
