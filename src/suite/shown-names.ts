import {
  ACTION_KINDS,
  AGENT_STATUSES,
  APPROVAL_DECISIONS,
  CLASSIFICATIONS,
  CREDENTIAL_KINDS,
  MEMORY_SCOPES,
  TOOL_EFFECTS,
} from "../policy/closed-lists.ts";
import { parseTimestamp } from "../condition/value.ts";
import { isJsonObject, type Json } from "../request/json.ts";

type Fits = (value: Json) => boolean;

const isText: Fits = (value) => typeof value === "string";
const isFlag: Fits = (value) => typeof value === "boolean";
const isTime: Fits = (value) => typeof value === "string" && parseTimestamp(value) !== undefined;
const isDigest: Fits = (value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value);
const isAnything: Fits = () => true;

function oneOf(words: readonly string[]): Fits {
  return (value) => typeof value === "string" && words.includes(value);
}

function listOf(fits: Fits): Fits {
  return (value) => Array.isArray(value) && value.every((item: Json) => fits(item));
}

/**
 * What of a call is shown without being asked for (design 11.5): names that policies and catalogs
 * speak of, words of closed lists, and times. All else may hold what is nobody's business.
 */
const NAMES: ReadonlyMap<string, Fits> = new Map<string, Fits>([
  ["subject", isText],
  ["subject.type", isText],
  ["subject.id", isText],
  ["subject.registered", isFlag],
  ["subject.status", oneOf(AGENT_STATUSES)],
  ["subject.data_classes", listOf(oneOf(CLASSIFICATIONS))],
  ["subject.expires", isTime],
  ["subject.reviewed", isTime],
  ["subject.credential.kind", oneOf(CREDENTIAL_KINDS)],
  ["subject.credential.issued", isTime],
  ["subject.credential.expires", isTime],
  ["action", isText],
  ["action.kind", oneOf(ACTION_KINDS)],
  ["action.server", isText],
  ["action.name", isText],
  ["action.effects", listOf(oneOf(TOOL_EFFECTS))],
  ["action.reversible", isFlag],
  ["action.open_world", isFlag],
  ["action.consequential", isFlag],
  ["action.definition_changed", isFlag],
  ["resource.type", isText],
  ["resource.classification", oneOf(CLASSIFICATIONS)],
  ["resource.scope", oneOf(MEMORY_SCOPES)],
  ["context.surface", isText],
  ["context.task.id", isText],
  ["context.task.type", isText],
  ["context.task.project", isText],
  ["context.model.name", isText],
  ["context.on_behalf_of", isText],
  ["context.on_behalf_of.type", isText],
  ["context.on_behalf_of.id", isText],
  ["context.on_behalf_of.registered", isFlag],
  ["context.delegation", listOf(isText)],
  ["context.approvals.by", isText],
  ["context.approvals.at", isTime],
  ["context.approvals.decision", oneOf(APPROVAL_DECISIONS)],
  ["context.approvals.digest", isDigest],
  ["now", isAnything],
]);

/** What a resource is called is a name, unless it was an argument. */
const RESOURCE_NAMES: ReadonlySet<string> = new Set(["resource", "resource.id"]);

/** What is shown of a call without being asked for. */
export interface ShownNames {
  /**
   * True where the id of the resource is shown too: it is read off no argument, and stands in none.
   */
  readonly resource: boolean;
}

/**
 * Whether a value of a call is a name that is shown without being asked for. Indexes of lists are
 * left out of `keys`.
 */
export function isShown(keys: readonly string[], value: Json, { resource }: ShownNames): boolean {
  const path = keys.join(".");
  if (RESOURCE_NAMES.has(path)) return resource && typeof value === "string";
  if (keys[0] === "session" && (keys[1] === "labels" || keys[1] === "counters")) return true;
  return NAMES.get(path)?.(value) === true;
}

/** Maps of which some members are names; of all others nothing is shown. */
const CONTAINERS: ReadonlySet<string> = new Set([
  "subject",
  "subject.credential",
  "action",
  "resource",
  "context",
  "context.task",
  "context.model",
  "context.on_behalf_of",
  "context.approvals",
]);

export const HIDDEN = "(hidden)";

/**
 * A part of a call with every value hidden that is no name; members keep their names where some of
 * them are shown.
 */
export function namesOnly(keys: readonly string[], value: Json, names: ShownNames): Json {
  if (isShown(keys, value, names)) return value;
  if (!CONTAINERS.has(keys.join("."))) return HIDDEN;
  if (Array.isArray(value)) return value.map((item: Json) => namesOnly(keys, item, names));
  if (!isJsonObject(value)) return HIDDEN;
  const entries = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : [[key, namesOnly([...keys, key], inner, names)] as const],
  );
  return Object.fromEntries(entries);
}
