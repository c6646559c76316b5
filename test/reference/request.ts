import type { Tool } from "../../src/policy/model.ts";
import { evaluate, scopeOf } from "./evaluate.ts";
import { normalise } from "./form.ts";
import { fitsEntity, type Part } from "./glob.ts";
import {
  agentRecord,
  anyOf,
  leaf,
  overlay,
  personRecord,
  resourceAttributes,
  toolRecord,
  type Known,
  type Record,
} from "./known.ts";
import {
  HIDDEN,
  memberOf,
  nodeOf,
  type Json,
  type JsonObject,
  type Node,
  type Value,
} from "./value.ts";

/** One event as it comes in: the canonical trace's members (design 7.1). */
export interface Event {
  readonly id?: string;
  readonly type?: string;
  readonly time?: number;
  readonly session?: string;
  readonly parent?: string;
  readonly subject?: JsonObject;
  readonly action?: JsonObject;
  readonly resource?: JsonObject;
  readonly context?: JsonObject;
  readonly args?: JsonObject;
  readonly outcome?: JsonObject;
  readonly complete?: readonly string[];
  readonly unrecorded?: readonly string[];
  readonly decision?: { readonly effect: "allow" | "deny" | "require_approval" };
}

/** How a number that no double holds stands in an event: its digits behind this mark. */
const KEPT = "\u0000=";

function inexactPaths(json: Json | undefined, path: string): readonly string[] {
  if (typeof json === "string") return json.startsWith(KEPT) ? [path] : [];
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([key, inner]) =>
    inexactPaths(inner as Json, `${path}.${key}`),
  );
}

/** The event as it is read: a number that no double holds is unrecorded (design 3.4). */
export function asRead(event: Event): Event {
  const paths = ROOTS.flatMap((root) => inexactPaths(event[root], root));
  return paths.length === 0
    ? event
    : { ...event, unrecorded: [...(event.unrecorded ?? []), ...paths] };
}

const ROOTS = ["subject", "action", "resource", "context", "args", "outcome"] as const;

function without(node: Node, path: readonly string[]): Node {
  const [first, ...rest] = path;
  if (first === undefined) return HIDDEN;
  if (node.kind === "list" && node.items[Number(first)] !== undefined)
    return {
      ...node,
      items: node.items.map((item, i) => (String(i) === first ? without(item, rest) : item)),
    };
  if (node.kind === "hidden" || node.kind === "leaf" || node.kind === "list")
    return rest.length === 0 || node.kind === "hidden" ? HIDDEN : node;
  if (node.kind !== "map") return node;
  // a masked path exists, so a container of it that is not shown cannot be absent
  const below = node.members.get(first) ?? HIDDEN;
  return { ...node, members: new Map([...node.members, [first, without(below, rest)]]) };
}

function completed(node: Node, path: readonly string[]): Node {
  const [first, ...rest] = path;
  if (first === undefined) return deepAbsent(node);
  if (node.kind !== "map") return node;
  const below = node.members.get(first);
  return below === undefined
    ? node
    : { ...node, members: new Map([...node.members, [first, completed(below, rest)]]) };
}

function deepAbsent(node: Node): Node {
  if (node.kind === "list") return { kind: "list", items: node.items.map(deepAbsent) };
  if (node.kind !== "map") return node;
  return {
    kind: "map",
    rest: "absent",
    members: new Map([...node.members].map(([key, member]) => [key, deepAbsent(member)])),
  };
}

/**
 * What the event alone says (design 3.5): `args` complete if there, `complete` containers, masks
 * over all.
 */
export function recordedRoots(event: Event): Map<string, Node> {
  const given = ROOTS.map((root) => {
    const json = event[root];
    const bare: Node =
      root === "args" && event.complete?.includes(root) !== true
        ? HIDDEN
        : { kind: "map", members: new Map(), rest: "hidden" };
    return [
      root,
      json === undefined ? bare : nodeOf(json, root === "args" ? "absent" : "hidden"),
    ] as const;
  });
  let all: Node = { kind: "map", members: new Map<string, Node>(given), rest: "hidden" };
  for (const path of event.complete ?? []) all = completed(all, path.split("."));
  for (const path of event.unrecorded ?? []) all = without(all, path.split("."));
  return all.kind === "map" ? new Map(all.members) : new Map();
}

