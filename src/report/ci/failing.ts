import type { LabelScores, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { markdownSentence } from "../markdown.ts";
import { explainText } from "./explain-text.ts";

/** Rules that are named. */
const NAMED = 3;

/** What to do about a condition that fails on a call. */
const FIX = "guard what a call may lack, for example with `has(args.x) && …`";

const KINDS = ["benign", "incident"] as const satisfies readonly (keyof LabelScores)[];

/** The rules that fail on labelled calls, as far as calls are told; those that fail most first. */
function failingRules({ labels, notes: { errors } }: ReplayResult): readonly string[] {
  const calls = KINDS.flatMap((kind) => labels[kind].failingCalls ?? []);
  const failures = (name: string): number =>
    errors.reduce((sum, { rule, calls: own }) => (rule === name ? sum + own : sum), 0);
  return [...new Set(calls.flatMap(({ rules }) => rules))].toSorted(
    (a, b) => failures(b) - failures(a),
  );
}

/** What a rule fails on most often. */
function errorText(name: string, { notes: { errors } }: ReplayResult): string {
  const [most] = errors.filter(({ rule }) => rule === name).toSorted((a, b) => b.calls - a.calls);
  return most === undefined ? "" : ` (${most.message})`;
}

/** The first rules; `why`: what the first of them fails on. */
function rulesText(rules: readonly string[], why: (rule: string) => string = () => ""): string {
  const named = rules.slice(0, NAMED).map((rule, i) => `\`${rule}\`${i === 0 ? why(rule) : ""}`);
  const rest = rules.length - named.length;
  return listed([...named, ...(rest > 0 ? [`${rest} more`] : [])]);
}

/** The labelled calls that are denied only because conditions fail, in words; empty: none. */
function callsText({ labels }: ReplayResult): string {
  return listed(
    KINDS.filter((kind) => labels[kind].failing > 0).map((kind) =>
      count(labels[kind].failing, `${kind} call`),
    ),
  );
}

/** Which labelled calls are denied only because conditions fail: by which rules, and what to do. */
export function failingLines(replay: ReplayResult): readonly string[] {
  const calls = callsText(replay);
  if (calls === "") return [];
  const rules = failingRules(replay);
  const [example] = KINDS.flatMap((kind) => replay.labels[kind].failingCalls ?? []);
  const which =
    rules.length === 0 ? "" : `: ${rulesText(rules, (rule) => errorText(rule, replay))}`;
  const see = example === undefined ? "" : `; see ${explainText(example.id)}`;
  return [
    `  - ${markdownSentence(`${calls} would be denied only because conditions fail${which}`, 600)}${see}` +
      `; to fix: ${markdownSentence(FIX)}`,
  ];
}

/** The same as something to do, in one sentence; empty: nothing. */
export function failingSteps(replay: ReplayResult): readonly string[] {
  const calls = callsText(replay);
  if (calls === "") return [];
  const rules = rulesText(failingRules(replay));
  return [`fix the conditions${rules === "" ? "" : ` of ${rules}`}, which fail on ${calls}`];
}
