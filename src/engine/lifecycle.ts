import { Unknown } from "../condition/value.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import type { Entity } from "./entity.ts";
import { denial, type Item } from "./combine.ts";

const NOW = new Unknown(["now"]);

/**
 * What an agent's record says against any call of it (design 2.6): suspended, decommissioned, expired at `now`, or not
 * in a catalog that lists agents. Undefined: nothing.
 */
export function lifecycleItem(catalog: CatalogIndex, subject: Entity, now: number | undefined): Item | undefined {
  if (subject.type !== undefined && subject.type !== "agent") return undefined;
  if (subject.type === undefined || subject.id === undefined) return unidentified(catalog, subject);
  const record = catalog.agents.get(subject.id);
  if (record === undefined) {
    if (!catalog.listsAgents || catalog.unregistered === "policy") return undefined;
    return denial("lifecycle/unregistered", true, `agent ${subject.id} is not registered`);
  }
  const { status, expires } = record.agent;
  const name = `lifecycle/${subject.id}`;
  if (status !== "commissioned") return denial(name, true, `agent ${subject.id} is ${status}`);
  if (expires === undefined) return undefined;
  if (now === undefined) return denial(name, NOW, `agent ${subject.id} may have expired`);
  return now > expires ? denial(name, true, `agent ${subject.id} has expired`) : undefined;
}

function unidentified(catalog: CatalogIndex, subject: Entity): Item | undefined {
  if (!catalog.listsAgents) return undefined;
  const missing = [...(subject.id === undefined ? ["subject.id"] : []), ...(subject.type === undefined ? ["subject.type"] : [])];
  return denial("lifecycle/unregistered", new Unknown(missing), "the agent is not recorded");
}
