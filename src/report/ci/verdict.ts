import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { blockedText, waitingText } from "../../text/newly-held.ts";
import { openText } from "../../text/openings.ts";
import { opensEveryTool, wideningsOf } from "../../text/widenings.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { neverRun, total, verdictWord } from "../replay/words.ts";
import { checkText } from "../replay/gate-words.ts";
import { type Steps, stepsBeforeMerging, stepsOf } from "./before-merging.ts";
import { failedText } from "./failed.ts";
import { harmsOf, passingText } from "./harm.ts";

/** Whether a change passes, and that in words. */
export interface ChangeVerdict {
  readonly state: "passed" | "failed" | "open" | "warned" | "partial";
  readonly text: string;
}

/**
 * Whether to merge the change. Harm stands first, whatever else is said: a rule that allows every call,
 * incidents that would run, much benign work that would stop.
 */
export function changeVerdict(result: CiResult): ChangeVerdict {
  const { state, text: words } = stepsVerdict(result);
  const harms = harmsOf(result);
  const grants = openingText(result);
  if (state === "failed")
    return { state, text: `do not merge yet: ${[...grants, ...harms, words].join("; ")}` };
  if (state === "partial") return { state, text: [words, ...harms].join("; ") };
  const named = [...grants, ...harms].join("; ");
  if (harms.length > 0) {
    const why = passingText(result);
    return { state: "warned", text: `do not merge yet: ${named}, though this run passes: ${why}` };
  }
  if (grants.length > 0) return { state: "warned", text: `${named}; ${words}` };
  const steps = stepsBeforeMerging(result).length;
  if (state !== "passed") return { state, text: words };
  if (steps === 0) return { state, text: `nothing stands against merging: ${words}` };
  return { state: "warned", text: `${words}; ${count(steps, "thing")} to do before merging` };
}

/** That every agent, or some, may call every tool, once, however many rules say so: the broadest of them. */
function openingText({ diff }: CiResult): readonly string[] {
  const { sure } = wideningsOf(diff?.changes ?? []);
  return sure
    .filter(opensEveryTool)
    .slice(0, 1)
    .map((change) => openText(change).replaceAll("`", ""));
}

/** What has to be done before merging; nothing for a run that was interrupted. */
function stepsToDo(result: CiResult): Steps {
  const { state } = stepsVerdict(result);
  return state === "partial" ? { first: [], more: [] } : stepsOf(result, state);
}

/** The same, a line each. */
export function stepLines(result: CiResult): readonly string[] {
  const { first, more } = stepsToDo(result);
  return [...first, ...more];
}

/** Steps that the first screen shows. */
const SHOWN = 4;

/** How many more steps there are, in words; empty for none. */
function moreText(left: number): string {
  return left === 0 ? "" : `${left} more to decide, below`;
}

/**
 * The same as Markdown, as far as it fits on one screen. WHY of what failed only what forbids merging: the
 * other parts say what else there is to decide.
 */
export function stepsText(result: CiResult): readonly string[] {
  const { first, more } = stepsToDo(result);
  if (first.length + more.length === 0) return [];
  if (stepsVerdict(result).state === "failed") {
    const told = first.map((line) => markdownSentence(line, 300));
    const rest = moreText(more.length);
    return [`**Before merging:** ${[...told, ...(rest === "" ? [] : [rest])].join("; ")}.`, ""];
  }
  const room = Math.max(0, SHOWN - first.length);
  // to say that there is one more takes as much room as that one
  const shown = [...first, ...(more.length === room + 1 ? more : more.slice(0, room))];
  const rest = moreText(first.length + more.length - shown.length);
  return [
    "**Before merging:**",
    "",
    ...shown.map((line) => `- ${markdownSentence(line, 300)}`),
    ...(rest === "" ? [] : [`- … and ${rest}`]),
    "",
  ];
}

/** Limits of the gate that are named where all are kept. */
const LIMITS = 4;

/** What the gate allows, where all of it is kept: the limits that leave most room first. */
export function limitsText({ replay }: CiResult): readonly string[] {
  if (replay === null || verdictWord(replay) !== "passed") return [];
  const checks = replay.gate.checks
    // nobody has set what `agentz ci` demands of every trace
    .filter(({ from }) => from !== "agentz ci")
    .toSorted((a, b) => b.limit - a.limit);
  const rest = checks.length - LIMITS;
  const named = checks.slice(0, LIMITS).map((check) => text(checkText(check)));
  return [`Limits kept: ${named.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`, ""];
}

