import type { FailingCalls, LabelScores, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { firstNames, listed } from "../../text/listed.ts";
import { markdownSentence } from "../markdown.ts";
import { explainText } from "./explain-text.ts";

/** Rules that are named. */
const NAMED = 3;

const KINDS = ["benign", "incident"] as const satisfies readonly (keyof LabelScores)[];

/** Labelled calls on which the same rules fail: those that did not before first, then the most. */
function failingKinds({ labels }: ReplayResult): readonly [FailingCalls, ...FailingCalls[]] | [] {
  const kinds = new Map<string, FailingCalls>();
  for (const kind of KINDS.flatMap((name) => labels[name].failingCalls ?? [])) {
    const key = JSON.stringify([kind.before, kind.rules]);
    const known = kinds.get(key);
    kinds.set(key, known === undefined ? kind : { ...known, calls: known.calls + kind.calls });
  }
  const [first, ...rest] = [...kinds.values()].toSorted(
    (a, b) => Number(a.before) - Number(b.before) || b.calls - a.calls,
  );
  return first === undefined ? [] : [first, ...rest];
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

/** The labelled calls that are denied only because conditions fail, in words; empty: none. */
function callsText({ labels }: ReplayResult): string {
  return listed(
    KINDS.filter((kind) => labels[kind].failing > 0).map((kind) =>
      count(labels[kind].failing, `${kind} call`),
    ),
  );
}

/** Whether a condition fails since the call lacks what it reads. */
function isLacking({ error }: FailingCalls): boolean {
  return /^no such (?:attribute|key)\b/.test(error);
}

/** What to do about a condition that fails on a call. */
function fixText(failing: FailingCalls): string {
  return isLacking(failing)
    ? "; to fix: guard what a call may lack, for example with `has(args.x) && …`"
    : "; the condition fails on the value: keep the denial if you mean it, or fix the condition";
}

/** The rules of the first kind with their error and a call, and how many calls of which rules follow. */
function kindsText(replay: ReplayResult): string {
  const [first, ...others] = failingKinds(replay);
  if (first === undefined) return "";
  const by = ({ rules, before }: FailingCalls): string =>
    `${rulesText(rules)}${before ? " as before" : ""}`;
  const all = KINDS.reduce((sum, kind) => sum + replay.labels[kind].failing, 0);
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

/** Which labelled calls are denied only because conditions fail: by which rules, and what to do. */
export function failingLines(replay: ReplayResult): readonly string[] {
  const calls = callsText(replay);
  return calls === ""
    ? []
    : [`  - ${calls} would be denied only because conditions fail${kindsText(replay)}`];
}

/** The same as something to do, in one sentence; empty: nothing, or nothing that was not so before. */
export function failingSteps(replay: ReplayResult): readonly string[] {
  const calls = callsText(replay);
  const kinds = failingKinds(replay);
  if (calls === "" || (kinds.length > 0 && kinds.every(({ before }) => before))) return [];
  const rules = rulesText([...new Set(kinds.flatMap((kind) => kind.rules))]);
  const [first] = kinds;
  const which = rules === "" ? "" : ` of ${rules}`;
  return [
    first === undefined || isLacking(first)
      ? `fix the conditions${which}, which fail on ${calls}`
      : `decide whether ${calls} may be denied because conditions${which} fail (${first.error})`,
  ];
}
