import type { Tool } from "../../src/policy/model.ts";
import { evaluate, scopeOf } from "./evaluate.ts";
import { normalise } from "./form.ts";
import { fitsEntity, type Part } from "./glob.ts";
import { agentRecord, anyOf, leaf, overlay, personRecord, resourceAttributes, toolRecord, type Known, type Record } from "./known.ts";
import { HIDDEN, isObject, memberOf, nodeOf, own, type Json, type JsonObject, type Node } from "./value.ts";

/** One event as it comes in: the canonical trace's members (design 7.1). */
export interface Event {
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

const ROOTS = ["subject", "action", "resource", "context", "args", "outcome"] as const;

function without(node: Node, path: readonly string[]): Node {
  const [first, ...rest] = path;
  if (first === undefined) return HIDDEN;
  if (node.kind === "hidden" || node.kind === "leaf" || node.kind === "list") return rest.length === 0 || node.kind === "hidden" ? HIDDEN : node;
  if (node.kind !== "map") return node;
  const below = node.members.get(first) ?? (rest.length === 0 ? HIDDEN : { kind: "map", members: new Map(), rest: node.rest } as const);
  return { ...node, members: new Map([...node.members, [first, without(below, rest)]]) };
}

function completed(node: Node, path: readonly string[]): Node {
  const [first, ...rest] = path;
  if (first === undefined) return deepAbsent(node);
  if (node.kind !== "map") return node;
  const below = node.members.get(first);
  return below === undefined ? node : { ...node, members: new Map([...node.members, [first, completed(below, rest)]]) };
}

function deepAbsent(node: Node): Node {
  if (node.kind === "list") return { kind: "list", items: node.items.map(deepAbsent) };
  if (node.kind !== "map") return node;
  return { kind: "map", rest: "absent", members: new Map([...node.members].map(([key, member]) => [key, deepAbsent(member)])) };
}

/** What the event alone says (design 3.5): `args` complete if there, `complete` containers, masks over all. */
export function recordedRoots(event: Event): Map<string, Node> {
  const given = ROOTS.map((root) => {
    const json = event[root];
    return [root, json === undefined ? ({ kind: "map", members: new Map(), rest: "hidden" } as const) : nodeOf(json, root === "args" ? "absent" : "hidden")] as const;
  });
  let all: Node = { kind: "map", members: new Map<string, Node>(given), rest: "hidden" };
  for (const path of event.complete ?? []) all = completed(all, path.split("."));
  for (const path of event.unrecorded ?? []) all = without(all, path.split("."));
  return all.kind === "map" ? new Map(all.members) : new Map();
}

export function partOf(node: Node, key: string): Part {
  const member = memberOf(node, key);
  if (member === undefined) return "absent";
  return member.kind === "leaf" && member.value.type === "string" ? { text: member.value.value } : member.kind === "leaf" ? "absent" : "hidden";
}

function textOf(part: Part): string | undefined {
  return typeof part === "object" ? part.text : undefined;
}

const couldBe = (part: Part, value: string): boolean => part === "hidden" || textOf(part) === value;

/** The catalog's records that this subject may have; one where type and id are known. */
function subjectRecords(known: Known, type: Part, id: Part): readonly Record[] {
  const agents = couldBe(type, "agent") ? (known.agents ?? []).filter((agent) => couldBe(id, agent.id)).map(agentRecord) : [];
  const people = couldBe(type, "human") ? known.people.filter((person) => couldBe(id, person.id)).map(personRecord) : [];
  const stranger = known.agents !== undefined && couldBe(type, "agent") && (agents.length === 0 || id === "hidden");
  return [...agents, ...people, ...(stranger ? [new Map([["registered", { kind: "leaf", value: { type: "bool", value: false } } as Node]])] : [])];
}

export function subjectNode(known: Known, recorded: Node): Node {
  const [type, id] = [partOf(recorded, "type"), partOf(recorded, "id")];
  const records = subjectRecords(known, type, id);
  const sure = type !== "hidden" && id !== "hidden";
  return overlay(recorded, sure ? (records[0] ?? new Map()) : anyOf(records));
}

/** The tool that is called: one, none that is declared, or one of several (then perhaps an undeclared one). */
export type Called = { readonly tool: Tool } | { readonly tool: undefined; readonly candidates: readonly Tool[] };

const folded = (name: string): string => name.normalize("NFKC").toLowerCase();

/** Known tools that differ from the called one only in case or compatibility forms (design 3.6). */
function lookAlikes(known: Known, server: Part, name: string): readonly Tool[] {
  const host = textOf(server);
  const alike = known.tools.filter((tool) => folded(tool.name) === folded(name) && (host === undefined || folded(tool.server) === folded(host)));
  return alike.some((tool) => tool.name === name && (host === undefined || tool.server === host)) ? [] : alike;
}

/** Of a look-alike's server and name, what is not just as a known tool has it cannot be told. */
function doubted(known: Known, base: Node): Record {
  const [server, name] = [partOf(base, "server"), partOf(base, "name")];
  const written = textOf(name);
  const alike = written === undefined ? [] : lookAlikes(known, server, written);
  const parts = [
    ["server", alike.some((tool) => tool.server === textOf(server)) || server === "hidden"],
    ["name", alike.some((tool) => tool.name === written)],
  ] as const;
  return new Map(alike.length === 0 ? [] : parts.flatMap(([key, same]) => (same ? [] : [[key, HIDDEN] as const])));
}

/** The action with the server `host` where it has none, and look-alikes taken for unknown (design 2.4, 3.6). */
export function actionNode(known: Known, recorded: Node): { readonly node: Node; readonly called: Called } {
  const hosted: Node = overlay(recorded, partOf(recorded, "server") === "absent" ? new Map([["server", leaf("host")]]) : new Map());
  const base = overlay(hosted, doubted(known, hosted));
  const [server, name] = [partOf(base, "server"), partOf(base, "name")];
  const candidates = known.tools.filter((tool) => couldBe(server, tool.server) && couldBe(name, tool.name));
  const sure = server !== "hidden" && name !== "hidden";
  const tool = sure ? candidates[0] : undefined;
  const record = tool !== undefined ? toolRecord(tool) : sure ? new Map() : anyOf(candidates.map(toolRecord));
  return { node: overlay(base, record), called: tool === undefined ? { tool, candidates } : { tool } };
}

const NO_RESOURCE: Node = { kind: "map", members: new Map(), rest: "absent" };

function named(base: Node, type: Node, id: Node): Node {
  return overlay(base, new Map([["type", type], ["id", id]]));
}

/** The resource that a declared tool reads off its arguments, or the event's own (design 2.5, 3.6). */
function touched(called: Called, roots: ReadonlyMap<string, Node>): Node {
  const recorded = roots.get("resource") ?? HIDDEN;
  if (called.tool === undefined) return called.candidates.some((tool) => tool.resource !== undefined) ? named(recorded, HIDDEN, HIDDEN) : recorded;
  const { resource } = called.tool;
  if (resource === undefined) return recorded;
  if (resource === "none") return NO_RESOURCE;
  const id = evaluate(resource.id.expr, scopeOf(new Map([["args", roots.get("args") ?? HIDDEN]])));
  if (id.kind === "unknown") return named(recorded, leaf(resource.type), HIDDEN);
  if (id.kind === "value" && id.value.type === "string") return named(recorded, leaf(resource.type), leaf(id.value.value));
  const ownName = typeof partOf(recorded, "type") === "object" && typeof partOf(recorded, "id") === "object";
  return ownName ? recorded : named(recorded, leaf(resource.type), HIDDEN);
}

function normalised(known: Known, node: Node): Node {
  const [type, id] = [textOf(partOf(node, "type")), textOf(partOf(node, "id"))];
  if (id === undefined) return node;
  const forms = known.resources.filter((entry) => entry.form !== undefined && (type === undefined || entry.match === `${type}:*`)).map((entry) => normalise(entry.form, id));
  const ids = new Set(type === undefined ? [id, ...forms] : forms.length === 0 ? [id] : forms);
  const [only] = [...ids];
  return overlay(node, new Map([["id", ids.size === 1 && only !== undefined ? leaf(only) : HIDDEN]]));
}

export function isNone(resource: Node): boolean {
  return resource.kind === "map" && resource.rest === "absent" && resource.members.size === 0;
}

export function resourceNode(known: Known, called: Called, roots: ReadonlyMap<string, Node>): Node {
  const named = touched(called, roots);
  if (isNone(named)) return named;
  const plain = normalised(known, named);
  const [type, id] = [partOf(plain, "type"), partOf(plain, "id")];
  const record = resourceAttributes(known, (entry) => {
    const fit = fitsEntity(entry.match, type, id);
    return typeof fit === "boolean" ? fit : undefined;
  });
  return overlay(plain, record);
}

/** `type:id` of a recorded entity, `hidden` where any part is unrecorded. */
export function nameOf(node: Node | undefined, defaultType?: string): Part {
  if (node === undefined) return "absent";
  const [type, id] = [partOf(node, "type"), partOf(node, "id")];
  const kind = textOf(type) ?? (type === "absent" ? defaultType : undefined);
  if (id === "absent") return "absent";
  return kind !== undefined && typeof id === "object" ? { text: `${kind}:${id.text}` } : "hidden";
}

/** JSON without null members, as an approval's digest takes it; undefined where any of it is unrecorded. */
export function plainArgs(event: Event): Json | undefined {
  const masked = (event.unrecorded ?? []).some((path) => path === "args" || path.startsWith("args."));
  return event.args === undefined || masked ? undefined : clean(event.args);
}

function clean(json: Json): Json {
  if (Array.isArray(json)) return json.map((item: Json) => clean(item));
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.keys(json).flatMap((key) => {
    const value = own(json, key);
    return value === undefined ? [] : [[key, clean(value)]];
  }));
}
