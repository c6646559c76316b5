import type { CompiledManifest } from "../engine/manifest.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { textClaim } from "./catalog-world.ts";
import { some } from "./claim.ts";
import type { Formula } from "./formula.ts";
import { allOf, anyOf } from "./formula.ts";
import { actionsClaim } from "./rule-claim.ts";
import { schemaClaim } from "./schema-claim.ts";

const IS_AGENT = textClaim(["subject", "type"], ["agent"]);
const IS_NON_HUMAN = textClaim(["subject", "type"], ["agent", "service", "model"]);

/** The agents that may act, and those that may not, by the catalog. */
function agentsByStatus({ agents }: CompiledSet["catalog"]): {
  readonly acting: readonly string[];
  readonly barred: readonly string[];
} {
  const all = [...agents].map(([id, { agent }]) => [id, agent.status === "commissioned"] as const);
  return {
    acting: all.filter(([, acts]) => acts).map(([id]) => id),
    barred: all.filter(([, acts]) => !acts).map(([id]) => id),
  };
}

/** That the agent may act (design 2.6). */
function agentsMayAct(catalog: CompiledSet["catalog"]): readonly Formula[] {
  if (!catalog.listsAgents) return [];
  const { acting, barred } = agentsByStatus(catalog);
  // nobody is denied for who it is, not even somebody unknown
  if (catalog.unregistered !== "deny" && barred.length === 0) return [];
  const isBarred = textClaim(["subject", "id"], barred);
  const allowed =
    catalog.unregistered === "deny"
      ? textClaim(["subject", "id"], acting)("true")
      : isBarred("false");
  // WHY not only where the type is known: with a known id, the record of that agent decides
  const agents = anyOf([IS_AGENT("false"), allowed]);
  const others = anyOf([IS_NON_HUMAN("false"), isBarred("false")]);
  return barred.length > 0 ? [agents, others] : [agents];
}

/** That a call is within the manifest of an agent, where that names tools. */
function withinManifest([id, { manifest }]: [string, CompiledManifest]): readonly Formula[] {
  if (manifest?.tools === undefined) return [];
  const other = some([textClaim(["subject", "id"], [id])]);
  const tools = manifest.tools.map(({ name, args }) =>
    allOf([actionsClaim([name])("true"), schemaClaim(args)]),
  );
  return [anyOf([IS_NON_HUMAN("notTrue"), other("notTrue"), anyOf(tools)])];
}

/**
 * What every call that is permitted fulfils, whatever the rules say: its agent may act, and within
 * its manifest (design 2.6).
 */
export function permittedWorld({ catalog, manifests }: CompiledSet): Formula {
  return allOf([...agentsMayAct(catalog), ...[...manifests].flatMap(withinManifest)]);
}

/** More tools than these are not looked at one by one. */
const MAX_TOOLS = 300;

/**
 * What a call fulfils that the catalog allows to exist, where it lists tools: worth asking for
 * where a call is looked for, and nothing that the engine demands.
 */
export function existingWorld({ catalog }: CompiledSet): Formula {
  const tools = [...catalog.tools.values()];
  if (tools.length === 0 || tools.length > MAX_TOOLS) return allOf([]);
  return anyOf(
    tools.map(({ tool }) =>
      allOf([
        textClaim(["action", "server"], [tool.server])("true"),
        textClaim(["action", "name"], [tool.name])("true"),
        schemaClaim(tool.args),
      ]),
    ),
  );
}

/** What a call fulfils whose tool no catalog lists. */
export function unlistedWorld({ catalog }: CompiledSet): Formula {
  const byServer = new Map<string, string[]>();
  for (const { tool } of catalog.tools.values())
    byServer.set(tool.server, [...(byServer.get(tool.server) ?? []), tool.name]);
  return allOf(
    [...byServer].map(([server, names]) =>
      anyOf([
        textClaim(["action", "server"], [server])("notTrue"),
        textClaim(["action", "name"], names)("notTrue"),
      ]),
    ),
  );
}
