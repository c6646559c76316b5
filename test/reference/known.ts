import type {
  Agent,
  Catalog,
  Document,
  Person,
  ResourceEntry,
  Tool,
} from "../../src/policy/model.ts";
import { literals } from "./glob.ts";
import { equal, HIDDEN, nodeOf, text, type Json, type JsonObject, type Node } from "./value.ts";

/** The catalogs of a set, united (design 2.5). */
export interface Known {
  /** Undefined: no catalog lists agents at all. */
  readonly agents: readonly Agent[] | undefined;
  readonly unregistered: "deny" | "policy";
  readonly people: readonly Person[];
  readonly tools: readonly Tool[];
  readonly resources: readonly ResourceEntry[];
  readonly data: Node;
}

export function knownOf(documents: readonly Document[]): Known {
  const catalogs = documents.filter((document): document is Catalog => document.kind === "Catalog");
  const listed = catalogs.flatMap((catalog) =>
    catalog.agents === undefined ? [] : [catalog.agents],
  );
  const data = catalogs.flatMap((catalog) =>
    catalog.data.map((entry) => [entry.name, nodeOf(entry.value as Json, "absent")] as const),
  );
  return {
    agents: listed.flat().length === 0 ? undefined : listed.flat(),
    unregistered: catalogs.some((catalog) => catalog.unregistered === "policy") ? "policy" : "deny",
    people: catalogs.flatMap((catalog) => catalog.people),
    tools: catalogs.flatMap((catalog) => catalog.tools),
    resources: catalogs.flatMap((catalog) => catalog.resources),
    data: { kind: "map", members: new Map(data), rest: "absent" },
  };
}

/** What the catalog says of one entity: members that win over the event's. */
export type Record = ReadonlyMap<string, Node>;

function recordOf(
  attributes: JsonObject,
  fixed: { readonly [name: string]: Json | undefined },
): Map<string, Node> {
  const members = new Map<string, Node>();
  for (const source of [attributes, fixed]) {
    for (const [key, value] of Object.entries(source)) {
      if (value !== undefined && value !== null && !["type", "id"].includes(key))
        members.set(key, nodeOf(value, "hidden"));
    }
  }
  return members;
}

export function agentRecord(agent: Agent): Record {
  const { owner, purpose, status, retireWhen, dataClasses } = agent;
  const record = recordOf(agent.attributes, {
    owner,
    purpose,
    status,
    retire_when: retireWhen,
    data_classes: dataClasses,
    registered: true,
  });
  if (agent.expires !== undefined)
    record.set("expires", { kind: "leaf", value: { type: "timestamp", value: agent.expires } });
  if (agent.reviewed !== undefined)
    record.set("reviewed", {
      kind: "leaf",
      value: { type: "timestamp", value: agent.reviewed.time },
    });
  if (agent.reviewEvery !== undefined)
    record.set("review_every", {
      kind: "leaf",
      value: { type: "duration", value: agent.reviewEvery },
    });
  return record;
}

export function personRecord(person: Person): Record {
  const { roles, department, team, tenant } = person;
  return recordOf(person.attributes, { roles, department, team, tenant, registered: true });
}

export function toolRecord(tool: Tool): Record {
  const { effects, reversible, openWorld, consequential, definitionDigest } = tool;
  return recordOf(
    {},
    {
      effects,
      reversible,
      open_world: openWorld,
      consequential,
      definition_digest: definitionDigest,
    },
  );
}

function resourceRecord(entry: ResourceEntry): Record {
  const { classification, environment, owner, tenant, scope } = entry;
  const record = recordOf(entry.attributes, { classification, environment, owner, tenant, scope });
  if (entry.retain !== undefined)
    record.set("retain", { kind: "leaf", value: { type: "duration", value: entry.retain } });
  return record;
}

/** One of several records, nobody knows which: whatever any of them gives is unknown. */
export function anyOf(records: readonly Record[]): Record {
  return new Map(
    records.flatMap((record) => [...record.keys()].map((key) => [key, HIDDEN] as const)),
  );
}

