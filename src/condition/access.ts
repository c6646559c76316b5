import { strict } from "./logic.ts";
import { isMap, lookup, lookupNamed, type AnyMap } from "./maps.ts";
import {
  NoValue,
  CelMap,
  Failure,
  isList,
  mapKey,
  Optional,
  PartialList,
  Uint,
  type Value,
} from "./value.ts";

const NO_MEMBERS = new Failure("no such overload: this value has no members");
const NO_INDEX = new Failure("no such overload: only lists and maps have an index");
const NO_SUCH_KEY = new Failure("no such key");
const BAD_INDEX = new Failure("no such element: the index is outside the list");
const BAD_KEY = new Failure("no such overload: this index fits neither a list nor a map");
const NOT_OPTIONAL_LIST = new Failure(
  "no such overload: an optional index needs a list, a map or an optional",
);

function asOptional(result: Value | NoValue | undefined): Value | NoValue {
  if (result === undefined) return Optional.none;
  return result instanceof NoValue ? result : new Optional(result);
}

function member(map: AnyMap, field: string): Value | NoValue {
  const value = lookupNamed(map, field);
  return value === undefined ? new Failure(`no such key: \`${field}\``) : value;
}

/** `value.field`; on an optional it is `value.?field`. */
export function select(value: Value | NoValue, field: string): Value | NoValue {
  if (value instanceof NoValue) return value;
  if (value instanceof Optional) return selectOptional(value, field);
  return isMap(value) ? member(value, field) : NO_MEMBERS;
}

/** `value.?field`: an optional, none where the field is missing. */
export function selectOptional(value: Value | NoValue, field: string): Value | NoValue {
  if (value instanceof NoValue) return value;
  if (value instanceof Optional)
    return value.value === undefined ? value : selectOptional(value.value, field);
  return isMap(value) ? asOptional(lookupNamed(value, field)) : NO_MEMBERS;
}

/** `has(value.field)`. */
export function hasField(value: Value | NoValue, field: string): boolean | NoValue {
  if (value instanceof NoValue) return value;
  if (value instanceof Optional) return value.value !== undefined && hasField(value.value, field);
  if (!isMap(value)) return NO_MEMBERS;
  if (value instanceof CelMap) return value.entries.has(field);
  const found = lookupNamed(value, field);
  return found instanceof NoValue ? found : found !== undefined;
}

function position(index: Value): number | undefined {
  if (typeof index === "number") return Number.isInteger(index) ? index : undefined;
  if (typeof index === "bigint") return Number(index);
  return index instanceof Uint ? Number(index.value) : undefined;
}

function findPlaced(
  { items, placed, rest }: PartialList,
  at: number | undefined,
): Value | NoValue | undefined {
  if (at === undefined) return BAD_KEY;
  return at >= 0 && at < placed ? items[at] : rest;
}

/** The element or value under `index`; undefined where there is surely none. */
function find(container: Value, index: Value): Value | NoValue | undefined {
  if (container instanceof PartialList) return findPlaced(container, position(index));
  if (isList(container)) {
    const at = position(index);
    return at === undefined
      ? BAD_KEY
      : at < 0 || at >= container.length
        ? undefined
        : container[at];
  }
  if (!isMap(container)) return NO_INDEX;
  const key = mapKey(index);
  if (key === undefined) return typeof index === "number" ? undefined : BAD_KEY;
  return lookup(container, key);
}

/** `container[index]`; on an optional it is `container[?index]`. */
export function index(container: Value | NoValue, key: Value | NoValue): Value | NoValue {
  if (container instanceof NoValue)
    return key instanceof NoValue ? strict(container, key) : container;
  if (key instanceof NoValue) return key;
  if (container instanceof Optional) return indexOptional(container, key);
  const found = find(container, key);
  return found === undefined ? (isList(container) ? BAD_INDEX : NO_SUCH_KEY) : found;
}

/** `container[?index]`: an optional, none where there is nothing. */
export function indexOptional(container: Value | NoValue, key: Value | NoValue): Value | NoValue {
  if (container instanceof NoValue)
    return key instanceof NoValue ? strict(container, key) : container;
  if (key instanceof NoValue) return key;
  if (container instanceof Optional)
    return container.value === undefined ? container : indexOptional(container.value, key);
  const found = find(container, key);
  return found === NO_INDEX ? NOT_OPTIONAL_LIST : asOptional(found);
}
