import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { reallyRan } from "../trace/really-ran.ts";

/** A tool as a trace shows it. */
export interface SeenTool {
  readonly server: string | undefined;
  readonly name: string;
  calls: number;
  /** The first event that shows it. */
  readonly first: string;
  /** JSON types of its arguments, by name; `calls` says how many calls had each. */
  readonly args: Map<string, { readonly types: Set<string>; calls: number }>;
  /** Definitions that servers gave, by their digest. */
  readonly definitions: Map<string, JsonObject>;
}

/** An agent's calls of one action. */
export interface SeenAction {
  /** Those that it was let take; of these, those that were held for an approval before. */
  permitted: number;
  approved: number;
  /** Those that were denied, or never approved. */
  refused: number;
}

/** An agent as a trace shows it. */
export interface SeenAgent {
  readonly id: string;
  calls: number;
  readonly first: string;
  /** When it acted last, in milliseconds since 1970. */
  last: number | undefined;
  /** What it did, or tried to, by `server/name`. */
  readonly actions: Map<string, SeenAction>;
  /** For whom it acted. */
  readonly people: Set<string>;
}

/** A credential as a trace shows it. */
export interface SeenCredential {
  readonly id: string;
  readonly kind: string | undefined;
  calls: number;
  readonly first: string;
  readonly subjects: Set<string>;
  /** Calls after it had expired. */
  expired: number;
}

/**
 * Different names that are told apart, of each kind; what comes later is not, so that a hostile
 * trace costs no memory.
 */
const LIMIT = 50_000;

/** Collects who and what a trace shows. */
export class TraceInventory {
  readonly tools = new Map<string, SeenTool>();
  readonly agents = new Map<string, SeenAgent>();
  readonly credentials = new Map<string, SeenCredential>();
  /** Types of resources, with the number of calls on each. */
  readonly resources = new Map<string, number>();
  readonly decisionPoints = new Map<string, { calls: number; readonly first: string }>();
  readonly people = new Set<string>();
  readonly #digest: (definition: JsonObject) => string;
  events = 0;
  calls = 0;
  /** Calls of whose subject the id, or all, was not recorded. */
  anonymous = 0;

  /** `digest`: of a tool's definition; the host brings the hash. */
  constructor(digest: (definition: JsonObject) => string) {
    this.#digest = digest;
  }

  add(event: TraceEvent): void {
    this.events++;
    if (event.type === "tool_definition") return this.#addDefinition(event);
    this.#addPeople(event);
    if (event.type !== "call") return;
    this.calls++;
    const tool = this.#tool(event);
    if (tool !== undefined) this.#addCall(tool, event);
    const type = stringMember(event.request.subject, "type");
    if (type === "agent") this.#addAgent(event);
    else if (type === undefined) this.anonymous++;
    this.#addCredential(event);
    const resource = stringMember(event.request.resource, "type");
    if (resource !== undefined && (this.resources.has(resource) || this.resources.size < LIMIT))
      this.resources.set(resource, (this.resources.get(resource) ?? 0) + 1);
    if (event.decision?.pdp !== undefined) this.#addDecisionPoint(event.decision.pdp, event.id);
  }