function sameNode(a: Node, b: Node): boolean {
  if (a.kind === "leaf" && b.kind === "leaf") return equal(a.value, b.value);
  if (a.kind === "list" && b.kind === "list")
    return (
      a.items.length === b.items.length &&
      a.items.every((item, i) => sameNode(item, b.items[i] ?? HIDDEN))
    );
  if (a.kind !== "map" || b.kind !== "map") return false;
  return (
    a.members.size === b.members.size &&
    [...a.members].every(([key, node]) => sameNode(node, b.members.get(key) ?? HIDDEN))
  );
}

function strongest(
  given: readonly {
    readonly entry: ResourceEntry;
    readonly certain: boolean;
    readonly node: Node;
  }[],
): Node {
  const weight = (one: { readonly entry: ResourceEntry }): number => literals(one.entry.match);
  const top = Math.max(-1, ...given.filter((one) => one.certain).map(weight));
  const rivals = given.filter((one) => weight(one) >= top);
  const first = rivals[0]?.node ?? HIDDEN;
  if (rivals.every((one) => sameNode(one.node, first)))
    return rivals.some((one) => one.certain) ? first : HIDDEN;
  return rivals.some((one) => !one.certain)
    ? HIDDEN
    : { kind: "fault", message: "two catalog entries of one weight disagree" };
}

/**
 * What entries give a resource, attribute by attribute; `fits` tells which fit, undefined where
 * that is unknown.
 */
export function resourceAttributes(
  known: Known,
  fits: (entry: ResourceEntry) => boolean | undefined,
): Record {
  const fitting = known.resources.flatMap((entry) => {
    const fit = fits(entry);
    return fit === false ? [] : [{ entry, certain: fit === true, record: resourceRecord(entry) }];
  });
  const fields = fieldsOf(fitting);
  const names = new Set(fitting.flatMap((one) => [...one.record.keys()]));
  const plain = [...names].map(
    (name) =>
      [
        name,
        strongest(
          fitting.flatMap(({ entry, certain, record }) => {
            const node = record.get(name);
            return node === undefined ? [] : [{ entry, certain, node }];
          }),
        ),
      ] as const,
  );
  return new Map([...plain, ...(fields === undefined ? [] : [["fields", fields] as const])]);
}

/**
 * The classes of fields, field by field; where nobody knows whether any entry with fields fits,
 * nothing of them can be told.
 */
function fieldsOf(
  fitting: readonly { readonly entry: ResourceEntry; readonly certain: boolean }[],
): Node | undefined {
  const giving = fitting.filter(({ entry }) => Object.keys(entry.fields ?? {}).length > 0);
  if (giving.length === 0) return undefined;
  if (!giving.some(({ certain }) => certain)) return HIDDEN;
  const paths = new Set(giving.flatMap(({ entry }) => Object.keys(entry.fields ?? {})));
  const each = [...paths].map(
    (path) =>
      [
        path,
        strongest(
          giving.flatMap(({ entry, certain }) => {
            const own = entry.fields?.[path];
            return own === undefined ? [] : [{ entry, certain, node: leaf(own) }];
          }),
        ),
      ] as const,
  );
  return { kind: "map", members: new Map(each), rest: "hidden" };
}

/** The catalog over the event: nested maps merge, the catalog wins at the leaves (design 2.7). */
export function overlay(base: Node, record: Record): Node {
  const members = new Map(base.kind === "map" ? base.members : []);
  for (const [key, node] of record) {
    const below = members.get(key);
    const missing: Node =
      base.kind === "map" && base.rest === "absent"
        ? { kind: "map", members: new Map(), rest: "absent" }
        : HIDDEN;
    members.set(key, node.kind === "map" ? overlay(below ?? missing, node.members) : node);
  }
  return {
    ...(base.kind === "map" && base),
    kind: "map",
    members,
    rest: base.kind === "map" ? base.rest : "hidden",
  };
}

export function leaf(value: string): Node {
  return { kind: "leaf", value: text(value) };
}
