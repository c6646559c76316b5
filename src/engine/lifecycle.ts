import { Unknown } from "../condition/value.ts";
import type { AgentRecord, CatalogIndex } from "./catalog-index.ts";
import type { Entity } from "./entity.ts";
import { denial, type Item } from "./combine.ts";

const NOW = new Unknown(["now"]);

/** What a known agent's own record says against any call of it (design 2.6); undefined: nothing. */
function unfit(record: AgentRecord, now: number | undefined): Item | undefined {
  const { id, status, expires } = record.agent;
  const name = `lifecycle/${id}`;
  if (status !== "commissioned") return denial(name, true, `agent ${id} is ${status}`);
  if (expires === undefined) return undefined;
  if (now === undefined) return denial(name, NOW, `agent ${id} may have expired`);
  return now > expires ? denial(name, true, `agent ${id} has expired`) : undefined;
}

function isStranger(catalog: CatalogIndex, id: string): boolean {
  return catalog.listsAgents && catalog.unregistered === "deny" && !catalog.agents.has(id);
}

/** The lifecycle's denial of a subject whose type and id are known: suspended, decommissioned, expired, not registered. */
export function lifecycleItem(catalog: CatalogIndex, subject: Entity, now: number | undefined): Item | undefined {
  if (subject.type !== "agent" || subject.id === undefined) return undefined;
  const record = catalog.agents.get(subject.id);
  if (record !== undefined) return unfit(record, now);
  return isStranger(catalog, subject.id) ? denial("lifecycle/unregistered", true, `agent ${subject.id} is not registered`) : undefined;
}

/**
 * Where the subject is not wholly known it may be an agent whom its record, its manifest or the lack of a record denies:
 * then that is one undecided denial, named like that of somebody whom nobody knows. `outside` asks a manifest.
 */
export function doubtfulIdentity(catalog: CatalogIndex, subject: Entity, of: { now: number | undefined; outside: (id: string) => Item | undefined }): Item | undefined {
  if (!catalog.listsAgents || (subject.type !== undefined && (subject.type !== "agent" || subject.id !== undefined))) return undefined;
  const { id } = subject;
  const known = id === undefined ? [...catalog.agents.values()] : [catalog.agents.get(id)].filter((record) => record !== undefined);
  const stranger = id === undefined ? catalog.unregistered === "deny" : isStranger(catalog, id);
  if (!stranger && !known.some((record) => unfit(record, of.now) !== undefined || of.outside(record.agent.id) !== undefined)) return undefined;
  const missing = [...(id === undefined ? ["subject.id"] : []), ...(subject.type === undefined ? ["subject.type"] : [])];
  return denial("lifecycle/unregistered", new Unknown(missing), "which agent it is, is not recorded");
}
