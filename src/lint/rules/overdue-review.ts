import { quoted } from "../../policy/log.ts";
import type { Agent } from "../../policy/model.ts";
import { dayText } from "../../text/time.ts";
import type { Problem, SetRule } from "../rule.ts";

function check(
  { id, place, status, reviewed, reviewEvery }: Agent,
  today: number,
): readonly Problem[] {
  if (status !== "commissioned" || reviewEvery === undefined) return [];
  const help = "review the agent, and write the date under `reviewed`";
  if (reviewed === undefined)
    return [
      { place, message: `agent ${quoted(id)} has a review interval, but was never reviewed`, help },
    ];
  const due = reviewed.time + reviewEvery;
  return due >= today
    ? []
    : [{ place, message: `the review of agent ${quoted(id)} was due on ${dayText(due)}`, help }];
}

export const overdueReview: SetRule = {
  code: "overdue-review",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => context.agents.flatMap((agent) => check(agent, context.today)),
};
