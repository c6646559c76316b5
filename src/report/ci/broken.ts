import type { CiResult } from "../../documents/ci-result.ts";
import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { groupChange, groupPlace, groupRules, hasSameEffect } from "../replay/words.ts";

const SHOWN = 3;

/** What a total was in the baseline, so that nobody takes it for a change. */
function beforeText(before: number, after: number): string {
  return before === after ? "as before" : `before: ${before}`;
}

function labelLine({ labels: { benign } }: ReplayResult): readonly string[] {
  if (benign.calls === 0) return [];
  const { denied, deniedBefore, gated, gatedBefore } = benign;
  return [
    `- of ${count(benign.calls, "call")} labelled benign, ${denied} would be denied ` +
      `(${beforeText(deniedBefore, denied)}) and ${gated} held for an approval ` +
      `(${beforeText(gatedBefore, gated)})`,
  ];
}

function incidentLine({ labels: { incident } }: ReplayResult): readonly string[] {
  const { calls, stopped, stoppedBefore } = incident;
  if (calls === 0) return [];
  const which = stopped === calls ? "all" : `${stopped} of`;
  return [
    `- ${which} ${count(calls, "call")} labelled as incidents would be stopped ` +
      `(${beforeText(stoppedBefore, stopped)})`,
  ];
}

function groupLine(group: ChangeGroup): string {
  return (
    `- ${text(groupPlace(group))}: ${text(groupChange(group).replace("->", "→"), 400)}, ` +
    `${count(group.calls, "call")}, by ${text(groupRules(group).replace("->", "→"), 200)}`
  );
}

function groupLines(groups: readonly ChangeGroup[]): readonly string[] {
  const left = groups.length - SHOWN;
  return [
    ...groups.slice(0, SHOWN).map(groupLine),
    ...(left > 0 ? [`- … and ${count(left, "more group")}, below`] : []),
  ];
}

function narrowed({ groups }: ReplayResult, kept: boolean): readonly ChangeGroup[] {
  return groups.filter((group) => group.class === "narrowed" && hasSameEffect(group) === kept);
}

/** What worked and would not any more: labelled work, then the largest narrowed groups. */
export function brokenSection({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const groups = narrowed(replay, false);
  const lines = [...labelLine(replay), ...groupLines(groups), ...incidentLine(replay)];
  return lines.length === 0
    ? []
    : [
        "### What it stops or holds",
        "",
        ...(groups.length === 0 ? ["- no recorded call is newly denied or held"] : []),
        ...lines,
        "",
      ];
}

/** What the candidate permits or holds as the baseline does, and demands more of. */
export function stricterSection({ replay }: CiResult): readonly string[] {
  const groups = replay === null ? [] : narrowed(replay, true);
  if (groups.length === 0) return [];
  const held = groups.some(({ to }) => to !== "allow");
  const title = held
    ? "Decided as before, but more is demanded"
    : "Still allowed, but more is demanded";
  return [`### ${title}`, "", ...groupLines(groups), ""];
}

/** The rules that changed and that no recorded call reaches. */
export function unexercisedLines({ replay }: CiResult): readonly string[] {
  const rules = replay?.unexercised ?? [];
  if (rules.length === 0) return [];
  const rest = rules.length > 10 ? ` and ${rules.length - 10} more` : "";
  return [
    "### Not exercised by the trace",
    "",
    `No recorded call reaches ${rules.length === 1 ? "this changed rule" : `these ${rules.length} changed rules`}, ` +
      `so the replay does not test ${rules.length === 1 ? "it" : "them"}: ` +
      `${rules
        .slice(0, 10)
        .map((rule) => text(rule))
        .join(", ")}${rest}.`,
    "",
  ];
}

/** What people would have to approve, before and after; empty where nobody has to. */
export function approvalTable({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const { baseline, candidate } = replay.approvals;
  if (candidate.required === 0 && baseline.required === 0) return [];
  const row = (name: string, before: number | null, after: number | null): readonly string[] => [
    name,
    String(before ?? "–"),
    String(after ?? "–"),
  ];
  return [
    ...markdownTable(
      ["approvals", "before", "after"],
      [
        row("calls that need one", baseline.required, candidate.required),
        row("approvals a day", baseline.perDay, candidate.perDay),
        row("in the busiest hour", baseline.peakHour, candidate.peakHour),
      ],
    ),
    "",
  ];
}
