import type { CompiledSet } from "../engine/compile-set.ts";
import { TEXT } from "./cell.ts";
import { cellClaim, some, type Claim } from "./claim.ts";
import type { Formula } from "./formula.ts";
import { allOf, anyOf } from "./formula.ts";
import { actionsClaim } from "./rule-claim.ts";
import { schemaClaim } from "./schema-claim.ts";
import { oneOf } from "./text-machine.ts";
import { attribute } from "./variables.ts";

function textClaim(path: readonly string[], words: Iterable<string>): Claim {
  const test = oneOf(words);
  return cellClaim({
    variable: attribute(path),
    whenTrue: { kinds: TEXT, text: { test, wanted: true } },
    whenFalse: { kinds: TEXT, text: { test, wanted: false } },
  });
}

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
