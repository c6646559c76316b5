import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { parsePath } from "../request/attribute-path.ts";
import { hasSecrets, withoutSecrets } from "../request/without-secrets.ts";

/** The members of an event that a catalog's field paths begin with; other paths are relative. */
const ROOTS = ["args", "outcome", "context", "subject", "resource"] as const;
/** Where a field that is named relative to its resource may stand. */
const PLACES = ["args", "outcome", "outcome.result", "resource"] as const;

function candidates(field: string): readonly string[] {
  const [root = ""] = field.split(".");
  return ROOTS.some((one) => one === root) ? [field] : PLACES.map((place) => `${place}.${field}`);
}

interface Without {
  readonly value: Json;
  readonly found: boolean;
}

/** A value without what stands at a path below it. */
function without(value: Json, path: readonly string[]): Without {
  const [key, ...below] = path;
  if (key === undefined || !isJsonObject(value) || !Object.hasOwn(value, key))
    return { value, found: false };
  const { [key]: inner, ...rest } = value;
  if (below.length === 0) return { value: rest, found: true };
  const deeper = without(inner ?? null, below);
  return deeper.found
    ? { value: { ...value, [key]: deeper.value }, found: true }
    : { value, found: false };
}

/** The members of an event that whoever asks fills with values of their own. */
const SECRET_ROOTS = ["subject", "action", "resource", "args", "context", "outcome"] as const;
/** What detectors found (design 3.2) has the names of what they look for, and is none of it. */
const SIGNALS: ReadonlySet<string> = new Set(["context.signals"]);
/** So has the definition of a tool, as its server lists it. */
const DEFINITION: ReadonlySet<string> = new Set(["context.signals", "context.definition"]);

function cleaned(event: JsonObject): { readonly event: JsonObject; readonly paths: string[] } {
  const nameless = event["type"] === "tool_definition" ? DEFINITION : SIGNALS;
  const paths: string[] = [];
  let result = event;
  for (const root of SECRET_ROOTS) {
    const value = event[root];
    if (value === undefined) continue;
    const clean = withoutSecrets(value, root, nameless);
    if (clean === undefined) continue;
    for (const path of clean.paths) paths.push(path);
    result = { ...result, [root]: clean.value ?? {} };
  }
  return { event: result, paths };
}

/**
 * An event as it may be written down: without `fields` (paths of the catalog) and without secrets, by
 * their form or by their name. Where something stood is said in `unrecorded`, so that nobody takes it
 * for absent.
 */
export function maskedEvent(event: JsonObject, fields: readonly string[]): JsonObject {
  const paths: string[] = [];
  let value: Json = event;
  for (const path of fields.flatMap(candidates)) {
    const less = without(value, path.split("."));
    if (less.found) paths.push(path);
    value = less.value;
  }
  const clean = isJsonObject(value) ? cleaned(value) : { event, paths: [] };
  const all = [...paths, ...clean.paths];
  const lists = withoutSecretPaths(clean.event);
  if (all.length === 0) return lists;
  const known = Array.isArray(lists["unrecorded"]) ? lists["unrecorded"] : [];
  return { ...lists, unrecorded: [...known, ...all] };
}

/** Paths that whoever asked gives with an event: one with a secret becomes that of its root. */
function withoutSecretPaths(event: JsonObject): JsonObject {
  const lists = PATH_LISTS.flatMap((name): readonly (readonly [string, Json])[] => {
    const paths = event[name];
    if (!Array.isArray(paths) || !hasSecrets(paths)) return [];
    // what is masked of it is masked more; what is complete of it is not said to be
    const roots = paths.flatMap((path: Json) =>
      !hasSecrets(path) ? [path] : name === "complete" ? [] : (rootOf(path) ?? []),
    );
    return [[name, roots]];
  });
  return lists.length === 0 ? event : { ...event, ...Object.fromEntries(lists) };
}

const PATH_LISTS = ["complete", "unrecorded"] as const;

function rootOf(path: Json): string | undefined {
  const [root] = typeof path === "string" ? parsePath(path) : [];
  return SECRET_ROOTS.find((one) => one === root);
}
