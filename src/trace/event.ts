import type { Json, JsonObject } from "../request/json.ts";
import { isJsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { parseTime } from "../text/time.ts";
import { labelFault } from "./event-labels.ts";

export type RecordedEffect = "allow" | "deny" | "require_approval";

/** What a decision point answered when the call was made (design 7.1). */
export interface RecordedDecision {
  readonly effect: RecordedEffect;
  readonly policy?: string;
  readonly rule?: string;
  /** The id of the decision point. */
  readonly pdp?: string;
  /** How long the answer took, in milliseconds. */
  readonly ms?: number;
}

/** One event of a canonical trace (design 7.1), with where it stands. */
export interface TraceEvent {
  /** The event's own id; `<file>:<line>` where it has none. */
  readonly id: string;
  /**
   * `call`, or another of {@link EVENT_TYPES}, which count for the audit trail only, or one that
   * nobody knows.
   */
  readonly type: string;
  /** As `Request.time`, but with the fraction of a millisecond: events are ordered by it. */
  readonly time?: number;
  /** The time as it was written. */
  readonly timeText?: string;
  readonly session?: string;
  readonly parent?: string;
  /** What a decision reads; `time` (whole milliseconds), `session` and `parent` are the event's. */
  readonly request: Request;
  readonly decision?: RecordedDecision;
  /** What became known later (design 7.6): `incident` is true or false, any other label is free. */
  readonly labels?: JsonObject;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Where an event was read. */
export interface EventPlace {
  readonly file: string;
  readonly line: number;
  /** Told every member that the canonical event does not have. */
  readonly onUnknownMember?: (name: string) => void;
  /** Told the whole object that an event was made of. */
  readonly onObject?: (object: JsonObject) => void;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };
interface EventDraft {
  readonly event: Draft<Omit<TraceEvent, "request">>;
  readonly request: Draft<Request>;
}
/** Puts a member into the draft; a text says why that cannot be. */
type Reader = (draft: EventDraft, value: Json) => string | undefined;

/**
 * The event that a JSON value stands for, or the reason why it stands for none, as a sentence
 * without final period. Null members are not there (design 3.5), nor are an empty `id`, `session`
 * or `parent`; AuthZEN's `properties` are unwrapped (design 3.1). Members that the format does not
 * have are ignored, and told to `place.onUnknownMember`.
 */
export function decodeEvent(value: unknown, place: EventPlace): TraceEvent | string {
  if (!isJsonObject(value)) return "a line must contain a JSON object";
  const request: Draft<Request> = {};
  const event = { id: "", type: "call", request, file: place.file, line: place.line };
  const draft: EventDraft = { event, request };
  for (const key of Object.keys(value)) {
    const found = value[key];
    if (found === null || found === undefined) continue;
    const read = READERS.get(key);
    if (read === undefined) place.onUnknownMember?.(key);
    else {
      const reason = read(draft, found);
      if (reason !== undefined) return reason;
    }
  }
  if (event.id === "") event.id = `${place.file}:${place.line}`;
  if (event.type === "call" && saysNothing(request))
    return "the line has no `action`, `subject`, `resource` or `args`, so it is not a call";
  place.onObject?.(value);
  return event;
}

function saysNothing(request: Request): boolean {
  return (
    request.action === undefined &&
    request.subject === undefined &&
    request.resource === undefined &&
    request.args === undefined &&
    request.unrecorded === undefined
  );
}

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    "id",
    (draft, value) =>
      typeof value === "string" ? void (draft.event.id = value) : "`id` must be a string",
  ],
  [
    "type",
    (draft, value) =>
      isText(value) ? void (draft.event.type = value) : "`type` must be a non-empty string",
  ],
  ["time", readTime],
  ["session", readSession],
  ["parent", readParent],
  ["subject", (draft, value) => readEntity(draft, "subject", value)],
  ["action", (draft, value) => readEntity(draft, "action", value)],
  ["resource", (draft, value) => readEntity(draft, "resource", value)],
  ["context", (draft, value) => readObject(draft, "context", value)],
  ["args", (draft, value) => readObject(draft, "args", value)],
  ["outcome", (draft, value) => readObject(draft, "outcome", value)],
  ["complete", (draft, value) => readPaths(draft, "complete", value)],
  ["unrecorded", (draft, value) => readPaths(draft, "unrecorded", value)],
  ["decision", readDecision],
  ["labels", readLabels],
]);

/**
 * The type of a call that a gateway denied by itself, without asking a policy: what policies say of
 * it cannot be compared with that.
 */
export const GATEWAY_DENIAL = "gateway_denial";

