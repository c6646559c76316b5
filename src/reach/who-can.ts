import { compileActionGlob } from "../policy/glob.ts";
import type { Document, Tool } from "../policy/model.ts";
import { accessOf, byAccess } from "./access.ts";
import { describeTarget, isIrreversible } from "./agent-reach.ts";
import type { Oracle, Target } from "./question.ts";
import type { WhoCanEntry, WhoCanResult } from "./result.ts";
import { targetsOf, toolsOf } from "./targets.ts";

/** Tools that `action` names: `server/name`, a pattern, or a bare name; one that no catalog knows is asked about as it is. */
function namedTools(oracle: Oracle, action: string): readonly Tool[] {
  const glob = compileActionGlob(action);
  const known = toolsOf(oracle.set.catalog).filter((tool) => glob.fits(tool.server, tool.name) === true);
  if (known.length > 0 || action.includes("*")) return known;
  const slash = action.indexOf("/");
  const place = { file: "", span: { start: 0, end: 0 }, path: "$" };
  return [{ server: slash < 0 ? "host" : action.slice(0, slash), name: action.slice(slash + 1), place }];
}

function subjectsOf({ set }: Oracle): readonly { readonly type: string; readonly id: string }[] {
  const agents = [...set.catalog.agents.keys()].sort().map((id) => ({ type: "agent", id }));
  const people = [...set.catalog.people.keys()].sort().map((id) => ({ type: "human", id }));
  return [...agents, { type: "agent", id: UNREGISTERED }, ...people];
}

/** Stands for an agent that no catalog lists. */
const UNREGISTERED = "(any unregistered)";

function targets(tool: Tool, documents: readonly Document[], resource: { readonly type: string; readonly id: string } | undefined): readonly Target[] {
  return resource === undefined ? targetsOf(tool, documents) : [{ kind: "one", ...resource }];
}

/** Who may do something, certainly, through approval, or under conditions; subjects are those of the catalogs. */
export function whoCan(oracle: Oracle, documents: readonly Document[], of: { readonly action: string; readonly resource: { readonly type: string; readonly id: string } | undefined }): Pick<WhoCanResult, "who" | "denied"> {
  const who: WhoCanEntry[] = [];
  const denied: string[] = [];
  for (const subject of subjectsOf(oracle)) {
    const name = `${subject.type}:${subject.id}`;
    const entries = namedTools(oracle, of.action).flatMap((tool) =>
      targets(tool, documents, of.resource).map((target): WhoCanEntry => {
        const outcome = oracle.ask({ subject, server: tool.server, name: tool.name, target, chain: [] });
        return { subject: name, tool: `${tool.server}/${tool.name}`, ...describeTarget(oracle, target), ...accessOf(outcome), irreversible: isIrreversible(tool) };
      }),
    );
    const able = entries.filter((entry) => entry.access !== "denied");
    if (able.length === 0) denied.push(name);
    who.push(...able);
  }
  return { who: who.sort((a, b) => byAccess(a, b) || (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.tool < b.tool ? -1 : 1)), denied };
}
