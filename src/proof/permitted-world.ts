import type { CompiledSet } from "../engine/compile-set.ts";
import { textClaim } from "./catalog-world.ts";
import { some } from "./claim.ts";
import type { Formula } from "./formula.ts";
import { allOf, anyOf } from "./formula.ts";
import { actionsClaim } from "./rule-claim.ts";
import { schemaClaim } from "./schema-claim.ts";

const IS_AGENT = textClaim(["subject", "type"], ["agent"]);
const IS_NON_HUMAN = textClaim(["subject", "type"], ["agent", "service", "model"]);

/**
 * What every call that is permitted fulfils, whatever the rules say: its agent may act, and within
 * its manifest (design 2.6).
 */
export function permittedWorld({ catalog, manifests }: CompiledSet): Formula {
  const parts: Formula[] = [];
  const acting = [...catalog.agents]
    .filter(([, { agent }]) => agent.status === "commissioned")
    .map(([id]) => id);
  const barred = [...catalog.agents]
    .filter(([, { agent }]) => agent.status !== "commissioned")
    .map(([id]) => id);
  if (catalog.listsAgents) {
    const allowed =
      catalog.unregistered === "deny"
        ? textClaim(["subject", "id"], acting)("true")
        : textClaim(["subject", "id"], barred)("false");
    parts.push(anyOf([IS_AGENT("false"), allOf([IS_AGENT("true"), allowed])]));
    if (barred.length > 0)
      parts.push(
        anyOf([
          IS_NON_HUMAN("false"),
          allOf([IS_NON_HUMAN("true"), textClaim(["subject", "id"], barred)("false")]),
        ]),
      );
  }
  for (const [id, manifest] of manifests) {
    const tools = manifest.manifest?.tools;
    if (tools === undefined) continue;
    const other = some([textClaim(["subject", "id"], [id])]);
    parts.push(
      anyOf([
        IS_NON_HUMAN("notTrue"),
        other("notTrue"),
        anyOf(
          tools.map(({ name, args }) => allOf([actionsClaim([name])("true"), schemaClaim(args)])),
        ),
      ]),
    );
  }
  return allOf(parts);
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
