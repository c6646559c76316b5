import { addressText, Cidr, cidrText, IpAddress } from "../address.ts";
import { compareText } from "../compare.ts";
import { isMap, knownKeys, lookup, otherKeys, type AnyMap } from "../maps.ts";
import { spend, textSteps, TOO_COSTLY } from "../meter.ts";
import { durationText, timestampText } from "../time.ts";
import {
  NoValue,
  Duration,
  Failure,
  isList,
  mapKey,
  PartialList,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from "../value.ts";

const TOO_DEEP = new Failure("this value is nested too deeply to be written out");
const NO_TEXT = new Failure("no such overload: this value has no text");
const MAX_DEPTH = 100;

/** A double as `format` writes it: infinities by name, no `.0`. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function listText(items: readonly (Value | NoValue)[], depth: number): string | NoValue {
  const parts: string[] = [];
  for (const item of items) {
    const text = textOf(item, depth + 1);
    if (text instanceof NoValue) return text;
    parts.push(text);
  }
  return `[${parts.join(", ")}]`;
}

function mapText(map: AnyMap, depth: number): string | NoValue {
  const others = otherKeys(map);
  if (others !== undefined) return others;
  const parts: string[] = [];
  for (const key of knownKeys(map)) {
    const name = textOf(key, depth + 1);
    const value = textOf(lookup(map, mapKey(key) ?? "") ?? null, depth + 1);
    if (name instanceof NoValue) return name;
    if (value instanceof NoValue) return value;
    parts.push(`${name}: ${value}`);
  }
  return `{${parts.sort(compareText).join(", ")}}`;
}

function boxedText(value: Value): string | Failure {
  if (value instanceof Uint) return value.value.toString();
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof IpAddress) return addressText(value);
  if (value instanceof Cidr) return cidrText(value);
  if (value instanceof TypeValue) return value.name;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : NO_TEXT;
}

/** Any value as `%s` writes it; maps in the order of their keys. */
export function textOf(value: Value | NoValue, depth = 0): string | NoValue {
  if (value instanceof NoValue) return value;
  if (depth > MAX_DEPTH) return TOO_DEEP;
  if (typeof value === "string") return spend(textSteps(value) + 1) ? value : TOO_COSTLY;
  if (!spend(1)) return TOO_COSTLY;
  if (typeof value === "number") return numberText(value);
  if (value === null || typeof value !== "object") return String(value);
  if (value instanceof PartialList) return value.rest;
  if (isList(value)) return listText(value, depth);
  return isMap(value) ? mapText(value, depth) : boxedText(value);
}
