import { Failure, PartialRecord, Unknown, type NoValue, type Value } from "../condition/value.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { showPath } from "../request/attribute-path.ts";
import { type Mask } from "./mask.ts";

/**
 * Whether `args` (closed: what it lacks is absent) or another container (open: what it lacks is
 * unrecorded).
 */
export type Openness = "open" | "closed";

/**
 * One static attribute path, prepared once: its keys, its openness, its unknown and its failure.
 */
export interface AttributePath {
  readonly keys: readonly string[];
  /** How many of the keys name the entity or container that the rest is read off. */
  readonly root: number;
  readonly openness: Openness;
  readonly unknown: Unknown;
  readonly absent: Failure;
  readonly mistyped: Failure;
}

export function attributePath(keys: readonly string[]): AttributePath {
  const text = showPath(keys);
  return {
    keys,
    root: isOfPerson(keys) ? 2 : 1,
    openness: keys[0] === "args" ? "closed" : "open",
    unknown: new Unknown([text]),
    absent: new Failure(`no such attribute: ${text}`),
    mistyped: new Failure(`no such overload: ${text} reads a member of something that has none`),
  };
}

/**
 * Whether a path lies in the person that a call acts for: an entity of its own, which the catalog
 * knows (design 2.5).
 */
export function isOfPerson(keys: readonly string[]): boolean {
  return keys[0] === "context" && keys[1] === "on_behalf_of";
}

function isOpen(path: readonly string[], openness: Openness, mask: Mask | undefined): boolean {
  return openness === "open" && !(mask?.complete(path) ?? false);
}

function wrapObject(
  value: JsonObject,
  path: readonly string[],
  mask: Mask | undefined,
): PartialRecord {
  const members = new Map<string, Value | NoValue>();
  const openness = path[0] === "args" ? "closed" : "open";
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (inner === undefined || inner === null) continue;
    const below = [...path, key];
    members.set(
      key,
      mask?.masked(below) === true ? new Unknown([showPath(below)]) : wrap(inner, below, mask),
    );
  }
  // a masked key may be there though the event shows nothing of it
  for (const key of mask?.keysBelow(path) ?? [])
    if (!members.has(key)) members.set(key, new Unknown([showPath([...path, key])]));
  return new PartialRecord(showPath(path), members, isOpen(path, openness, mask));
}

function wrapList(list: readonly Json[], path: readonly string[], mask: Mask | undefined): Value {
  const items: (Value | NoValue)[] = list.map((item, i) => {
    const below = [...path, String(i)];
    return mask?.masked(below) === true ? new Unknown([showPath(below)]) : wrap(item, below, mask);
  });
  return items;
}

/**
 * A recorded value as conditions see it: scalars as they are; a container that is open or partly
 * masked becomes a `PartialRecord`, so that what it lacks is unknown and not absent (design 3.5). Closed,
 * unmasked containers stay plain.
 */
export function wrap(value: Json, path: readonly string[], mask: Mask | undefined): Value {
  if (value === null || typeof value !== "object") return value;
  if (path[0] === "args" && mask?.maskedBelow(path) !== true) return value;
  return isJsonObject(value) ? wrapObject(value, path, mask) : wrapList(value, path, mask);
}

/**
 * What lies at a path: a JSON value, nothing known, nothing there, or a member read off something
 * that has none.
 */
type Found = { readonly value: Json } | "unrecorded" | "absent" | "no container" | "mistyped";

function find(root: JsonObject | undefined, path: AttributePath, mask: Mask | undefined): Found {
  if (mask?.masked(path.keys) === true) return "unrecorded";
  let current: Json = root ?? {};
  // `args` that the event does not have at all are unrecorded; any other missing root is an open
  // container
  if (
    root === undefined &&
    path.openness === "closed" &&
    !(mask?.complete(path.keys.slice(0, 1)) ?? false)
  )
    return "unrecorded";
  for (let i = path.root; i < path.keys.length; i++) {
    if (!isJsonObject(current)) return "mistyped";
    const key = path.keys[i] ?? "";
    const next: Json | undefined = Object.hasOwn(current, key) ? current[key] : undefined;
    if (next === undefined || next === null) {
      // a masked path exists, so that no container of it is known to be absent
      if (
        isOpen(path.keys.slice(0, i), path.openness, mask) ||
        mask?.maskedBelow(path.keys.slice(0, i + 1)) === true
      )
        return "unrecorded";
      return i === path.keys.length - 1 ? "absent" : "no container";
    }
    current = next;
  }
  return { value: current };
}

/**
 * What lies at a path of an event that says nothing of its own record, as nearly all do; undefined:
 * nothing. A failure where it is a member of something that has none.
 */
function findUnmasked(
  root: JsonObject | undefined,
  path: AttributePath,
): Json | Failure | undefined {
  let current: Json | undefined = root;
  for (let i = path.root; i < path.keys.length; i++) {
    if (current === undefined) return undefined;
    if (!isJsonObject(current)) return path.mistyped;
    const key = path.keys[i] ?? "";
    const next: Json | undefined = current[key];
    // what is inherited is an object or a function
    const own: boolean = typeof next !== "object" && typeof next !== "function";
    current = own || Object.hasOwn(current, key) ? (next ?? undefined) : undefined;
  }
  return current;
}

function isScalar(value: Json): boolean {
  return typeof value !== "object" || value === null;
}

function readUnmasked(root: JsonObject | undefined, path: AttributePath): Value | NoValue {
  const found = findUnmasked(root, path);
  if (found instanceof Failure) return found;
  if (found === undefined)
    return path.openness === "open" || root === undefined ? path.unknown : path.absent;
  if (typeof found !== "object") return found;
  return Array.isArray(found) && found.every(isScalar) ? found : wrap(found, path.keys, undefined);
}

/**
 * `root`: what the path's first keys name. The value at a path of a recorded container: a value,
 * unknown where unrecorded, a failure where absent.
 */
export function readRecorded(
  root: JsonObject | undefined,
  path: AttributePath,
  mask: Mask | undefined,
): Value | NoValue {
  if (mask === undefined && path.keys.length > path.root) return readUnmasked(root, path);
  const found = find(root, path, mask);
  if (found === "unrecorded") return path.unknown;
  if (found === "absent" || found === "no container") return path.absent;
  return found === "mistyped" ? path.mistyped : wrap(found.value, path.keys, mask);
}

/**
 * `has()` of a path: false where absent, unknown where unrecorded; a failure where its container is
 * absent (cel-spec).
 */
export function hasRecorded(
  root: JsonObject | undefined,
  path: AttributePath,
  mask: Mask | undefined,
): boolean | NoValue {
  const shown = mask === undefined ? findUnmasked(root, path) : undefined;
  if (shown !== undefined) return shown instanceof Failure ? shown : true;
  const found = find(root, path, mask);
  if (found === "unrecorded") return path.unknown;
  if (found === "mistyped") return path.mistyped;
  return found === "no container" ? path.absent : found !== "absent";
}
