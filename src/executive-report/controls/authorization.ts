import type { CompiledSet } from "../../engine/compile-set.ts";
import { compileActionGlob } from "../../policy/glob.ts";
import type { Agent } from "../../policy/model.ts";
import {
  agentsMeasure,
  callsText,
  fieldFindings,
  inService,
  nameSome,
  MOST_NAMED,
  type ControlKind,
  type Evidence,
} from "./judge.ts";

/** Whether the catalog gives the arguments of every tool that a pattern names. */
function describesArguments(pattern: string, { catalog }: CompiledSet): boolean {
  const glob = compileActionGlob(pattern);
  const named = [...catalog.tools.values()]
    .map(({ tool }) => tool)
    .filter((tool) => glob.fits(tool.server, tool.name) === true);
  return named.length > 0 && named.every((tool) => tool.args !== undefined);
}

/** What an agent's manifest leaves open of tools, parameters and sources. */
function manifestGaps(agent: Agent, { set }: Evidence): readonly string[] {
  const { manifest } = agent;
  if (manifest === undefined) return [];
  const loose = (manifest.tools ?? []).filter(
    (tool) => tool.args === undefined && !describesArguments(tool.name, set),
  );
  return [
    ...(manifest.tools === undefined ? ["names no tools"] : []),
    ...(loose.length > 0
      ? [`gives no parameters for ${nameSome(loose.map((tool) => tool.name))}`]
      : []),
    ...(manifest.sources === undefined ? ["names no sources"] : []),
  ];
}

export const MANIFEST: ControlKind = {
  id: "manifest",
  area: "authorization",
  title: "A manifest names the tools, parameters and sources of each agent",
  fields: [
    "agents[].manifest.tools",
    "agents[].manifest.tools[].args (or tools[].args)",
    "agents[].manifest.sources",
  ],
  measure: (evidence) =>
    agentsMeasure(
      evidence,
      (agent) => agent.manifest !== undefined && manifestGaps(agent, evidence).length === 0,
    ),
  find: (evidence) => {
    const found = fieldFindings(evidence, "a manifest", (agent) => agent.manifest !== undefined);
    const open = inService(evidence).flatMap((agent) => {
      const gaps = manifestGaps(agent, evidence);
      return gaps.length === 0 ? [] : [`${agent.id} ${gaps.join(", ")}`];
    });
    return {
      against: [
        ...found.against,
        ...open.slice(0, MOST_NAMED),
        open.length > MOST_NAMED && `and ${open.length - MOST_NAMED} more that omit something`,
      ],
      missing: found.missing,
      held: [`${inService(evidence).length} manifests name tools, parameters and sources`],
    };
  },
};

export const ENFORCEMENT: ControlKind = {
  id: "external-enforcement",
  area: "authorization",
  title: "A point outside the agent enforces the policy, at the tool",
  fields: ["decision_points[].external", "decision.pdp"],
  measure: ({ coverage, set }) => {
    const { covered, total } = coverage.metrics.enforcement;
    return { met: set.catalog.decisionPoints.length === 0 ? 0 : covered, total, unit: "calls" };
  },
  find: ({ coverage, set }) => {
    const { covered, total } = coverage.metrics.enforcement;
    const points = set.catalog.decisionPoints;
    return {
      against: [
        points.length > 0 &&
          covered < total &&
          `${callsText(total - covered)} of ${total.toLocaleString("en-US")} consequential calls were not decided by ` +
            "an external decision point",
      ],
      missing: [
        points.length === 0 && "no catalog lists decision points",
        total === 0 && "the trace has no consequential call",
      ],
      held: [`all ${total} consequential calls were decided by an external decision point`],
    };
  },
};

export const TASK_SCOPE: ControlKind = {
  id: "task-scope",
  area: "authorization",
  title: "The scope is granted for a task, and ends with it",
  fields: ["context.task.id", "subject.credential.id", "subject.credential.expires"],
  measure: ({ calls }) => ({ met: calls.taskScoped, total: calls.calls, unit: "calls" }),
  find: ({ calls }) => ({
    against: [
      calls.afterExpiry > 0 && `${callsText(calls.afterExpiry)} with an expired credential`,
      calls.acrossTasks > 0 &&
        `${callsText(calls.acrossTasks)} with a credential that was used in several tasks`,
    ],
    missing: [
      calls.calls === 0 && "the trace has no call by an agent",
      calls.withoutTask > 0 &&
        `${callsText(calls.withoutTask)} of ${calls.calls.toLocaleString("en-US")} name no task`,
      calls.withoutExpiry > 0 &&
        `${callsText(calls.withoutExpiry)} of ${calls.calls.toLocaleString("en-US")} record no expiry of their ` +
          "credential",
    ],
    held: [`all ${callsText(calls.calls)} with a credential for their task that had not expired`],
  }),
};
