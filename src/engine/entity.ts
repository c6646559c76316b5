import { NoValue, Failure, PartialRecord, Unknown, type Value } from "../condition/value.ts";
import { isJsonObject, type JsonObject, type Json } from "../request/json.ts";
import { showPath } from "../request/attribute-path.ts";
import { type Mask } from "./mask.ts";
import { hasRecorded, readRecorded, wrap, type AttributePath } from "./recorded.ts";

/**
 * A subject, action or resource as one version sees it: what its catalog knows, over what the event
 * says. The catalog is authoritative (design 2.7): it wins attribute by attribute, maps merging
 * with it at the leaves.
 */
export interface Entity {
  /**
   * True for the resource of a tool that has none: `has` is false, reading is an error (design
   * 2.4).
   */
  readonly absent: boolean;
  /** Undefined: not known. */
  readonly type: string | undefined;
  readonly id: string | undefined;
  /**
   * True where an unknown part may be anything: it was to be read off arguments, or could not be
   * normalised.
   */
  readonly doubtful?: boolean;
  /**
   * True of a resource of which nobody knows whether the call has one: then no pattern surely fits
   * it.
   */
  readonly perhapsNone?: boolean;
  /** True of an agent that is denied because no catalog lists it. */
  readonly stranger?: boolean;
  readonly known: ReadonlyMap<string, Value | NoValue>;
  /**
   * Attributes that the catalog might give if the identity were known: until then nobody can tell.
   */
  readonly veiled: ReadonlySet<string>;
  readonly direct: JsonObject | undefined;
}

/** What is said of an entity by its names alone: the same for every call that names it alike. */
export type DescribedEntity = Pick<
  Entity,
  "type" | "id" | "doubtful" | "stranger" | "known" | "veiled"
>;

/**
 * An entity that is described, with what an event says of it. WHY one literal: all entities have
 * one shape, so reading them is fast.
 */
export function describedEntity(
  { type, id, doubtful, stranger, known, veiled }: DescribedEntity,
  direct: JsonObject | undefined,
  perhapsNone = false,
): Entity {
  return {
    absent: false,
    type,
    id,
    doubtful: doubtful === true,
    perhapsNone,
    stranger: stranger === true,
    known,
    veiled,
    direct,
  };
}

export const NOTHING: ReadonlySet<string> = new Set();
export const NO_ATTRIBUTES: ReadonlyMap<string, Value> = new Map();

/** What is known not to be there: the resource of a tool that has none, the person of nobody. */
export const NO_ENTITY: Entity = {
  absent: true,
  type: undefined,
  id: undefined,
  doubtful: false,
  perhapsNone: false,
  stranger: false,
  known: NO_ATTRIBUTES,
  veiled: NOTHING,
  direct: undefined,
};

/** What is there and of which nothing is known. */
export const UNKNOWN_ENTITY: Entity = { ...NO_ENTITY, absent: false };

function asValue(value: unknown): Value | undefined {
  return isJsonObject(value) ? value : undefined;
}

/**
 * A member below a catalog value: plain maps only; undefined where the catalog does not give it.
 */
function below(
  value: Value | NoValue,
  keys: readonly string[],
  from: number,
): Value | NoValue | undefined {
  let current: Value | NoValue = value;
  for (let i = from; i < keys.length; i++) {
    if (current instanceof NoValue) return current;
    const map: unknown = current;
    const key = keys[i] ?? "";
    if (!isJsonObject(map) || asValue(map) === undefined || !Object.hasOwn(map, key))
      return undefined;
    const next = map[key];
    if (next === undefined || next === null) return undefined;
    current = next;
  }
  return current;
}

/** A member that the catalog, the call or both give; undefined: neither does. */
function mergedMember(
  ours: Json | NoValue | undefined,
  theirs: Json | undefined,
  { path, mask }: { readonly path: readonly string[]; readonly mask: Mask | undefined },
): Value | NoValue | undefined {
  if (ours instanceof NoValue) return ours;
  if (isJsonObject(ours) && isJsonObject(theirs)) return merge(ours, theirs, path, mask);
  if (ours !== undefined && ours !== null) return wrap(ours, path, undefined);
  if (mask?.masked(path) === true) return new Unknown([showPath(path)]);
  return theirs === undefined || theirs === null ? undefined : wrap(theirs, path, mask);
}

function isOpen(path: readonly string[], mask: Mask | undefined): boolean {
  return mask?.complete(path) !== true || mask.masked(path) || mask.maskedBelow(path);
}

function merge(
  known: JsonObject,
  direct: JsonObject,
  path: readonly string[],
  mask: Mask | undefined,
): PartialRecord {
  const members = new Map<string, Value | NoValue>();
  for (const key of new Set([...Object.keys(direct), ...Object.keys(known)])) {
    const ours = Object.hasOwn(known, key) ? known[key] : undefined;
    const theirs = Object.hasOwn(direct, key) ? direct[key] : undefined;
    const value = mergedMember(ours, theirs, { path: [...path, key], mask });
    if (value !== undefined) members.set(key, value);
  }
  return new PartialRecord(showPath(path), members, isOpen(path, mask));
}

