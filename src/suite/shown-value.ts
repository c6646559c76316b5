import { addressText, Cidr, cidrText, IpAddress } from "../condition/address.ts";
import { durationText, timestampText } from "../condition/time.ts";
import {
  CelMap,
  Duration,
  isList,
  isPlainMap,
  Optional,
  PartialList,
  PartialRecord,
  Timestamp,
  TypeValue,
  Uint,
  Unknown,
  NoValue,
  type Value,
} from "../condition/value.ts";
import type { Json } from "../request/json.ts";
import type { ValueShown } from "../documents/test-result.ts";

function record(entries: Iterable<readonly [string, Value | NoValue | undefined]>): Json {
  const object: { [key: string]: Json } = Object.create(null);
  for (const [key, value] of entries)
    if (value !== undefined && value !== null) object[key] = plainValue(value);
  return object;
}

function boxed(value: Value): Json {
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof IpAddress) return addressText(value);
  if (value instanceof Cidr) return cidrText(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Optional) return value.value === undefined ? null : plainValue(value.value);
  if (value instanceof PartialList) return [...value.items.map(plainValue), "…unknown"];
  if (value instanceof CelMap)
    return record(
      [...value.entries.values()].map(
        ({ key, value: inner }) => [String(plainValue(key)), inner] as const,
      ),
    );
  return value instanceof PartialRecord ? record(value.members) : null;
}

/** A condition's value as JSON, for people: what JSON has no form for is text. */
export function plainValue(value: Value | NoValue): Json {
  if (value instanceof NoValue) return value instanceof Unknown ? "unknown" : "absent";
  if (
    value === null ||
    typeof value === "boolean" ||
    typeof value === "number" ||
    typeof value === "string"
  )
    return value;
  if (typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map(plainValue);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return isPlainMap(value) ? record(Object.entries(value)) : boxed(value);
}

/** An attribute as a condition saw it. */
export function shownValue(
  path: string,
  value: Value | NoValue,
  origin: Pick<ValueShown, "from" | "claimed"> = { from: "call" },
): ValueShown {
  if (value instanceof Unknown) return { path, state: "unknown", value: null, ...origin };
  if (value instanceof NoValue) return { path, state: "absent", value: null, ...origin };
  return { path, state: "value", value: plainValue(value), ...origin };
}
