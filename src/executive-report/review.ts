import type { Agent } from "../policy/model.ts";

/**
 * When an agent's next review is due, in milliseconds; undefined where it has no date or no
 * cadence.
 */
export function reviewDue(agent: Agent): number | undefined {
  return agent.reviewed === undefined || agent.reviewEvery === undefined
    ? undefined
    : agent.reviewed.time + agent.reviewEvery;
}
