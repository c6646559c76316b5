import type { SchemaElement, SchemaTree } from "hyparquet";

/** The JSON of a value; undefined: the row has none, so the member is left out. */
export type Write = (value: unknown) => string | undefined;

/** A column whose values have no JSON form that everybody would agree on. */
export class UnreadColumn extends Error {}

/**
 * What stands for a value that JSON does not have (NaN, text that is not UTF-8). WHY not a value:
 * the line of the row is then no JSON, and the reader counts it as malformed, with its place.
 */
const NO_JSON = "?";

/** How the numbers of a column become values, kept aside before the reader converts them. */
export interface Units {
  /** Time: how many of its units a second has. */
  readonly second: bigint;
  /** Time: false where the file does not say of which zone. */
  readonly isUtc: boolean;
}

const UNITS = { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n };

/** The types of the format that are not read, and what to do about it. */
const UNREAD: Readonly<Record<string, string>> = {
  TIME: "write it as text",
  TIME_MILLIS: "write it as text",
  TIME_MICROS: "write it as text",
  INTERVAL: "write it as text",
  BSON: "write it as JSON text",
  VARIANT: "write it as JSON text (`to_json` in Spark and DuckDB)",
  GEOMETRY: "leave it out",
  GEOGRAPHY: "leave it out",
  FILE: "leave it out",
};

function typeOf({ logical_type: logical, converted_type: converted }: SchemaElement): string {
  return logical?.type ?? converted ?? "";
}

function pathOf(node: SchemaTree): string {
  return node.path.join(".");
}

function unread(node: SchemaTree, type: string, help: string): UnreadColumn {
  return new UnreadColumn(
    `its column \`${pathOf(node)}\` holds ${type}, which is not read: ${help}`,
  );
}

/** Of a column of times; undefined: it is none. To be asked before its type is taken out. */
export function unitsOf(element: SchemaElement): Units | undefined {
  const { logical_type: logical, converted_type: converted, type } = element;
  if (logical?.type === "TIMESTAMP")
    return { second: UNITS[logical.unit], isUtc: logical.isAdjustedToUTC };
  if (converted === "TIMESTAMP_MILLIS") return { second: UNITS.MILLIS, isUtc: true };
  if (converted === "TIMESTAMP_MICROS") return { second: UNITS.MICROS, isUtc: true };
  return type === "INT96" ? { second: UNITS.NANOS, isUtc: true } : undefined;
}

/** RFC 3339, with the fraction as it is; without a zone where the column has none. */
function instant({ second, isUtc }: Units): Write {
  const digits = String(second).length - 1;
  return (value) => {
    if (typeof value !== "bigint") return NO_JSON;
    const fraction = ((value % second) + second) % second;
    const whole = new Date(Number((value - fraction) / second) * 1000);
    if (Number.isNaN(whole.getTime())) return NO_JSON;
    const tail = fraction === 0n ? "" : `.${String(fraction).padStart(digits, "0")}`;
    return `"${whole.toISOString().slice(0, -5)}${tail}${isUtc ? "Z" : ""}"`;
  };
}

/** In milliseconds since 1970; before, times are asked by their texts. After: the year 9999. */
const [FIRST_TIME, LAST_TIME] = [0, 253_402_300_799_999];

/**
 * What a reader of the text of a time makes of it: milliseconds since 1970 with their fraction;
 * undefined: the text has to be asked.
 */
export function instantOf({ second, isUtc }: Units, value: unknown): number | undefined {
  if (!isUtc || typeof value !== "bigint" || value < 0n) return undefined;
  const fraction = value % second;
  const whole = Number((value - fraction) / second) * 1000;
  if (whole < FIRST_TIME || whole > LAST_TIME) return undefined;
  return whole + Number(fraction * (UNITS.NANOS / second)) / 1e6;
}

function day(value: unknown): string {
  const date = new Date(typeof value === "number" ? value * 86_400_000 : NaN);
  return Number.isNaN(date.getTime()) ? NO_JSON : `"${date.toISOString().slice(0, -14)}"`;
}

/** A whole number from bytes, the first one the most significant, with a sign. */
function wholeNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return BigInt.asIntN(Math.max(8 * bytes.length, 1), value);
}