/** Whether it is known that no decision can change. */
function decidesAlike({ diff }: CiResult): boolean {
  return diff !== null && ["none", "patch"].includes(diff.required);
}

/** What the steps say, whatever harm there is. */
interface StepsVerdict extends ChangeVerdict {
  readonly state: Exclude<ChangeVerdict["state"], "warned">;
}

function stepsVerdict(result: CiResult): StepsVerdict {
  const { passed, replay, steps } = result;
  if (replay?.partial === true)
    return { state: "partial", text: "interrupted, so nothing is decided" };
  if (!passed) return { state: "failed", text: failedText(result) };
  const isGated = replay !== null && verdictWord(replay) === "passed";
  if (isGated) return { state: "passed", text: "the gate passes" };
  const isReplayed = steps.some(({ name, status }) => name === "replay" && status === "passed");
  if (decidesAlike(result)) return { state: "passed", text: "no decision can change" };
  const why = isReplayed ? "no gate is set" : "no trace was replayed";
  return {
    state: "open",
    text: `decide before merging: ${why}, so nothing limits what may change`,
  };
}

const MARKS = { passed: "✅", failed: "❌", open: "ℹ️", warned: "⚠️", partial: "⚠️" } as const;

/** Whether the change passes, as the heading of the comment. */
export function headingText(result: CiResult): string {
  const { state, text: words } = changeVerdict(result);
  // the names of checks are of anybody; a parenthesis alone makes nothing of Markdown
  return `${MARKS[state]} ${text(words, 1000).replace(/\\([()])/g, "$1")}`;
}

/**
 * The incidents that the candidate no longer stops, with their sessions; empty where it stops what
 * the baseline stops.
 */
export function incidentText({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const { calls, undecided, sessions, sessionNames } = replay.labels.incident.noLongerStopped;
  if (calls === 0) return [];
  const open = undecided === 0 ? "" : ` (${undecided} of them indeterminate)`;
  const rest = sessions - sessionNames.length;
  const named = [
    ...sessionNames.map((name) => text(name)),
    ...(rest > 0 ? [count(rest, "more session")] : []),
  ];
  const where =
    named.length === 0 ? "" : `: ${sessions === 1 ? "session" : "sessions"} ${named.join(", ")}`;
  return [
    `**${count(calls, "call")} labelled as ${calls === 1 ? "an incident" : "incidents"} would no longer ` +
      `be stopped**${open}${where}.`,
    "",
  ];
}

/** By which digests the comment is told from one of other policies, in small letters. */
function versionsText({
  baseline,
  candidate,
}: Pick<ReplayResult, "baseline" | "candidate">): string {
  const short = (digest: string | null): string =>
    text(digest?.replace(/^sha256:/, "").slice(0, 12) ?? "recorded");
  return `<sub>policies ${short(baseline.digest)} → ${short(candidate.digest)}</sub>`;
}

/**
 * How many recorded calls change, and what runs today and would wait for whom, in a sentence each; empty
 * where no trace was replayed.
 */
export function changeText({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const { changes, trace, error } = replay;
  if (error !== undefined)
    return [`**The replay proves nothing**: ${text(error.message, 300)}.`, ""];
  const { widened, narrowed, indeterminate, unreachable } = changes;
  const moved = [
    `${total(widened)} would be widened${neverRun(replay, "widened")}`,
    `${total(narrowed)} narrowed${neverRun(replay, "narrowed")}`,
    ...(unreachable > 0 ? [`${unreachable} no longer made`] : []),
    ...(indeterminate > 0 ? [`${indeterminate} indeterminate`] : []),
  ];
  const also = [blockedText(replay.groups), waitingText(replay.groups)]
    .filter((sentence) => sentence !== "")
    .map((sentence) => ` ${text(sentence, 400)}`)
    .join("");
  return [
    `**Of ${count(trace.calls, "recorded call")}, ${listed(moved)}.${also}** ${versionsText(replay)}`,
    "",
  ];
}
