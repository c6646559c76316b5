import { reviewDue } from "../review.ts";
import { dayText } from "../../text/time.ts";
import {
  agentsMeasure,
  callsText,
  fieldFindings,
  inService,
  nameSome,
  type ControlKind,
  type Evidence,
} from "./judge.ts";
import type { ControlMeasure } from "../../documents/report-result.ts";

/** Agents that acted and that no catalog lists, sorted. */
function unlisted({ set, agents }: Evidence): readonly string[] {
  return [...agents].filter((id) => !set.catalog.agents.has(id)).sort();
}

/** Of the agents in service and those that acted unlisted: how many are recorded in full. */
function inventoryMeasure(evidence: Evidence): ControlMeasure {
  const { met, total, unit } = agentsMeasure(
    evidence,
    ({ owner, purpose, manifest }) =>
      owner !== undefined && purpose !== undefined && manifest !== undefined,
  );
  return { met, total: total + unlisted(evidence).length, unit };
}

export const INVENTORY: ControlKind = {
  id: "inventory",
  area: "lifecycle",
  title: "An inventory with owner, purpose and scope",
  fields: ["agents[].owner", "agents[].purpose", "agents[].manifest"],
  measure: inventoryMeasure,
  find: (evidence) => {
    const poor = inService(evidence).filter(
      (agent) =>
        agent.owner === undefined || agent.purpose === undefined || agent.manifest === undefined,
    );
    const absent = unlisted(evidence);
    const listed = evidence.set.catalog.listsAgents;
    return {
      against: [
        poor.length > 0 &&
          `without owner, purpose or manifest: ${nameSome(poor.map((agent) => agent.id))}`,
        listed && absent.length > 0 && `acting but not in the inventory: ${nameSome(absent)}`,
      ],
      missing: [!listed && "no catalog lists agents"],
      held: [
        `agents in service: ${inService(evidence).length}, each with owner, purpose and scope`,
      ],
    };
  },
};

export const REVIEWS: ControlKind = {
  id: "review-cadence",
  area: "lifecycle",
  title: "Agents are reviewed at a fixed interval",
  fields: ["agents[].reviewed", "agents[].review_every"],
  measure: (evidence) =>
    agentsMeasure(evidence, (agent) => {
      const due = reviewDue(agent);
      return due !== undefined && evidence.now <= due;
    }),
  find: (evidence) => {
    const found = fieldFindings(
      evidence,
      "a review interval (reviewed and review_every)",
      (agent) => reviewDue(agent) !== undefined,
    );
    const overdue = inService(evidence).flatMap((agent) => {
      const due = reviewDue(agent);
      return due !== undefined && evidence.now > due ? [`${agent.id} (due ${dayText(due)})`] : [];
    });
    return {
      against: [overdue.length > 0 && `overdue: ${nameSome(overdue)}`, ...found.against],
      missing: found.missing,
      held: [`agents in service: ${inService(evidence).length}, none overdue`],
    };
  },
};

export const DECOMMISSIONING: ControlKind = {
  id: "decommissioning",
  area: "lifecycle",
  title: "The catalog says when an agent is retired, and a retired agent stays retired",
  fields: ["agents[].retire_when", "agents[].status", "agents[].expires"],
  measure: (evidence) => agentsMeasure(evidence, ({ retireWhen }) => retireWhen !== undefined),
  find: (evidence) => {
    const found = fieldFindings(
      evidence,
      "a criterion (retire_when)",
      (agent) => agent.retireWhen !== undefined,
    );
    const { retiredRan } = evidence.calls;
    return {
      against: [
        retiredRan > 0 &&
          `${callsText(retiredRan)} of suspended, decommissioned or expired agents ran`,
        ...found.against,
      ],
      missing: found.missing,
      held: [
        `all agents in service (${inService(evidence).length}) have a criterion for retirement`,
      ],
    };
  },
};