export function partOf(node: Node, key: string): Part {
  const member = memberOf(node, key);
  if (member === undefined) return "absent";
  return member.kind === "leaf" && member.value.type === "string"
    ? { text: member.value.value }
    : "hidden";
}

/**
 * As {@link partOf}, for what names an entity: an identity that is not there is not known to be
 * none.
 */
export function idPart(node: Node, key: string): Part {
  const part = partOf(node, key);
  return part === "absent" ? "hidden" : part;
}

function textOf(part: Part): string | undefined {
  return typeof part === "object" ? part.text : undefined;
}

const UNREGISTERED: Record = new Map([
  ["registered", { kind: "leaf", value: { type: "bool", value: false } } as Node],
]);

/**
 * The subject with what the catalog says of it; of an unknown one, whatever the catalog says of
 * anybody is unknown.
 */
export function subjectNode(known: Known, seen: Node): Node {
  const recorded = doubtedSubject(known, seen);
  const [type, id] = [textOf(idPart(recorded, "type")), textOf(idPart(recorded, "id"))];
  const all = [
    ...(known.agents ?? []).map(agentRecord),
    ...known.people.map(personRecord),
    UNREGISTERED,
  ];
  if (type === undefined || id === undefined) return overlay(recorded, anyOf(all));
  return overlay(recorded, recordOf(known, type, id));
}

/**
 * Of a subject whose type is another spelling of a known one, or whose id is one of somebody listed
 * whom it may be, that part is unknown (design 2.5).
 */
function doubtedSubject(known: Known, node: Node): Node {
  const [written, id] = [textOf(idPart(node, "type")), textOf(idPart(node, "id"))];
  if (node.kind !== "map") return node;
  const hide = (map: typeof node, key: string): typeof node => ({
    ...map,
    members: new Map([...map.members, [key, HIDDEN]]),
  });
  const types = ["human", ...NON_HUMAN];
  const misspelt = written !== undefined && !types.includes(written);
  if (misspelt && !types.includes(folded(written))) return node;
  const seen = misspelt ? hide(node, "type") : node;
  const type = misspelt ? undefined : written;
  // an agent without a record is denied, which is certain
  if (id === undefined || (type === "agent" && known.unregistered === "deny")) return seen;
  const lists = [
    type === "human" ? [] : (known.agents ?? []),
    type === undefined || type === "human" ? known.people : [],
  ];
  const isSpelling = lists.some((list) => {
    const ids = list.map((one) => one.id);
    return !ids.includes(id) && ids.some((one) => folded(one) === folded(id));
  });
  return isSpelling ? hide(seen, "id") : seen;
}

/** Types of the identities that `agents` of a catalog speak of (design 2.6). */
export const NON_HUMAN = ["agent", "service", "model"];

function recordOf(known: Known, type: string, id: string): Record {
  const agent = NON_HUMAN.includes(type) ? known.agents?.find((one) => one.id === id) : undefined;
  const person = type === "human" ? known.people.find((one) => one.id === id) : undefined;
  return agent !== undefined
    ? agentRecord(agent)
    : person !== undefined
      ? personRecord(person)
      : UNREGISTERED;
}

/** Whether a listed person is meant, perhaps, under another spelling of the id or of the type. */
function maySpell(known: Known, type: string, id: string): boolean {
  const other = [...NON_HUMAN].includes(folded(type));
  return (
    !other &&
    known.people.some((one) => folded(one.id) === folded(id) && (one.id !== id || type !== "human"))
  );
}

/**
 * The context with what the catalog says of the person acted for, as of a subject (design 2.5,
 * 2.7).
 */
