import type { Document, Tool } from "../policy/model.ts";
import { accessOf, byAccess } from "./access.ts";
import type { Oracle, Target } from "./question.ts";
import type { Reach } from "../documents/blast-radius-result.ts";
import { targetsOf, toolsOf } from "./targets.ts";

/** How often a subject used a tool; undefined: there is no trace. */
export type Usage = ((tool: string) => number) | undefined;

export function describeTarget(
  { set }: Oracle,
  target: Target,
): Pick<Reach, "resourceType" | "resourceClass"> {
  if (target.kind === "as the tool says") return { resourceType: null, resourceClass: null };
  if (target.kind === "class")
    return { resourceType: target.type, resourceClass: target.classification };
  const known = set.context.resources.describe(target.type, target.id).get("classification");
  return { resourceType: target.type, resourceClass: typeof known === "string" ? known : null };
}

export function isIrreversible(tool: Tool): boolean {
  return tool.reversible !== true;
}

function gravity(reach: Reach): number {
  const classes = [null, "public", "internal", "confidential", "restricted"];
  return (reach.irreversible ? 10 : 0) + classes.indexOf(reach.resourceClass);
}

/**
 * What one agent may do with the tools of the catalogs, certain and grave things first; certain
 * denials are left out.
 */
export function reachOf(
  oracle: Oracle,
  documents: readonly Document[],
  {
    agent,
    chain,
    usage,
  }: { readonly agent: string; readonly chain: readonly string[]; readonly usage: Usage },
): readonly Reach[] {
  const reach: Reach[] = [];
  for (const tool of toolsOf(oracle.set.catalog)) {
    const name = `${tool.server}/${tool.name}`;
    for (const target of targetsOf(tool, documents)) {
      const outcome = oracle.ask({
        subject: { type: "agent", id: agent },
        server: tool.server,
        name: tool.name,
        target,
        chain,
      });
      const access = accessOf(outcome);
      if (access.access === "denied") continue;
      reach.push({
        tool: name,
        ...describeTarget(oracle, target),
        ...access,
        irreversible: isIrreversible(tool),
        used: usage === undefined ? null : usage(name),
      });
    }
  }
  return reach.sort(
    (a, b) => byAccess(a, b) || gravity(b) - gravity(a) || (a.tool < b.tool ? -1 : 1),
  );
}