/**
 * The types of events that the format has: what is of another type may be a call under a name that
 * nobody knows.
 */
export const EVENT_TYPES: readonly string[] = [
  "call",
  "prompt",
  "response",
  "session_end",
  "outcome",
  "tool_definition",
  GATEWAY_DENIAL,
];

/**
 * Whether an event has an action and a type that the format does not have: it is not decided, and
 * may have had to be (design 7.1).
 */
export function isUndecided({ type, request }: Pick<TraceEvent, "type" | "request">): boolean {
  return request.action !== undefined && !EVENT_TYPES.includes(type);
}

/** The members of a canonical event. */
export const EVENT_MEMBERS: readonly string[] = [...READERS.keys()];

function readTime(draft: EventDraft, value: Json): string | undefined {
  const time = typeof value === "string" ? parseTime(value) : undefined;
  if (time === undefined || typeof value !== "string")
    return "`time` must be an RFC 3339 time with a zone, as 2026-05-18T09:12:04.120Z";
  draft.event.time = time;
  draft.event.timeText = value;
  draft.request.time = Math.floor(time);
  return undefined;
}

function readSession(draft: EventDraft, value: Json): string | undefined {
  if (typeof value !== "string") return "`session` must be a string";
  if (value !== "") draft.event.session = draft.request.session = value;
  return undefined;
}

function readParent(draft: EventDraft, value: Json): string | undefined {
  if (typeof value !== "string") return "`parent` must be a string";
  if (value !== "") draft.event.parent = draft.request.parent = value;
  return undefined;
}

function readObject(
  draft: EventDraft,
  name: "context" | "args" | "outcome",
  value: Json,
): string | undefined {
  if (!isJsonObject(value)) return `\`${name}\` must be an object`;
  draft.request[name] = value;
  return undefined;
}

function readPaths(
  draft: EventDraft,
  name: "complete" | "unrecorded",
  value: Json,
): string | undefined {
  if (!Array.isArray(value) || !value.every((path) => typeof path === "string"))
    return `\`${name}\` must be a list of paths`;
  draft.request[name] = value;
  return undefined;
}

const NAMING = {
  subject: ["type", "id"],
  action: ["kind", "server", "name"],
  resource: ["type", "id"],
} as const;

function readEntity(draft: EventDraft, name: keyof typeof NAMING, value: Json): string | undefined {
  if (!isJsonObject(value))
    return `\`${name}\` must be an object with \`${NAMING[name].join("`, `")}\``;
  const entity = Object.hasOwn(value, "properties") ? unwrapProperties(value) : value;
  if (entity === undefined) return `\`${name}.properties\` must be an object`;
  for (const key of NAMING[name]) {
    const own = Object.hasOwn(entity, key) ? entity[key] : undefined;
    if (typeof own !== "string" && own !== undefined && own !== null)
      return `\`${name}.${key}\` must be a string`;
  }
  draft.request[name] = entity;
  return undefined;
}

/**
 * An AuthZEN entity with its `properties` as direct members; what the entity says itself beats a
 * property of that name. Undefined where `properties` is not an object.
 */
export function unwrapProperties(entity: JsonObject): JsonObject | undefined {
  const { properties, ...own } = entity;
  if (properties === undefined || properties === null) return own;
  if (!isJsonObject(properties)) return undefined;
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
  return { ...properties, ...said };
}

/** What a record may say that was decided. */
export const RECORDED_EFFECTS: readonly RecordedEffect[] = ["allow", "deny", "require_approval"];

function readDecision(draft: EventDraft, value: Json): string | undefined {
  if (!isJsonObject(value)) return "`decision` must be an object";
  const effect = RECORDED_EFFECTS.find((known) => known === value["effect"]);
  if (effect === undefined)
    return "`decision.effect` must be `allow`, `deny` or `require_approval`";
  const decision: Draft<RecordedDecision> = { effect };
  for (const key of ["policy", "rule", "pdp"] as const) {
    const text = value[key] ?? undefined;
    if (text !== undefined && typeof text !== "string")
      return `\`decision.${key}\` must be a string`;
    if (text !== undefined) decision[key] = text;
  }
  const ms = value["ms"] ?? undefined;
  if (ms !== undefined && typeof ms !== "number") return "`decision.ms` must be a number";
  if (ms !== undefined) decision.ms = ms;
  draft.event.decision = decision;
  return undefined;
}

function readLabels(draft: EventDraft, value: Json): string | undefined {
  if (!isJsonObject(value)) return "`labels` must be an object";
  draft.event.labels = value;
  return labelFault(value);
}

function isText(value: Json): value is string {
  return typeof value === "string" && value !== "";
}
