import { Cidr, IpAddress } from "./address.ts";
import { Duration, Timestamp } from "./time.ts";

export { Duration, parseDuration, parseTimestamp, Timestamp } from "./time.ts";

/**
 * What conditions compute with. JSON comes in as it is: a JS number is a CEL double, a plain object
 * a closed map whose null members count as missing (nulls in lists stay). A bigint is a CEL int.
 * The rest are the classes below.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Boxed
  | readonly (Value | NoValue)[]
  | PlainMap;

export interface PlainMap {
  readonly [key: string]: Value | NoValue | undefined;
}

/** CEL's own values that JSON has no form for. */
export type Boxed =
  | Uint
  | Timestamp
  | Duration
  | IpAddress
  | Cidr
  | TypeValue
  | Optional
  | CelMap
  | PartialRecord
  | PartialList;

/** No value: the outcome of an expression whose value is unknown (Unknown) or that has none (Failure). */
export abstract class NoValue {
  abstract readonly kind: "unknown" | "failure";
}

/** What hangs on attributes that nobody recorded; `paths` are sorted and unique (design 3.5). */
export class Unknown extends NoValue {
  readonly kind = "unknown";
  readonly paths: readonly string[];
  #partner: Unknown | undefined;
  #union: Unknown | undefined;

  constructor(paths: readonly string[]) {
    super();
    this.paths = paths.length < 2 ? paths : [...new Set(paths)].sort();
  }

  /**
   * Both together. The last union is kept, since a condition meets the same pair again and again.
   */
  with(other: Unknown): Unknown {
    if (other === this) return this;
    if (this.#partner === other && this.#union !== undefined) return this.#union;
    const union = new Unknown([...this.paths, ...other.paths]);
    const result = union.paths.length === this.paths.length ? this : union;
    this.#partner = other;
    this.#union = result;
    return result;
  }
}

/** A CEL error as a value. The message holds no attribute values. */
export class Failure extends NoValue {
  readonly kind = "failure";
  constructor(readonly message: string) {
    super();
  }
}

/** An unsigned 64-bit integer. */
export class Uint {
  constructor(readonly value: bigint) {}
}

/** A type as a value: what `type(x)` gives and names like `int` stand for. */
export class TypeValue {
  constructor(readonly name: string) {}
}

/** CEL's optional; `value` undefined: none. */
export class Optional {
  static readonly none = new Optional(undefined);
  constructor(readonly value: Value | undefined) {}
}

/**
 * A key of a CEL map as one JS primitive: all whole numbers of one value are the same key
 * (cel-spec, map equality).
 */
export type MapKey = string | boolean | bigint;

/** The normal form of a possible map key; undefined: not even a whole number, so never a key. */
export function mapKey(value: Value | NoValue): MapKey | undefined {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint")
    return value;
  if (value instanceof Uint) return value.value;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : undefined;
}

/**
 * A map that a condition or a function built, with keys of any kind; entries keep the order of
 * writing. A value may be NoValue, and its key is there nevertheless.
 */
export class CelMap {
  constructor(
    readonly entries: ReadonlyMap<MapKey, { readonly key: Value; readonly value: Value | NoValue }>,
  ) {}
}

/**
 * A record of attributes by path. Where it is `open`, a member that it lacks is unrecorded; a
 * member that is NoValue is masked: whether it is present at all is unknown too.
 */
export class PartialRecord {
  constructor(
    readonly path: string,
    readonly members: ReadonlyMap<string, Value | NoValue>,
    readonly open: boolean,
  ) {}
}

/**
 * A list of which only some elements are known; `rest` says what the others hang on. There may be
 * none; `others`, where given, are the only ones that there may be.
 */
export class PartialList {
  /** @param placed how many of `items`, from the first on, stand where they stand in the list */
  constructor(
    readonly items: readonly (Value | NoValue)[],
    readonly rest: NoValue,
    readonly others?: readonly (Value | NoValue)[],
    readonly placed = 0,
  ) {}
}

export function isList(value: unknown): value is readonly (Value | NoValue)[] {
  return Array.isArray(value);
}

function isBoxed(value: object): value is Boxed {
  return (
    value instanceof PartialRecord ||
    value instanceof CelMap ||
    value instanceof Timestamp ||
    value instanceof Duration ||
    value instanceof Uint ||
    value instanceof PartialList ||
    value instanceof Optional ||
    value instanceof TypeValue ||
    value instanceof IpAddress ||
    value instanceof Cidr
  );
}

/** Whether `value` is an object of JSON, not one of CEL's own. */
export function isPlainMap(value: unknown): value is PlainMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof NoValue) &&
    !(value instanceof Uint8Array) &&
    !isBoxed(value)
  );
}

/** The own member of a JSON object; undefined where it is missing or null. */
export function plainMember(map: PlainMap, key: string): Value | NoValue | undefined {
  return Object.hasOwn(map, key) ? (map[key] ?? undefined) : undefined;
}

/** The name that `type(value)` has in CEL. */
export function typeName(value: Value): string {
  if (value === null) return "null_type";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "double";
  if (typeof value === "bigint") return "int";
  if (typeof value === "string") return "string";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Uint) return "uint";
  if (value instanceof Timestamp) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof IpAddress) return "net.IP";
  if (value instanceof Cidr) return "net.CIDR";
  if (value instanceof TypeValue) return "type";
  if (value instanceof Optional) return "optional_type";
  return isList(value) || value instanceof PartialList ? "list" : "map";
}