function isPlainMap(value: Value | NoValue): JsonObject | undefined {
  const candidate: unknown = value;
  if (!isJsonObject(candidate)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(candidate);
  return prototype === Object.prototype || prototype === null ? candidate : undefined;
}

/**
 * Reads below the first key where the catalog gives that key: the catalog's leaf, else the event's,
 * maps merged.
 */
function readKnown(
  entity: Entity,
  known: Value | NoValue,
  at: { path: AttributePath; mask: Mask | undefined },
): Value | NoValue {
  const { path, mask } = at;
  const found = below(known, path.keys, path.root + 1);
  if (found === undefined) {
    return isPlainMap(known) === undefined && path.keys.length > path.root + 1
      ? path.mistyped
      : readRecorded(entity.direct, path, mask);
  }
  const map = isPlainMap(found);
  if (map === undefined) return found;
  const theirs = readRecorded(entity.direct, path, mask);
  const direct =
    theirs instanceof PartialRecord
      ? directAt(entity.direct, path.keys.slice(path.root))
      : undefined;
  return merge(map, direct ?? {}, path.keys, mask);
}

function directAt(root: JsonObject | undefined, keys: readonly string[]): JsonObject | undefined {
  let current: unknown = root;
  for (const key of keys) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return isJsonObject(current) ? current : undefined;
}

/**
 * Whether an attribute is there only if the entity is, which nobody knows: reading it may be an
 * error.
 */
function isPerhapsNone({ perhapsNone, known, direct }: Entity, key: string): boolean {
  if (perhapsNone !== true) return false;
  const shown = direct !== undefined && Object.hasOwn(direct, key) ? direct[key] : undefined;
  return known.has(key) || (shown !== undefined && shown !== null);
}

/**
 * The value of an attribute of an entity (design 3.5): a value, unknown, or a failure where it is
 * absent.
 */
export function readEntity(
  entity: Entity,
  path: AttributePath,
  mask: Mask | undefined,
): Value | NoValue {
  const key = path.keys[path.root];
  if (entity.absent) return path.absent;
  if (key === undefined) return wholeEntity(entity, path, mask);
  if (key === "id" || key === "type") return identity(entity, path, mask);
  const known = entity.known.get(key);
  if (known instanceof Unknown) return path.unknown;
  if (known instanceof Failure) return known;
  if (isPerhapsNone(entity, key)) return path.unknown;
  if (known !== undefined)
    return path.keys.length === path.root + 1 && isPlainMap(known) === undefined
      ? known
      : readKnown(entity, known, { path, mask });
  return entity.veiled.has(key) ? path.unknown : readRecorded(entity.direct, path, mask);
}

function identity(entity: Entity, path: AttributePath, mask: Mask | undefined): Value | NoValue {
  const value = path.keys[path.root] === "id" ? entity.id : entity.type;
  if (path.keys.length > path.root + 1) return path.mistyped;
  if (value !== undefined) return value;
  if (entity.doubtful === true) return path.unknown;
  const recorded = readRecorded(undefined, path, mask);
  return recorded instanceof Failure ? recorded : path.unknown;
}

function wholeEntity(entity: Entity, path: AttributePath, mask: Mask | undefined): Value | NoValue {
  const members = new Map<string, Value | NoValue>();
  const direct = readRecorded(entity.direct, path, mask);
  if (direct instanceof Unknown || direct instanceof Failure) return direct;
  for (const key of Object.keys(entity.direct ?? {})) {
    if (entity.direct?.[key] === null) continue;
    members.set(key, readRecordedKey(entity, path, { key, mask }));
  }
  for (const key of entity.known.keys())
    members.set(key, readRecordedKey(entity, path, { key, mask }));
  for (const key of entity.veiled) members.set(key, new Unknown([showPath([...path.keys, key])]));
  if (entity.id !== undefined) members.set("id", entity.id);
  if (entity.type !== undefined) members.set("type", entity.type);
  const open = !(mask?.complete(path.keys) ?? false) || mask?.maskedBelow(path.keys) === true;
  return new PartialRecord(showPath(path.keys), members, open);
}

function readRecordedKey(
  entity: Entity,
  path: AttributePath,
  { key, mask }: { key: string; mask: Mask | undefined },
): Value | NoValue {
  const keys = [...path.keys, key];
  const text = showPath(keys);
  const inner = {
    ...path,
    keys,
    unknown: new Unknown([text]),
    absent: new Failure(`no such attribute: ${text}`),
  };
  return readEntity(entity, inner, mask);
}

/** `has()` of an attribute of an entity: false where absent, unknown where unrecorded. */
export function hasEntity(
  entity: Entity,
  path: AttributePath,
  mask: Mask | undefined,
): boolean | NoValue {
  // has(resource.a.b) reads resource.a, which is an error where there is no resource
  if (entity.absent) return path.keys.length > 2 ? path.absent : false;
  const key = path.keys[path.root] ?? "";
  const value =
    key === "id" || key === "type" ? identity(entity, path, mask) : entity.known.get(key);
  if (value instanceof Unknown) return path.unknown;
  if (value instanceof Failure) return key === "id" || key === "type" ? false : true;
  if (isPerhapsNone(entity, key)) return path.unknown;
  const inner = value === undefined ? undefined : below(value, path.keys, path.root + 1);
  if (inner instanceof Unknown) return path.unknown;
  if (value !== undefined && (path.keys.length === path.root + 1 || inner !== undefined))
    return true;
  if (value !== undefined && isPlainMap(value) === undefined) return path.mistyped;
  if (value === undefined && entity.veiled.has(key)) return path.unknown;
  const found = hasRecorded(entity.direct, path, mask);
  // the catalog gives the container, so what it lacks there is simply not there or not recorded
  return found instanceof Failure && value !== undefined ? false : found;
}
