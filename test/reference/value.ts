/**
 * Values, outcomes and what is known of a request's attributes. The reference interpreter is
 * written from the design's statements alone, to be compared with the engine; it is slow on purpose
 * wherever slow is plainer.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/**
 * What is known of one attribute (design 3.5): a value, a container, unrecorded (`hidden`), or
 * known to be in error.
 */
export type Node =
  | { readonly kind: "leaf"; readonly value: Value }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | {
      readonly kind: "map";
      readonly members: ReadonlyMap<string, Node>;
      readonly rest: "absent" | "hidden" /** Nobody knows whether there is such a thing at all. */;
      readonly perhapsNone?: boolean;
    }
  | { readonly kind: "hidden" }
  | { readonly kind: "fault"; readonly message: string }
  /** Session labels and values, read with `in`. */
  | {
      readonly kind: "members";
      readonly has: (value: Value) => Outcome;
      readonly all: () => Outcome;
    };

export type Value =
  | { readonly type: "null" }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "int" | "uint"; readonly value: bigint }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "list"; readonly value: readonly Value[] }
  | { readonly type: "map"; readonly value: readonly (readonly [Value, Value])[] }
  /** Milliseconds. */
  | { readonly type: "timestamp" | "duration"; readonly value: number }
  | { readonly type: "optional"; readonly value: Value | undefined }
  /** A place in the request, not looked at yet; `path` is its name in reports. */
  | { readonly type: "node"; readonly node: Node; readonly path: string };

export type Outcome =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "unknown"; readonly paths: readonly string[] };

export const ok = (value: Value): Outcome => ({ kind: "value", value });
export const bool = (value: boolean): Outcome => ok({ type: "bool", value });
export const text = (value: string): Value => ({ type: "string", value });
export const error = (message: string): Outcome => ({ kind: "error", message });
export const unknown = (...paths: string[]): Outcome => ({ kind: "unknown", paths });

export const HIDDEN: Node = { kind: "hidden" };

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

export function own(object: JsonObject | undefined, key: string): Json | undefined {
  return object !== undefined && Object.hasOwn(object, key)
    ? (object[key] ?? undefined)
    : undefined;
}

/**
 * JSON as known attributes; nulls in maps are dropped (design 3.5). `rest` says what members not
 * shown are.
 */
export function nodeOf(json: Json, rest: "absent" | "hidden"): Node {
  if (Array.isArray(json))
    return { kind: "list", items: json.map((item: Json) => nodeOf(item, rest)) };
  if (!isObject(json))
    return { kind: "leaf", value: scalar(json as null | boolean | number | string) };
  const members = new Map<string, Node>();
  for (const key of Object.keys(json)) {
    const value = own(json, key);
    if (value !== undefined) members.set(key, nodeOf(value, rest));
  }
  return { kind: "map", members, rest };
}

function scalar(json: null | boolean | number | string): Value {
  if (json === null) return { type: "null" };
  if (typeof json === "boolean") return { type: "bool", value: json };
  return typeof json === "number" ? { type: "double", value: json } : text(json);
}

/** The attribute `key` of a node, as a node; undefined where it is known not to be there. */
export function memberOf(node: Node, key: string): Node | undefined {
  if (node.kind === "hidden" || node.kind === "fault") return node;
  if (node.kind !== "map") return undefined;
  return node.members.get(key) ?? (node.rest === "hidden" ? HIDDEN : undefined);
}

/**
 * Looks a value up for good: a place in the request becomes its whole value, unknown where any of
 * it is unrecorded.
 */
export function force(value: Value): Outcome {
  if (value.type !== "node") return ok(value);
  return known(value.node, value.path);
}

function known(node: Node, path: string): Outcome {
  switch (node.kind) {
    case "leaf":
      return ok(node.value);
    case "hidden":
      return unknown(path);
    case "fault":
      return error(node.message);
    case "members":
      return node.all();
    case "list":
      return gather(
        node.items.map((item, i) => known(item, `${path}[${i}]`)),
        (value) => ok({ type: "list", value }),
      );
    case "map": {
      const keys = [...node.members.keys()];
      const parts = [...node.members].map(([key, member]) => known(member, `${path}.${key}`));
      const all: Outcome[] = node.rest === "hidden" ? [...parts, unknown(path)] : parts;
      return gather(all, (values) =>
        ok({ type: "map", value: keys.map((key, i) => [text(key), values[i] as Value] as const) }),
      );
    }
  }
}

/** An operator or function over its operands: error beats unknown, unknowns unite (design 3.5). */
export function gather(
  operands: readonly Outcome[],
  apply: (values: readonly Value[]) => Outcome,
): Outcome {
  const failed = operands.find((operand) => operand.kind === "error");
  if (failed !== undefined) return failed;
  const paths = operands.flatMap((operand) => (operand.kind === "unknown" ? operand.paths : []));
  if (paths.length > 0) return unknown(...new Set(paths));
  return apply(operands.flatMap((operand) => (operand.kind === "value" ? [operand.value] : [])));
}

const isNumber = (value: Value): value is Extract<Value, { type: "int" | "uint" | "double" }> =>
  value.type === "int" || value.type === "uint" || value.type === "double";

/**
 * CEL's equality over all types: numbers by their value, lists and maps by their members, other
 * types never equal.
 */
export function equal(a: Value, b: Value): boolean {
  // eslint-disable-next-line eqeqeq -- JavaScript compares bigint and number exactly
  if (isNumber(a) && isNumber(b)) return a.value == b.value;
  if (a.type === "list" && b.type === "list")
    return (
      a.value.length === b.value.length &&
      a.value.every((item, i) => equal(item, b.value[i] as Value))
    );
  if (a.type === "map" && b.type === "map") {
    return (
      a.value.length === b.value.length &&
      a.value.every(([key, value]) =>
        b.value.some((other) => equal(key, other[0]) && equal(value, other[1])),
      )
    );
  }
  if (a.type === "null" || b.type === "null") return a.type === b.type;
  if (a.type === "bytes" && b.type === "bytes") return Buffer.compare(a.value, b.value) === 0;
  if (a.type === "node" || b.type === "node")
    throw new Error("a place in the request was not looked up");
  return a.type === b.type && a.value === b.value;
}

/**
 * Below, equal or above zero, as `a` sorts against `b`; undefined where CEL does not order the two.
 */
export function order(a: Value, b: Value): number | undefined {
  if (isNumber(a) && isNumber(b)) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if (a.type !== b.type) return undefined;
  if (a.type === "string" && b.type === "string")
    return Buffer.compare(Buffer.from(a.value), Buffer.from(b.value));
  if (a.type === "bool" && b.type === "bool") return Number(a.value) - Number(b.value);
  if (
    (a.type === "timestamp" || a.type === "duration") &&
    (b.type === "timestamp" || b.type === "duration")
  )
    return a.value - b.value;
  return undefined;
}
