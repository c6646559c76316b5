import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { hideSecrets } from "../text/hide-secrets.ts";

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

/** A member's name as a path writes it. */
function step(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

interface Cleaned {
  readonly value: Json | undefined;
  readonly paths: readonly string[];
}

/** A value without the texts that hold a secret, and where those stood; a list goes as a whole. */
function withoutSecrets(value: Json, path: string): Cleaned {
  if (typeof value === "string")
    return hideSecrets(value) === value
      ? { value, paths: [] }
      : { value: undefined, paths: [path] };
  if (Array.isArray(value))
    return value.some((item: Json) => withoutSecrets(item, path).paths.length > 0)
      ? { value: undefined, paths: [path] }
      : { value, paths: [] };
  if (!isJsonObject(value)) return { value, paths: [] };
  const paths: string[] = [];
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const clean = withoutSecrets(inner ?? null, step(path, key));
    paths.push(...clean.paths);
    return clean.value === undefined ? [] : [[key, clean.value] as const];
  });
  return paths.length === 0 ? { value, paths } : { value: Object.fromEntries(entries), paths };
}

const SECRET_ROOTS = ["args", "context", "outcome"] as const;

function cleaned(event: JsonObject): { readonly event: JsonObject; readonly paths: string[] } {
  const paths: string[] = [];
  let result = event;
  for (const root of SECRET_ROOTS) {
    const value = event[root];
    if (value === undefined) continue;
    const clean = withoutSecrets(value, root);
    if (clean.paths.length === 0) continue;
    paths.push(...clean.paths);
    result = { ...result, [root]: clean.value ?? {} };
  }
  return { event: result, paths };
}

/**
 * An event as it may be written down: without `fields` (paths of the catalog) and without texts that
 * hold a secret. Where something stood is said in `unrecorded`, so that nobody takes it for absent.
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
  if (all.length === 0) return event;
  const known = Array.isArray(event["unrecorded"]) ? event["unrecorded"] : [];
  return { ...clean.event, unrecorded: [...known, ...all] };
}
