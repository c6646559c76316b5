import type { Document, Tool } from "../policy/model.ts";
import { accessOf, byAccess, waysOf } from "./access.ts";
import { describeTarget, isIrreversible } from "./agent-reach.ts";
import type { Oracle, Target } from "./question.ts";
import type { WhoCanEntry, WhoCanResult } from "../documents/who-can-result.ts";
import { toolsMeant, toolsTaking, type AskedResource, type UnknownName } from "./known-names.ts";
import { resourcesOf, targetsOf } from "./targets.ts";

function subjectsOf({ set }: Oracle): readonly { readonly type: string; readonly id: string }[] {
  const agents = [...set.catalog.agents.keys()].sort().map((id) => ({ type: "agent", id }));
  const people = [...set.catalog.people.keys()].sort().map((id) => ({ type: "human", id }));
  return [...agents, { type: "agent", id: UNREGISTERED }, ...people];
}

/** Stands for an agent that no catalog lists. */
const UNREGISTERED = "(any unregistered)";

function targets(
  tool: Tool,
  documents: readonly Document[],
  resource: { readonly type: string; readonly id: string } | undefined,
): readonly Target[] {
  return resource === undefined ? targetsOf(tool, documents) : [{ kind: "one", ...resource }];
}

/** What is asked: an action, and on which resource. */
export interface Asked {
  readonly action: string;
  readonly resource: AskedResource | undefined;
}

/** The tools that a question is about. */
function toolsAsked(
  { set }: Oracle,
  documents: readonly Document[],
  { action, resource }: Asked,
): readonly Tool[] | UnknownName {
  const tools = toolsMeant(set, action);
  if ("message" in tools || resource === undefined) return tools;
  const matches = resourcesOf(documents).map(({ match }) => match);
  return toolsTaking(tools, resource, { set, matches });
}

/** Allowed first, then what needs an approval; certain access before that under conditions. */
function byWay(a: WhoCanEntry, b: WhoCanEntry): number {
  const needs = ({ atMost }: WhoCanEntry): number => (atMost === "approval" ? 1 : 0);
  const order = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return (
    needs(a) - needs(b) || byAccess(a, b) || order(a.subject, b.subject) || order(a.tool, b.tool)
  );
}

/**
 * Who may do something, certainly, through approval, or under conditions; subjects are those of the
 * catalogs. That nothing names the tool or the resource is an {@link UnknownName}.
 */
export function whoCan(
  oracle: Oracle,
  documents: readonly Document[],
  asked: Asked,
): Pick<WhoCanResult, "who" | "denied"> | UnknownName {
  const tools = toolsAsked(oracle, documents, asked);
  if ("message" in tools) return tools;
  const who: WhoCanEntry[] = [];
  const denied: string[] = [];
  for (const subject of subjectsOf(oracle)) {
    const name = `${subject.type}:${subject.id}`;
    const entries = tools.flatMap((tool) =>
      targets(tool, documents, asked.resource).map((target): WhoCanEntry => {
        const outcome = oracle.ask({
          subject,
          server: tool.server,
          name: tool.name,
          target,
          chain: [],
        });
        const place = {
          subject: name,
          tool: `${tool.server}/${tool.name}`,
          ...describeTarget(oracle, target),
        };
        return {
          ...place,
          ...accessOf(outcome),
          ...waysOf(outcome),
          irreversible: isIrreversible(tool),
        };
      }),
    );
    const able = entries.filter((entry) => entry.access !== "denied");
    if (able.length === 0) denied.push(name);
    who.push(...able);
  }
  return { who: who.sort(byWay), denied };
}