export function contextNode(known: Known, recorded: Node): Node {
  const person = recorded.kind === "map" ? recorded.members.get("on_behalf_of") : undefined;
  if (recorded.kind !== "map" || person === undefined) return recorded;
  const named =
    person.kind === "leaf" && person.value.type === "string"
      ? { ...partsOf(person.value.value), rest: recorded.rest }
      : person;
  if (named.kind !== "map") return recorded;
  const [type, id] = [textOf(partOf(named, "type")) ?? "human", textOf(partOf(named, "id"))];
  const anybody = anyOf([
    ...(known.agents ?? []).map(agentRecord),
    ...known.people.map(personRecord),
    UNREGISTERED,
  ]);
  const record =
    id === undefined || (recordOf(known, type, id) === UNREGISTERED && maySpell(known, type, id))
      ? anybody
      : recordOf(known, type, id);
  return {
    ...recorded,
    members: new Map([...recorded.members, ["on_behalf_of", overlay(named, record)]]),
  };
}

function partsOf(name: string): Extract<Node, { kind: "map" }> {
  const [type, id] = name.includes(":")
    ? [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)]
    : ["human", name];
  return {
    kind: "map",
    members: new Map([
      ["type", leaf(type)],
      ["id", leaf(id)],
    ]),
    rest: "hidden",
  };
}

/** The tool that is called: one, or none that is declared; `unsure` where that is unknown. */
export type Called = { readonly tool: Tool | undefined; readonly unsure: boolean };

/** A name as look-alikes share it (design 3.6). */
export const folded = (name: string): string => name.normalize("NFKC").toLowerCase();

/**
 * Of a call whose name differs from a known one only in case or compatibility forms, the part that
 * differs is unknown (design 3.6). Where the server is unrecorded, any server's tool may be the one
 * that it looks like.
 */
function doubted(known: Known, base: Node): Record {
  const [server, name] = [textOf(idPart(base, "server")), textOf(idPart(base, "name"))];
  if (name === undefined) {
    const meant = known.tools.some(
      (tool) =>
        server !== undefined && tool.server !== server && folded(tool.server) === folded(server),
    );
    return new Map(meant ? [["server", HIDDEN] as const] : []);
  }
  const alike = known.tools.filter(
    (tool) =>
      folded(tool.name) === folded(name) &&
      (server === undefined || folded(tool.server) === folded(server)),
  );
  if (alike.length === 0) return new Map();
  if (server === undefined)
    return new Map(alike.some((tool) => tool.name !== name) ? [["name", HIDDEN] as const] : []);
  if (alike.some((tool) => tool.name === name && tool.server === server)) return new Map();
  return new Map([
    ...(alike.some((tool) => tool.server === server) ? [] : [["server", HIDDEN] as const]),
    ...(alike.some((tool) => tool.name === name) ? [] : [["name", HIDDEN] as const]),
  ]);
}

/**
 * The action with the server `host` where it has none, and with what the catalog says of its tool
 * (design 2.4).
 */
export function actionNode(
  known: Known,
  recorded: Node,
): { readonly node: Node; readonly called: Called } {
  const hosted: Node = overlay(
    recorded,
    partOf(recorded, "server") === "absent" ? new Map([["server", leaf("host")]]) : new Map(),
  );
  const base = overlay(hosted, doubted(known, hosted));
  const [server, name] = [textOf(idPart(base, "server")), textOf(idPart(base, "name"))];
  if (server === undefined || name === undefined)
    return {
      node: overlay(base, anyOf(known.tools.map(toolRecord))),
      called: { tool: undefined, unsure: known.tools.length > 0 },
    };
  const tool = known.tools.find((one) => one.server === server && one.name === name);
  return {
    node: overlay(base, tool === undefined ? new Map() : toolRecord(tool)),
    called: { tool, unsure: false },
  };
}

const NO_RESOURCE: Node = { kind: "map", members: new Map(), rest: "absent" };

function named(base: Node, type: Node, id: Node): Node {
  return overlay(
    base,
    new Map([
      ["type", type],
      ["id", id],
    ]),
  );
}

function perhaps(node: Node, perhapsNone: boolean): Node {
  return node.kind === "map" ? { ...node, perhapsNone } : node;
}