  #tool(event: TraceEvent): SeenTool | undefined {
    const [server, name] = [
      stringMember(event.request.action, "server"),
      stringMember(event.request.action, "name"),
    ];
    if (name === undefined || name === "") return undefined;
    return entry(this.tools, toolName(server, name), () => ({
      server,
      name,
      calls: 0,
      first: event.id,
      args: new Map(),
      definitions: new Map(),
    }));
  }

  #addCall(tool: SeenTool, { request }: TraceEvent): void {
    tool.calls++;
    for (const [name, value] of Object.entries(request.args ?? {})) {
      if (value === undefined || value === null || (!tool.args.has(name) && tool.args.size >= 1000))
        continue;
      const arg = tool.args.get(name) ?? { types: new Set<string>(), calls: 0 };
      arg.types.add(jsonType(value));
      arg.calls++;
      tool.args.set(name, arg);
    }
    const digest = stringMember(request.action, "definition_digest");
    if (digest !== undefined && !tool.definitions.has(digest)) tool.definitions.set(digest, {});
  }

  #addDefinition(event: TraceEvent): void {
    const tool = this.#tool(event);
    const definition = objectMember(event.request.context, "definition");
    if (tool !== undefined && definition !== undefined && tool.definitions.size < 100)
      tool.definitions.set(this.#digest(definition), definition);
  }

  #addAgent(event: TraceEvent): void {
    const id = stringMember(event.request.subject, "id");
    const agent =
      id === undefined
        ? undefined
        : entry<SeenAgent>(this.agents, id, () => ({
            id,
            calls: 0,
            first: event.id,
            last: undefined,
            actions: new Map(),
            people: new Set(),
          }));
    if (agent === undefined) return void this.anonymous++;
    agent.calls++;
    if (event.time !== undefined) agent.last = Math.max(agent.last ?? -Infinity, event.time);
    const { action, context } = event.request;
    const name = stringMember(action, "name");
    const human = stringMember(objectMember(context, "on_behalf_of"), "id");
    if (human !== undefined && agent.people.size < LIMIT) agent.people.add(human);
    const seen =
      name === undefined
        ? undefined
        : entry<SeenAction>(agent.actions, toolName(stringMember(action, "server"), name), () => ({
            permitted: 0,
            approved: 0,
            refused: 0,
          }));
    if (seen === undefined) return;
    if (!wasDone(event)) {
      seen.refused++;
      return;
    }
    seen.permitted++;
    if (event.decision?.effect === "require_approval") seen.approved++;
  }

  #addPeople({ request }: TraceEvent): void {
    const acts =
      stringMember(request.subject, "type") === "human"
        ? stringMember(request.subject, "id")
        : undefined;
    const behind = objectMember(request.context, "on_behalf_of");
    for (const id of [
      acts,
      stringMember(behind, "type") === "human" ? stringMember(behind, "id") : undefined,
    ])
      if (id !== undefined && this.people.size < LIMIT) this.people.add(id);
  }

  #addCredential(event: TraceEvent): void {
    const credential = objectMember(event.request.subject, "credential");
    const id = stringMember(credential, "id");
    const seen: SeenCredential | undefined =
      id === undefined
        ? undefined
        : entry<SeenCredential>(this.credentials, id, () => ({
            id,
            kind: stringMember(credential, "kind"),
            calls: 0,
            first: event.id,
            subjects: new Set<string>(),
            expired: 0,
          }));
    if (seen === undefined) return;
    seen.calls++;
    if (seen.subjects.size < 1000)
      seen.subjects.add(
        `${stringMember(event.request.subject, "type") ?? "?"}:${stringMember(event.request.subject, "id") ?? "?"}`,
      );
    const expires = Date.parse(stringMember(credential, "expires") ?? "");
    if (event.time !== undefined && event.time > expires) seen.expired++;
  }

  #addDecisionPoint(id: string, first: string): void {
    const seen = entry(this.decisionPoints, id, () => ({ calls: 0, first }));
    if (seen !== undefined) seen.calls++;
  }
}

/**
 * Whether a trace shows that a call was done. WHY stricter than whether it ran: hosts write `denied` or
 * `held` as the outcome of a call that nobody approved.
 */
function wasDone(event: TraceEvent): boolean {
  const status = member(event.request.outcome ?? {}, "status");
  const told = status === undefined || status === "ok" || status === "error";
  return reallyRan(event) && (told || event.decision?.effect !== "require_approval");
}

/** How a tool goes by in policies; `?` stands for a server that was not recorded. */
export function toolName(server: string | undefined, name: string): string {
  return `${server ?? "?"}/${name}`;
}

function entry<T>(map: Map<string, T>, key: string, create: () => T): T | undefined {
  const known = map.get(key);
  if (known !== undefined || map.size >= LIMIT) return known;
  const created = create();
  map.set(key, created);
  return created;
}

function jsonType(value: Json): string {
  if (Array.isArray(value)) return "array";
  return isJsonObject(value) ? "object" : typeof value;
}

/** The schema of a definition's arguments, if it gives one. */
export function inputSchema(definition: JsonObject | undefined): JsonObject | undefined {
  const schema = member(definition ?? {}, "inputSchema") ?? member(definition ?? {}, "parameters");
  return isJsonObject(schema) ? schema : undefined;
}