/** All digits of a decimal: `scale` of them stand behind the point. */
function decimal(scale: number): Write {
  return (value) => {
    const whole =
      value instanceof Uint8Array
        ? wholeNumber(value)
        : typeof value === "bigint" || typeof value === "number"
          ? BigInt(value)
          : undefined;
    if (whole === undefined) return NO_JSON;
    const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
    const point = digits.length - scale;
    const tail = scale === 0 ? "" : `.${digits.slice(point)}`;
    return `${whole < 0n ? "-" : ""}${digits.slice(0, point)}${tail}`;
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes; undefined where they are not UTF-8. */
function textOf(bytes: unknown): string | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  const read = textOf(value);
  return read === undefined ? NO_JSON : JSON.stringify(read);
}

/** The text of a document in one line. WHY checked: what is no document could open members. */
function json(value: unknown): string {
  const read = textOf(value);
  try {
    JSON.parse(read ?? "");
  } catch {
    return NO_JSON;
  }
  // in a document, the end of a line can only be between two tokens
  return (read ?? "").replace(/[\r\n]/g, " ");
}

/**
 * A document that stands alone in a row. WHY unchecked where it is one line: whoever reads the line
 * checks it.
 */
export function lineOf(value: unknown): string | Uint8Array {
  const isLine = value instanceof Uint8Array && !value.includes(LF) && !value.includes(CR);
  return isLine ? value : json(value);
}

const [LF, CR] = [10, 13];

function simple(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" && Number.isFinite(value) ? JSON.stringify(value) : NO_JSON;
}

function leafWrite(node: SchemaTree): Write {
  const { element } = node;
  const type = typeOf(element);
  const help = UNREAD[type];
  if (help !== undefined) throw unread(node, type, help);
  const units = unitsOf(element);
  if (units !== undefined) return instant(units);
  if (type === "DATE") return day;
  if (type === "DECIMAL") return decimal(element.scale ?? 0);
  if (type === "JSON") return json;
  if (element.type === "BYTE_ARRAY") return text;
  if (element.type === "FIXED_LEN_BYTE_ARRAY" && type !== "UUID" && type !== "FLOAT16")
    throw unread(node, "bytes", "write them as text, or leave the column out");
  return simple;
}

/** Takes from a column how its values are converted, since {@link leafWrite} does that exactly. */
function leaveRaw(element: SchemaElement): void {
  const type = typeOf(element);
  if (type === "UUID" || type === "FLOAT16" || type.startsWith("UINT") || type === "INTEGER")
    return;
  delete element.logical_type;
  delete element.converted_type;
}

/** The name of a member with its colon, as it stands in an object. */
export function memberKey(node: SchemaTree): string {
  const { name } = node.element;
  // WHY: whoever makes objects of rows loses such a member
  if (name === "__proto__")
    throw new UnreadColumn(`it has a column named \`${pathOf(node)}\`: rename it`);
  return `${JSON.stringify(name)}:`;
}

/** How the members of a group are written, by the values that they have. */
function objectWrite(node: SchemaTree): (valueOf: (name: string) => unknown) => string {
  const writes = node.children.map(
    (child) => [child.element.name, memberKey(child), writeOf(child)] as const,
  );
  return (valueOf) => {
    const texts = writes.flatMap(([name, key, write]) => {
      const member = write(valueOf(name));
      return member === undefined ? [] : [`${key}${member}`];
    });
    return `{${texts.join(",")}}`;
  };
}

function members(node: SchemaTree): Write {
  const write = objectWrite(node);
  return (value) => {
    if (typeof value !== "object" || value === null) return NO_JSON;
    const held: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
    return write((name) => held.get(name));
  };
}

function list(item: Write): Write {
  return (value) =>
    Array.isArray(value) ? `[${value.map((each) => item(each) ?? "null").join(",")}]` : NO_JSON;
}

const TEXTS: readonly string[] = ["STRING", "UTF8", "ENUM"];

/** An object of the pairs, in their order; a key that occurs twice is the reader's to refuse. */
function pairs(node: SchemaTree, [keyNode, valueNode]: readonly SchemaTree[]): Write {
  if (keyNode === undefined || valueNode === undefined || !TEXTS.includes(typeOf(keyNode.element)))
    throw unread(node, "a map without text as its keys", "write it as JSON text");
  const key = writeOf(keyNode);
  const write = writeOf(valueNode);
  const name = node.children[0]?.element.name ?? "";
  // the reader would make an object of the pairs, and lose some names
  leaveRaw(node.element);
  return (value) => {
    const held: ReadonlyMap<string, unknown> = new Map(Object.entries(value ?? {}));
    const all = held.get(name);
    if (!Array.isArray(all)) return NO_JSON;
    const texts = all.map((pair: unknown) => {
      const of: ReadonlyMap<string, unknown> = new Map(Object.entries(pair ?? {}));
      return `${key(of.get("key")) ?? NO_JSON}:${write(of.get("value")) ?? "null"}`;
    });
    return `{${texts.join(",")}}`;
  };
}

/** Where a list's group is named so, it is an item itself, which the reader does not know. */
const OLD_LIST = /^array$|_tuple$/;

function groupWrite(node: SchemaTree): Write {
  const type = typeOf(node.element);
  const help = UNREAD[type];
  if (help !== undefined) throw unread(node, type, help);
  const [first] = node.children;
  if (type === "LIST" && first !== undefined && node.children.length === 1) {
    const [item] = first.children;
    if (first.children.length > 1 || OLD_LIST.test(first.element.name))
      throw unread(node, "a list of an old form", "write the file again, or write it as JSON text");
    return list(item === undefined ? leaf(first) : writeOf(item));
  }
  if (type === "MAP" || type === "MAP_KEY_VALUE") return pairs(node, first?.children ?? []);
  return members(node);
}

function leaf(node: SchemaTree): Write {
  const write = leafWrite(node);
  leaveRaw(node.element);
  return write;
}

/**
 * How the values of a column are written as JSON. The column's types are taken out of the schema,
 * so that the reader leaves its values as they are stored. What is not read is an
 * {@link UnreadColumn}.
 */
export function writeOf(node: SchemaTree): Write {
  const write = node.children.length > 0 ? groupWrite(node) : leaf(node);
  const all = node.element.repetition_type === "REPEATED" ? list(write) : write;
  return (value) => (value === null || value === undefined ? undefined : all(value));
}
