import type {
  ConditionNode,
  Difference,
  FailureDocument,
  LineRef,
  TestEntry,
  ValueShown,
} from "../../documents/test-result.ts";
import { approvalTexts } from "../approval-lines.ts";
import { printableWhole } from "../escape.ts";
import { padded, textWidth } from "../wrap.ts";
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

/** How a condition came out, in one letter. */
export const OUTCOME_SIGNS: { readonly [outcome in ConditionNode["outcome"]]: string } = {
  true: "+",
  false: "-",
  unknown: "?",
  error: "!",
};

/** How an exception came out, behind its reason. */
const EXCEPTIONS: { readonly [outcome in ConditionNode["outcome"]]: string } = {
  true: ": the exception applies",
  false: ": the exception does not apply",
  unknown: ": it is unknown whether the exception applies",
  error: ": the exception is an error",
};

function outcomeText({ kind, outcome }: ConditionNode): string {
  if (kind === "exception") return EXCEPTIONS[outcome];
  if (kind === "scope") return outcome === "false" ? " does not fit" : ` ${outcome}`;
  return outcome === "error" ? " is an error" : ` is ${outcome}`;
}

/** One part of a rule, as it came out, with the values that it read. */
export function conditionText(node: ConditionNode): string {
  const outcome = outcomeText(node);
  const message = node.message === null ? "" : ` (${node.message})`;
  // that values are hidden is said once, by whoever hides them
  const told = node.values.filter(
    ({ state, claimed }) => state !== "hidden" || claimed !== undefined,
  );
  const values = told.length === 0 ? "" : `, where ${told.map(shown).join(", ")}`;
  return `${node.text}${outcome}${message}${values}`;
}

/** Longer than this, a value stands in a line of its own, also on eighty columns. */
const BESIDE = 26;

/** What came, as the expectation would be written: one rule is no list. */
function gotText({ expected, actual }: Difference): string {
  const [only] = Array.isArray(actual) && actual.length === 1 ? actual : [];
  return valueText(typeof expected === "string" && typeof only === "string" ? only : actual);
}

/** What was expected and what came, side by side where both are short. */
function differenceLines(differences: readonly Difference[]): readonly string[] {
  const shown = differences.map((one) => ({
    field: one.field,
    fault: one.fault,
    expected: valueText(one.expected),
    got: gotText(one),
  }));
  const isShort = ({ expected, got, fault }: (typeof shown)[number]): boolean =>
    fault === undefined && textWidth(expected) <= BESIDE && textWidth(got) <= BESIDE;
  const width = Math.max(
    0,
    ...shown.filter(isShort).map(({ field, expected }) => textWidth(`${field}: ${expected}`)),
  );
  return shown.flatMap((one) => {
    const { field, expected, got, fault } = one;
    const left = `${field}: ${expected}`;
    if (isShort(one)) return [`expected  ${padded(left, width)}   got: ${got}`];
    return [`expected  ${left}`, ...(fault === undefined ? [`got       ${field}: ${got}`] : [])];
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
          ...because.map(
            (node) => `          ${OUTCOME_SIGNS[node.outcome]} ${conditionText(node)}`,
          ),
        ]),
  ]);
}

function nearestLines({ nearest }: FailureDocument): readonly string[] {
  if (nearest === null) return [];
  return [
    `nearest   ${nearest.rule} ` +
      `(${nearest.effect})${nearest.at === null ? "" : ` at ${at(nearest.at)}`} did not match, ` +
      "because",
    ...nearest.failed.flatMap((node, i) => {
      // a line of which several parts failed is shown once, below them
      const next = nearest.failed[i + 1];
      const isLast =
        node.at !== null && (next?.at?.line !== node.at.line || next.at.file !== node.at.file);
      return [
        `          ${OUTCOME_SIGNS[node.outcome]} ${conditionText(node)}`,
        ...(node.at === null || !isLast ? [] : [`          ${node.at.line} | ${node.at.source}`]),
      ];
    }),
  ];
}

function approvalLines({ requirements, uncounted }: FailureDocument): readonly string[] {
  return approvalTexts(requirements, uncounted).flatMap((one) => [
    `approval  ${one.text}`,
    ...one.uncounted.map((text) => `          ${text}`),
  ]);
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
      ...approvalLines(failure),
      ...failure.declared.map(
        ({ name, at: place }) => `state     ${name} is declared at ${at(place)}: ${place.source}`,
      ),
      ...(failure.help === null ? [] : [`help      ${failure.help}`]),
    ].map((line) => `  ${line}`),
  ];
  return lines.map((line) => printableWhole(line));
}

/** One failure of a test in a few lines: what was expected, what came, and which rules decided. */
export function failureSummary(failure: FailureDocument): readonly string[] {
  const decided = failure.deciding.map(
    ({ rule, subjects, at: place }) =>
      `decided by ${rule}${forSubjects(subjects)}${place === null ? "" : ` at ${at(place)}`}`,
  );
  const differences = failure.differences.map((one) =>
    one.fault === undefined
      ? `expected ${one.field}: ${valueText(one.expected)}, got: ${gotText(one)}`
      : `expected ${one.field}: ${valueText(one.expected)}`,
  );
  const lines = [
    `${whereStep(failure)}${failure.message}`,
    ...differences,
    ...decided,
    ...approvalTexts(failure.requirements, failure.uncounted).flatMap((one) => one.uncounted),
    ...(failure.help === null ? [] : [`help: ${failure.help}`]),
  ];
  return lines.map((line) => printableWhole(line));
}

/** The name of a case as it is listed. */
export function entryTitle(entry: TestEntry): string {
  return printableWhole(`${entry.suite} > ${entry.name}`);
}
