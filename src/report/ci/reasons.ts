import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import type { LintFinding } from "../../documents/lint-result.ts";
import type { FailureDocument, FindingDocument, TestEntry } from "../../documents/test-result.ts";
import type { Json } from "../../request/json.ts";
import { count } from "../../text/count.ts";
import { printable } from "../escape.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { FOLDS } from "./folds.ts";
import { valueText } from "../test/value-text.ts";

/** Reasons of one step that stand on the first screen. */
const SHOWN = 2;

/** Characters of a test's name, and of a reason: the fold has the whole. */
const NAME = 40;
const SENTENCE = 160;

/** A reason of our own words at its place, which comes first. */
interface Reason {
  readonly place: string | undefined;
  readonly sentence: string;
}

function findingReason({ file, line, message, help }: LintFinding | FindingDocument): Reason {
  return { place: `${file}:${line}`, sentence: `${message}${help === null ? "" : ` (${help})`}` };
}

/** A value of a test, which anybody may have written, as code. */
function codeText(value: Json): string {
  return `\`${valueText(value).replaceAll("`", "'")}\``;
}

/** Fields of a failed test that are told. */
const FIELDS = 2;

/**
 * What a test expected and what came of its first fields; the failure in words where no field differs.
 * WHY the field in the middle: what follows a name such as `read_secret:` counts as a secret.
 */
function differenceText({ step, differences, message }: FailureDocument): string {
  const call = step === null ? "" : `call ${step}: `;
  const fields = differences
    .slice(0, FIELDS)
    .map(
      ({ field, expected, actual, fault }) =>
        `expected ${field === "effect" ? "" : `${field} `}${codeText(expected)}, ` +
        (fault ?? `got ${codeText(actual)}`),
    );
  const rest = differences.length - fields.length;
  const more = rest > 0 ? [`${count(rest, "more difference")}`] : [];
  return `${call}${fields.length === 0 ? message : [...fields, ...more].join("; ")}`;
}

/** One reason for each place, since the cases of one test fail alike: the first, and how many. */
function testReasons(entries: readonly TestEntry[]): readonly Reason[] {
  const alike = new Map<string, readonly [TestEntry, ...TestEntry[]]>();
  for (const entry of entries) {
    const { file, line } = entry.failures[0]?.at ?? entry;
    const known = alike.get(`${file}:${line}`);
    alike.set(`${file}:${line}`, known === undefined ? [entry] : [...known, entry]);
  }
  return [...alike].map(([place, all]) => {
    const [{ suite, name, failures }] = all;
    const title = printable(`${suite} > ${name}`, NAME).replaceAll("`", "'");
    const [failure] = failures;
    return {
      place,
      sentence: [
        `${title}${all.length === 1 ? "" : ` (${count(all.length, "case")})`}`,
        ...(failure === undefined ? [] : [differenceText(failure)]),
      ].join(": "),
    };
  });
}

/** Why a step failed, each reason with its place; empty where its summary says it all. */
function reasonsOf({ name, status }: CiStep, result: CiResult): readonly Reason[] {
  if (status !== "failed") return [];
  const { lint, test, version } = result;
  switch (name) {
    case "lint":
      return (lint?.findings ?? [])
        .filter(({ severity }) => severity === "error")
        .map(findingReason);
    case "test":
      return [
        ...(test?.findings ?? []).filter(({ severity }) => severity === "error").map(findingReason),
        ...testReasons((test?.tests ?? []).filter((entry) => entry.status !== "passed")),
      ];
    case "version":
      return (version?.documents ?? [])
        .filter(({ ok }) => !ok)
        .map(({ kind, name: document, declared: { from, to }, required }) => ({
          place: undefined,
          sentence:
            `${kind} \`${document}\` declares ${from ?? "none"} -> ${to ?? "none"}, and the change ` +
            `is ${required}: “${FOLDS.version}” says why`,
        }));
    // said in sections of their own
    case "analyze":
    case "replay":
      return [];
  }
}

/** The first reasons of a failed step, a line each. */
export function reasonLines(step: CiStep, result: CiResult): readonly string[] {
  const reasons = reasonsOf(step, result);
  // where not all fit, one is enough of an example
  const most = reasons.length > SHOWN ? 1 : SHOWN;
  const left = reasons.length - most;
  return [
    ...reasons.slice(0, most).map(({ place, sentence }) => {
      const at = place === undefined ? "" : `${text(place, 200)}: `;
      return `  - ${at}${markdownSentence(sentence, SENTENCE)}`;
    }),
    ...(left > 0 ? [`  - … and ${count(left, "more reason")}, under “${FOLDS[step.name]}”`] : []),
  ];
}