/**
 * The resource that a declared tool reads off its arguments, or the event's own (design 2.5, 3.6).
 */
function touched(known: Known, called: Called, roots: ReadonlyMap<string, Node>): Node {
  const recorded = roots.get("resource") ?? HIDDEN;
  const masked =
    recorded.kind === "map" &&
    [...recorded.members.values()].some((member) => member.kind === "hidden");
  const nameless =
    !masked && partOf(recorded, "type") === "absent" && partOf(recorded, "id") === "absent";
  const claimed = nameless ? NO_RESOURCE : recorded;
  if (called.tool === undefined)
    return called.unsure && known.tools.some((tool) => tool.resource !== undefined)
      ? perhaps(
          named(recorded, HIDDEN, HIDDEN),
          nameless || known.tools.some((tool) => tool.resource === "none"),
        )
      : claimed;
  const { resource } = called.tool;
  if (resource === undefined) return claimed;
  if (resource === "none") return NO_RESOURCE;
  const id = evaluate(resource.id.expr, scopeOf(new Map([["args", roots.get("args") ?? HIDDEN]])));
  const text = id.kind === "value" ? idText(id.value) : undefined;
  if (text !== undefined) return named(recorded, leaf(resource.type), leaf(text));
  if (id.kind === "error" && typeof partOf(claimed, "id") === "object") return claimed;
  return named(recorded, leaf(resource.type), HIDDEN);
}

function idText(value: Value): string | undefined {
  if (value.type === "string") return value.value;
  return value.type === "double" || value.type === "int" || value.type === "uint"
    ? String(value.value)
    : undefined;
}

function normalised(known: Known, node: Node): Node {
  const [type, id] = [textOf(idPart(node, "type")), textOf(idPart(node, "id"))];
  if (id === undefined) return node;
  const forms = known.resources
    .filter(
      (entry) => entry.form !== undefined && (type === undefined || entry.match === `${type}:*`),
    )
    .map((entry) => normalise(entry.form, id));
  const ids = new Set(type === undefined ? [id, ...forms] : forms.length === 0 ? [id] : forms);
  const [only] = [...ids];
  return overlay(
    node,
    new Map([["id", ids.size === 1 && only !== undefined ? leaf(only) : HIDDEN]]),
  );
}

export function isNone(resource: Node): boolean {
  return resource.kind === "map" && resource.rest === "absent" && resource.members.size === 0;
}

export function resourceNode(known: Known, called: Called, roots: ReadonlyMap<string, Node>): Node {
  const named = touched(known, called, roots);
  if (isNone(named)) return named;
  const plain = normalised(known, named);
  const [type, id] = [idPart(plain, "type"), idPart(plain, "id")];
  const record = resourceAttributes(known, (entry) => {
    const fit = fitsEntity(entry.match, type, id);
    return typeof fit === "boolean" ? fit : undefined;
  });
  // of one whose type nobody knows, what the catalog says of any resource it may say besides
  const besides =
    type === "hidden" ? resourceAttributes(known, () => undefined) : new Map<string, Node>();
  return doubtedNode(overlay(plain, new Map([...besides, ...record])), named);
}

/** Of a resource of which nobody knows whether there is one, nobody knows either what it is. */
function doubtedNode(node: Node, named: Node): Node {
  if (node.kind !== "map" || named.kind !== "map" || named.perhapsNone !== true) return node;
  const members = [...node.members].map(
    ([key, member]) => [key, member.kind === "fault" ? member : HIDDEN] as const,
  );
  return { ...node, members: new Map(members) };
}

/** `type:id` of a recorded entity, `hidden` where any part is unrecorded. */
export function nameOf(node: Node | undefined, defaultType?: string): Part {
  if (node === undefined) return "absent";
  const [type, id] = [partOf(node, "type"), partOf(node, "id")];
  const kind = textOf(type) ?? defaultType;
  return kind !== undefined && typeof id === "object" ? { text: `${kind}:${id.text}` } : "hidden";
}
