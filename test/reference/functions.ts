import { BlockList, isIPv4 } from "node:net";
import { parseTime } from "../../src/text/time.ts";
import { normalDomain, normalPath } from "./form.ts";
import { error, ok, text, type Outcome, type Value } from "./value.ts";

const RANKS = ["public", "internal", "confidential", "restricted"];

/** Class to 0..3; undefined for any other word. */
export function rankOf(word: string): number | undefined {
  const rank = RANKS.indexOf(word);
  return rank < 0 ? undefined : rank;
}

/** The host of a URL, the domain of a mail address, or a bare domain (design 3.7). */
function hostOf(given: string): string | undefined {
  const address = /^(?:[^<>]*<)?[^@\s<>/]+@([^@\s<>/]+?)>?$/.exec(given);
  if (address !== null) return normalDomain(address[1] ?? "");
  if (!given.includes("://")) return /\s/.test(given) ? undefined : normalDomain(given);
  try {
    const { hostname } = new URL(given);
    const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname);
    if (mapped !== null)
      return [mapped[1], mapped[2]]
        .flatMap((group = "") => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
        .join(".");
    return normalDomain(hostname);
  } catch {
    return undefined;
  }
}

function isUnder(a: string, b: string): boolean | undefined {
  if (!a.includes("/") && !b.includes("/")) {
    const [below, above] = [normalDomain(a), normalDomain(b)];
    return below === undefined || above === undefined
      ? undefined
      : below === above || below.endsWith(`.${above}`);
  }
  const [below, above] = [normalPath(a), normalPath(b)];
  // where a relative path starts, nobody can tell
  return below === undefined ||
    above === undefined ||
    below.startsWith("/") !== above.startsWith("/")
    ? undefined
    : below === above || below.startsWith(above.endsWith("/") ? above : `${above}/`);
}

/**
 * The IPv4 address that a text writes, also within IPv6 as `::ffff:1.2.3.4`; the generator draws no
 * other.
 */
function addressOf(given: string): string | undefined {
  const plain = given.replace(/^::ffff:(?=[\d.]+$)/i, "");
  return isIPv4(plain) ? plain : undefined;
}

function isWithin(given: string, network: string): boolean | undefined {
  const address = addressOf(given);
  const [base = "", length = ""] = network.split("/");
  if (address === undefined || !isIPv4(base)) return undefined;
  const list = new BlockList();
  list.addSubnet(base, Number(length), "ipv4");
  return list.check(address, "ipv4");
}

function sizeOf(value: Value): Outcome {
  if (value.type === "string") return ok({ type: "int", value: BigInt([...value.value].length) });
  if (value.type === "list" || value.type === "map" || value.type === "bytes")
    return ok({ type: "int", value: BigInt(value.value.length) });
  return error("no size");
}

function toInt(value: Value): Outcome {
  if (value.type === "int") return ok(value);
  if (value.type === "string" && /^-?\d+$/.test(value.value))
    return ok({ type: "int", value: BigInt(value.value) });
  if (value.type === "double" && Math.abs(value.value) < 2 ** 63)
    return ok({ type: "int", value: BigInt(Math.trunc(value.value)) });
  return error("no int");
}

function toDouble(value: Value): Outcome {
  if (value.type === "double") return ok(value);
  if (value.type === "int") return ok({ type: "double", value: Number(value.value) });
  if (value.type === "string" && /^-?\d+(\.\d+)?$/.test(value.value))
    return ok({ type: "double", value: Number(value.value) });
  return error("no double");
}

function toText(value: Value): Outcome {
  if (value.type === "string") return ok(value);
  return value.type === "int" || value.type === "double" || value.type === "bool"
    ? ok(text(String(value.value)))
    : error("no string");
}

function timestamp(value: Value): Outcome {
  if (value.type === "timestamp") return ok(value);
  const time = value.type === "string" ? parseTime(value.value) : undefined;
  return time === undefined ? error("no timestamp") : ok({ type: "timestamp", value: time });
}

const UNITS: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function duration(value: Value): Outcome {
  if (value.type === "duration") return ok(value);
  const match = value.type === "string" ? /^(\d+)(h|m|s|ms)$/.exec(value.value) : null;
  return match === null
    ? error("no duration")
    : ok({ type: "duration", value: Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0) });
}

function onText(name: string, a: Value, b: Value | undefined): Outcome | undefined {
  if (a.type !== "string" || (b !== undefined && b.type !== "string")) return undefined;
  const found = ((): boolean | string | number | undefined => {
    if (name === "lowerAscii") return a.value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    if (name === "host") return hostOf(a.value);
    if (name === "rank") return rankOf(a.value);
    if (name === "isIP") return addressOf(a.value) !== undefined;
    if (name === "ip") return addressOf(a.value);
    if (name === "isLoopback") return isWithin(a.value, "127.0.0.0/8");
    if (b === undefined) return undefined;
    if (name === "inCidr") return isWithin(a.value, b.value);
    if (name === "contains") return a.value.includes(b.value);
    if (name === "startsWith") return a.value.startsWith(b.value);
    if (name === "endsWith") return a.value.endsWith(b.value);
    if (name === "matches") return new RegExp(b.value, "u").test(a.value);
    return name === "under" ? isUnder(a.value, b.value) : undefined;
  })();
  if (typeof found === "boolean") return ok({ type: "bool", value: found });
  if (typeof found === "number") return ok({ type: "int", value: BigInt(found) });
  return found === undefined ? undefined : ok(text(found));
}

const ONE: { readonly [name: string]: (value: Value) => Outcome } = {
  size: sizeOf,
  int: toInt,
  double: toDouble,
  string: toText,
  timestamp,
  duration,
};

/** A function's or method's result; an error for arguments it does not take. */
export function call(name: string, args: readonly Value[]): Outcome {
  const [a, b] = args;
  if (a === undefined) return error(`${name} without arguments`);
  const one = Object.hasOwn(ONE, name) ? ONE[name] : undefined;
  if (one !== undefined && args.length === 1) return one(a);
  if (a.type === "timestamp" && name === "getHours")
    return ok({ type: "int", value: BigInt(new Date(a.value).getUTCHours()) });
  if (a.type === "optional" && name === "orValue" && b !== undefined) return ok(a.value ?? b);
  if (a.type === "optional" && name === "hasValue")
    return ok({ type: "bool", value: a.value !== undefined });
  return onText(name, a, b) ?? error(`no such overload: ${name}`);
}
