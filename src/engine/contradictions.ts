import {
  Duration,
  parseDuration,
  parseTimestamp,
  Timestamp,
  type NoValue,
  type Value,
} from "../condition/value.ts";
import { isJsonObject, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { PreparedCall } from "./prepared-call.ts";
import type { Entity } from "./entity.ts";

const CHECKED = ["subject", "action", "resource", "context.on_behalf_of"] as const;

/**
 * Attributes that the event gives otherwise than the catalog does (design 2.7): the catalog wins,
 * and it is counted.
 */
export function contradictions(call: PreparedCall): readonly string[] {
  const entities = {
    subject: call.subject,
    action: call.action.entity,
    resource: call.resource,
    "context.on_behalf_of": call.person(),
  };
  return CHECKED.flatMap((root) => contradicted(entities[root]).map((name) => `${root}.${name}`));
}

/** A value that an event claims, and the one that counts in its place. */
export interface OverruledValue {
  /** `subject.tenant`. */
  readonly path: string;
  readonly claimed: Json;
  /** What the catalog says; undefined where it says that there is nothing. */
  readonly counted: Value | NoValue | undefined;
  /**
   * Whether a record of the catalog says so, or how the tool's resource is read off its arguments,
   * in its form.
   */
  readonly by: "catalog" | "tool";
}

function overruledOf(root: string, entity: Entity | undefined): readonly OverruledValue[] {
  const direct: JsonObject = entity?.direct ?? {};
  return contradicted(entity).map((name) => ({
    path: `${root}.${name}`,
    claimed: direct[name] ?? null,
    counted: name === "id" ? entity?.id : entity?.known.get(name),
    by: name === "id" ? "tool" : "catalog",
  }));
}

/** The resource that an event names, where its tool has none, or one of another type. */
function overruledResource({ absent, type, direct }: Entity): readonly OverruledValue[] {
  const parts = (["type", "id"] as const).flatMap((name) => {
    const claimed = stringMember(direct, name);
    return claimed === undefined ? [] : [{ name, claimed }];
  });
  const wrong = absent
    ? parts
    : parts.filter(
        ({ name, claimed }) => name === "type" && type !== undefined && claimed !== type,
      );
  return wrong.map(({ name, claimed }) => ({
    path: `resource.${name}`,
    claimed,
    counted: absent ? undefined : type,
    by: "tool",
  }));
}

/**
 * The values that a call claims and its catalog overrules (design 2.7), in the order of their
 * names.
 */
export function overruledValues(call: PreparedCall): readonly OverruledValue[] {
  const { subject, action, resource, request } = call;
  const claimed = resource.absent ? { ...resource, direct: request.resource } : resource;
  return [
    ...overruledOf("subject", subject),
    ...overruledOf("action", action.entity),
    ...overruledResource(claimed),
    ...(resource.absent ? [] : overruledOf("resource", resource)),
    ...overruledOf("context.on_behalf_of", call.person()),
  ];
}

const IDENTITY: ReadonlySet<string> = new Set(["server", "name"]);

/** The attributes that an event gives otherwise than the catalog does (design 2.7). */
export function contradicted(entity: Entity | undefined): readonly string[] {
  if (entity === undefined) return [];
  const found: string[] = [];
  const direct: JsonObject = entity.direct ?? {};
  for (const name of Object.keys(direct)) {
    const known = entity.known.get(name);
    const claimed = direct[name];
    if (known === undefined || IDENTITY.has(name) || claimed === null || claimed === undefined)
      continue;
    if (differs(known, claimed)) found.push(name);
  }
  const id = stringMember(direct, "id");
  if (id !== undefined && entity.id !== undefined && id !== entity.id) found.push("id");
  return found;
}

/**
 * Whether an event claims otherwise than the catalog knows; what only one of them says is no
 * contradiction.
 */
function differs(known: unknown, claimed: Json): boolean {
  if (known instanceof Timestamp)
    return typeof claimed !== "string" || parseTimestamp(claimed)?.nanos !== known.nanos;
  if (known instanceof Duration)
    return typeof claimed !== "string" || parseDuration(claimed)?.nanos !== known.nanos;
  if (isScalar(known) || Array.isArray(known))
    return JSON.stringify(known) !== JSON.stringify(claimed);
  if (!isPlain(known)) return false;
  if (!isJsonObject(claimed)) return claimed !== null;
  return Object.keys(claimed).some(
    (key) =>
      Object.hasOwn(known, key) &&
      claimed[key] !== undefined &&
      claimed[key] !== null &&
      differs(known[key], claimed[key]),
  );
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** A map as a catalog writes it: times and durations are none. */
function isPlain(value: unknown): value is JsonObject {
  const prototype: unknown = isJsonObject(value) ? Object.getPrototypeOf(value) : undefined;
  return prototype === null || prototype === Object.prototype;
}
