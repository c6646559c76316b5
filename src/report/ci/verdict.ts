import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { markdownText as text } from "../markdown.ts";
import { total, verdictWord } from "../replay/words.ts";
import { checkText } from "../replay/gate-words.ts";
import { failedText } from "./failed.ts";

/** Whether a change passes, and that in words. */
export interface ChangeVerdict {
  readonly state: "passed" | "failed" | "open" | "warned" | "partial";
  readonly text: string;
}

/**
 * Whether the change passes, and whether incidents would run, or much benign work would stop, which
 * no verdict hides.
 */
export function changeVerdict(result: CiResult): ChangeVerdict {
  const verdict = stepsVerdict(result);
  const calls = result.replay?.labels.incident.noLongerStopped.calls ?? 0;
  const { state, text: words } = verdict;
  const hasEnded = state === "failed" || state === "partial";
  const [harm] = hasEnded || result.replay === null ? [] : harmsOf(result.replay);
  if (calls === 0 && harm === undefined) return verdict;
  const isNamed =
    calls > 0 ? `${count(calls, "incident call")} would no longer be stopped` : (harm?.said ?? "");
  if (hasEnded) return { state, text: `${words}; ${isNamed}` };
  const start = state === "passed" ? words : "nothing failed";
  return { state: "warned", text: `${isNamed}, though ${start}` };
}

/** Labelled calls that the candidate lets run, for certain. */
function incidentsRunning({ labels: { incident } }: ReplayResult): number {
  return incident.calls - incident.stopped - incident.undecided;
}

/** Of so many benign calls one newly denied one is named on the first line. */
const MUCH_BENIGN = 20;

/** What the labels say against the change, and how many calls that was about before. */
interface Harm {
  readonly said: string;
  readonly before: number;
}

/** Incidents that still run, and benign work of which much would be denied. */
function harmsOf(replay: ReplayResult): readonly Harm[] {
  const { incident, benign } = replay.labels;
  const running = incidentsRunning(replay);
  const denied = benign.denied - benign.deniedBefore;
  const harms: Harm[] = [];
  if (running > 0)
    harms.push({
      said: `${running} of ${count(incident.calls, "incident call")} would run`,
      before: incident.calls - incident.stoppedBefore,
    });
  if (denied > 0 && denied * MUCH_BENIGN >= benign.calls)
    harms.push({
      said: `${benign.denied} of ${count(benign.calls, "benign call")} would be denied`,
      before: benign.deniedBefore,
    });
  return harms;
}

/** What the labels say against the change, wherever the steps end; empty: nothing. */
export function harmText({ replay }: CiResult): readonly string[] {
  const harms = replay === null ? [] : harmsOf(replay);
  const said = harms.map((harm) => `${harm.said} (before: ${harm.before})`);
  return said.length === 0 ? [] : [`**${said.join("; ")}.**`, ""];
}

/** Limits of the gate that are named where all are kept. */
const LIMITS = 4;

/** What the gate allows, where all of it is kept: the limits that leave most room first. */
export function limitsText({ replay }: CiResult): readonly string[] {
  if (replay === null || verdictWord(replay) !== "passed") return [];
  const checks = replay.gate.checks.toSorted((a, b) => b.limit - a.limit);
  const rest = checks.length - LIMITS;
  const named = checks.slice(0, LIMITS).map((check) => text(checkText(check)));
  return [`Limits kept: ${named.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`, ""];
}

function stepsVerdict(result: CiResult): ChangeVerdict {
  const { passed, replay, steps } = result;
  if (replay?.partial === true)
    return { state: "partial", text: "interrupted, so nothing is decided" };
  if (!passed) return { state: "failed", text: `this change does not pass: ${failedText(result)}` };
  const isGated = replay !== null && verdictWord(replay) === "passed";
  if (isGated) return { state: "passed", text: "this change passes" };
  const isReplayed = steps.some(({ name, status }) => name === "replay" && status === "passed");
  return {
    state: "open",
    text: isReplayed
      ? "nothing failed, but no gate is set: nothing limits what may change"
      : "nothing failed, but no trace was replayed",
  };
}

const MARKS = { passed: "✅", failed: "❌", open: "ℹ️", warned: "⚠️", partial: "⚠️" } as const;

/** Whether the change passes, as the heading of the comment. */
export function headingText(result: CiResult): string {
  const { state, text: words } = changeVerdict(result);
  return `${MARKS[state]} ${words}`;
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

/** How many recorded calls change, in one sentence; empty where no trace was replayed. */
export function changeText({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const { changes, trace, error } = replay;
  if (error !== undefined)
    return [`**The replay proves nothing**: ${text(error.message, 300)}.`, ""];
  const { widened, narrowed, indeterminate, unreachable } = changes;
  const moved = [
    `${total(widened)} would be widened`,
    `${total(narrowed)} narrowed`,
    ...(unreachable > 0 ? [`${unreachable} no longer made`] : []),
    ...(indeterminate > 0 ? [`${indeterminate} indeterminate`] : []),
  ];
  return [
    `**Of ${count(trace.calls, "recorded call")}, ${listed(moved)}.** ${versionsText(replay)}`,
    "",
  ];
}
