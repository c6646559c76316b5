import { joinAmong, type Among } from "./words.ts";

/** What the checker knows about an expression. `dyn` fits everything. */
export type Type =
  | {
      readonly kind:
        | "bool"
        | "int"
        | "uint"
        | "double"
        | "bytes"
        | "null"
        | "timestamp"
        | "duration"
        | "ip"
        | "cidr"
        | "type"
        | "dyn";
    }
  | StringType
  | { readonly kind: "list"; readonly element: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "optional"; readonly value: Type }
  | StructType;

/** A text; `among` where what it can be is known. */
export interface StringType {
  readonly kind: "string";
  readonly among?: Among;
}

/**
 * A record with known members. Where it is `open`, a member that is not declared is `dyn`; of one
 * that is not in `elsewhere`, the members of all records of its kind that are declared, lint tells.
 */
export interface StructType {
  readonly kind: "struct";
  readonly fields: ReadonlyMap<string, Type>;
  readonly open: boolean;
  readonly elsewhere?: ReadonlySet<string>;
}

export const DYN: Type = { kind: "dyn" };
export const BOOL: Type = { kind: "bool" };
export const INT: Type = { kind: "int" };
export const UINT: Type = { kind: "uint" };
export const DOUBLE: Type = { kind: "double" };
export const STRING: StringType = { kind: "string" };
export const BYTES: Type = { kind: "bytes" };
export const NULL: Type = { kind: "null" };
export const TIMESTAMP: Type = { kind: "timestamp" };
export const DURATION: Type = { kind: "duration" };
export const IP: Type = { kind: "ip" };
export const CIDR: Type = { kind: "cidr" };
export const TYPE: Type = { kind: "type" };

/** A text that is one of several: what all of them can be. */
export function joinTexts(texts: readonly StringType[]): StringType {
  const among = joinAmong(texts.map((text) => text.among));
  return among === undefined ? STRING : { kind: "string", among };
}

export function listOf(element: Type): Type {
  return { kind: "list", element };
}
export function mapOf(key: Type, value: Type): Type {
  return { kind: "map", key, value };
}
export function optionalOf(value: Type): Type {
  return { kind: "optional", value };
}

const SIMPLE: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["bool", BOOL],
  ["int", INT],
  ["uint", UINT],
  ["double", DOUBLE],
  ["string", STRING],
  ["bytes", BYTES],
  ["timestamp", TIMESTAMP],
  ["duration", DURATION],
  ["dyn", DYN],
]);

const MAX_TYPE_TEXT = 256;

/**
 * The type that a catalog declares: `double`, `list<string>`, `map<string, dyn>`; undefined where
 * malformed.
 */
export function parseType(text: string): Type | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TYPE_TEXT) return undefined;
  const simple = SIMPLE.get(trimmed);
  if (simple !== undefined) return simple;
  const inner = /^(list|map)\s*<(.*)>$/.exec(trimmed);
  const parameter = inner?.[2];
  if (parameter === undefined) return undefined;
  if (inner?.[1] === "list") return wrap(parseType(parameter), listOf);
  const comma = parameter.indexOf(",");
  if (parameter.slice(0, Math.max(comma, 0)).trim() !== "string") return undefined;
  return wrap(parseType(parameter.slice(comma + 1)), (value) => mapOf(STRING, value));
}

function wrap(type: Type | undefined, around: (type: Type) => Type): Type | undefined {
  return type === undefined ? undefined : around(type);
}

/** The type as a person writes it, for messages. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
      return `list<${typeText(type.element)}>`;
    case "map":
      return `map<${typeText(type.key)}, ${typeText(type.value)}>`;
    case "optional":
      return `optional<${typeText(type.value)}>`;
    case "struct":
      return "map";
    default:
      return type.kind;
  }
}

/** Types that a condition names by one word. */
export const TYPE_NAMES: ReadonlySet<string> = new Set([
  "bool",
  "int",
  "uint",
  "double",
  "string",
  "bytes",
  "list",
  "map",
  "null_type",
  "type",
  "optional_type",
]);

/** Types that a condition names by a path. */
export const MESSAGE_TYPES: ReadonlySet<string> = new Set([
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "net.IP",
  "net.CIDR",
]);
