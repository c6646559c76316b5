import { isPlainMap, type NoValue, type Value } from "../condition/value.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import { contradicted } from "../engine/contradictions.ts";
import type { Entity } from "../engine/entity.ts";
import { personEntity } from "../engine/person.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { isJsonObject, member, type Json } from "../request/json.ts";
import { valueAt } from "./merge.ts";
import type { ValueShown } from "../documents/test-result.ts";

/**
 * Whose value an attribute is: the catalog's, or the call's; of the catalog's also what the call
 * claims in its place.
 */
export type Origin = Pick<ValueShown, "from" | "claimed">;

const CALL: Origin = { from: "call" };

interface Located {
  readonly entity: Entity;
  /** The keys below the entity. */
  readonly keys: readonly string[];
}

function entityAt(
  keys: readonly string[],
  row: EvaluationContext,
  catalog: CatalogIndex,
): Located | undefined {
  const [root, ...rest] = keys;
  if (root === "subject" || root === "action" || root === "resource")
    return { entity: row[root], keys: rest };
  if (root !== "context" || rest[0] !== "on_behalf_of") return undefined;
  const person = personEntity(catalog, row.request, row.mask);
  return person === undefined ? undefined : { entity: person, keys: rest.slice(1) };
}

function knownAt(known: Value | NoValue, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return true;
  if (!isPlainMap(known) || !Object.hasOwn(known, key)) return false;
  const inner = known[key];
  return inner !== undefined && inner !== null && knownAt(inner, rest);
}

function claimedAt({ entity, keys }: Located): Json | undefined {
  const [name = ""] = keys;
  if (!contradicted(entity).includes(name)) return undefined;
  return valueAt(entity.direct ?? {}, keys);
}

/** A map of the catalog's with which the call's own is merged is of both. */
function isMerged({ entity, keys: [name = ""] }: Located, known: Value | NoValue): boolean {
  return isPlainMap(known) && isJsonObject(member(entity.direct, name));
}

/** Where the value of an attribute comes from, as a member of a decision saw it. */
export function valueOrigin(
  keys: readonly string[],
  row: EvaluationContext,
  catalog: CatalogIndex,
): Origin {
  if (keys[0] === "data") return { from: "catalog" };
  const located = entityAt(keys, row, catalog);
  const [name] = located?.keys ?? [];
  if (located === undefined || name === undefined) return CALL;
  const claimed = claimedAt(located);
  const said = claimed === undefined ? {} : { claimed };
  const known = located.entity.known.get(name);
  // an id is the catalog's only where the call claims another
  if (known === undefined || name === "server" || name === "name")
    return name === "id" && claimed !== undefined ? { from: "catalog", ...said } : CALL;
  if (
    !knownAt(known, located.keys.slice(1)) ||
    (located.keys.length === 1 && isMerged(located, known))
  )
    return CALL;
  return { from: "catalog", ...said };
}
