import type { FailingCalls, LabelScores, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { firstNames, listed } from "../../text/listed.ts";
import { markdownSentence } from "../markdown.ts";
import { explainText } from "./explain-text.ts";

/** Rules that are named. */
const NAMED = 3;

const KINDS = ["benign", "incident"] as const satisfies readonly (keyof LabelScores)[];

/** Labelled calls on which the same rules fail, and did not before: most calls first. */
function failingKinds({ labels }: ReplayResult): readonly FailingCalls[] {
  const kinds = new Map<string, FailingCalls>();
  for (const kind of KINDS.flatMap((name) => freshOf(labels[name]))) {
    const key = JSON.stringify(kind.rules);
    const known = kinds.get(key);
    kinds.set(key, known === undefined ? kind : { ...known, calls: known.calls + kind.calls });
  }
  return [...kinds.values()].toSorted((a, b) => b.calls - a.calls);
}

type Scores = LabelScores["benign" | "incident"];

/** What is not listed as failing before, too: the document lists the others first. */
function freshOf({ failingCalls = [] }: Scores): readonly FailingCalls[] {
  return failingCalls.filter(({ before }) => !before);
}

/**
 * How many calls conditions fail on that did not fail before. WHY all where none is listed as failing
 * before: of many kinds not all are listed.
 */
function freshCalls(scores: Scores): number {
  const { failing, failingCalls = [] } = scores;
  return failingCalls.some(({ before }) => before)
    ? freshOf(scores).reduce((sum, { calls }) => sum + calls, 0)
    : failing;
}

/** The first rules, as code in a sentence. */
function rulesText(rules: readonly string[]): string {
  return listed(
    firstNames(
      rules.map((rule) => `\`${rule}\``),
      NAMED,
    ),
  );
}

/** The labelled calls that are denied only because conditions fail, and were not before; empty: none. */
function callsText({ labels }: ReplayResult): string {
  return listed(
    KINDS.map((kind) => ({ kind, calls: freshCalls(labels[kind]) }))
      .filter(({ calls }) => calls > 0)
      .map(({ kind, calls }) => count(calls, `${kind} call`)),
  );
}

/** Whether a condition fails since the call lacks what it reads. */
function isLacking({ error }: FailingCalls): boolean {
  return /^no such (?:attribute|key)\b/.test(error);
}

/**
 * How to fix a condition that fails on a call; empty where that fails on a value: then a step asks
 * whether the denial is meant.
 */
function fixText(failing: FailingCalls): string {
  return isLacking(failing)
    ? "; to fix: guard what a call may lack, for example with `has(args.x) && …`"
    : "";
}

/** The rules of the first kind with their error and a call, and how many calls of which rules follow. */
function kindsText(replay: ReplayResult): string {
  const [first, ...others] = failingKinds(replay);
  if (first === undefined) return "";
  const by = ({ rules }: FailingCalls): string => rulesText(rules);
  const all = KINDS.reduce((sum, kind) => sum + freshCalls(replay.labels[kind]), 0);
  const [second] = others;
  const rest = all - first.calls - (second?.calls ?? 0);
  const more = [
    ...(second === undefined ? [] : [`${second.calls} by ${by(second)}`]),
    ...(rest > 0 ? [`${rest} by others`] : []),
  ];
  const number = first.calls === all ? "" : `${first.calls} by `;
  return (
    `: ${markdownSentence(`${number}${by(first)} (${first.error}`, 600)}; ` +
    `see ${explainText(first.id)}${markdownSentence([")", ...more].join(", "), 600)}` +
    markdownSentence(fixText(first))
  );
}

/**
 * Which labelled calls are denied only because conditions fail: by which rules, and what to do. WHY not
 * those that fail as before: that is no matter of the change, and the replay says it.
 */
export function failingLines(replay: ReplayResult): readonly string[] {
  const calls = callsText(replay);
  return calls === ""
    ? []
    : [`  - ${calls} would be denied only because conditions fail${kindsText(replay)}`];
}

/** The same as something to do, in one sentence; empty: nothing. */
export function failingSteps(replay: ReplayResult): readonly string[] {
  const calls = callsText(replay);
  const kinds = failingKinds(replay);
  if (calls === "") return [];
  const rules = rulesText([...new Set(kinds.flatMap((kind) => kind.rules))]);
  const [first] = kinds;
  const which = rules === "" ? "" : ` of ${rules}`;
  return [
    first === undefined || isLacking(first)
      ? `fix the conditions${which}, which fail on ${calls}`
      : `decide whether ${calls} may be denied because conditions${which} fail`,
  ];
}
