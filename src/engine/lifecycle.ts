import { Unknown } from "../condition/value.ts";
import {
  agentRecord,
  isNonHuman,
  isStranger,
  type AgentRecord,
  type CatalogIndex,
} from "./catalog-index.ts";
import type { Entity } from "./entity.ts";
import { denial, type Vote } from "./combine.ts";

const NOW = new Unknown(["now"]);

/** What a known agent's own record says against any call of it (design 2.6); undefined: nothing. */
function unfit(record: AgentRecord, now: number | undefined): Vote | undefined {
  const { id, status, expires } = record.agent;
  const name = `lifecycle/${id}`;
  if (status !== "commissioned") return denial(name, true, `agent ${id} is ${status}`);
  if (expires === undefined) return undefined;
  if (now === undefined) return denial(name, NOW, `agent ${id} may have expired`);
  return now > expires ? denial(name, true, `agent ${id} has expired`) : undefined;
}

/**
 * The lifecycle's denial of a subject whose type and id are known: suspended, decommissioned,
 * expired, not registered.
 */
export function lifecycleItem(
  catalog: CatalogIndex,
  { type, id }: Entity,
  now: number | undefined,
): Vote | undefined {
  if (id === undefined) return undefined;
  const record = agentRecord(catalog, type, id);
  if (record !== undefined) return unfit(record, now);
  return type === "agent" && isStranger(catalog, id)
    ? denial("lifecycle/unregistered", true, `agent ${id} is not registered`)
    : undefined;
}

/**
 * Where the subject is not wholly known it may be an agent whom its record, its manifest or the
 * lack of a record denies: then that is one undecided denial, named like that of somebody whom
 * nobody knows. `outside` asks a manifest.
 */
export function doubtfulIdentity(
  catalog: CatalogIndex,
  { type, id }: Entity,
  { now, outside }: { now: number | undefined; outside: (id: string) => Vote | undefined },
): Vote | undefined {
  if (!catalog.listsAgents || (type !== undefined && (id !== undefined || !isNonHuman(type))))
    return undefined;
  const known =
    id === undefined
      ? [...catalog.agents.values()]
      : [catalog.agents.get(id)].filter((record) => record !== undefined);
  const stranger =
    (type === undefined || type === "agent") &&
    (id === undefined ? catalog.unregistered === "deny" : isStranger(catalog, id));
  if (
    !stranger &&
    !known.some(
      (record) => unfit(record, now) !== undefined || outside(record.agent.id) !== undefined,
    )
  )
    return undefined;
  const missing = [
    ...(id === undefined ? ["subject.id"] : []),
    ...(type === undefined ? ["subject.type"] : []),
  ];
  return denial(
    "lifecycle/unregistered",
    new Unknown(missing),
    "the id of the agent is unrecorded",
  );
}
