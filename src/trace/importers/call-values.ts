import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member } from "../../request/json.ts";
import { parseIfJson, parseKeepingNumbers, REPEATED } from "../parse-json.ts";
import { keptDigits } from "../../text/exact-number.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import { formatTime, parseTime } from "../../text/time.ts";
import { HOST_SERVER } from "../../request/host-server.ts";

/** The arguments of a call, or why they cannot be read; both undefined: the record has none. */
export interface ReadArguments {
  readonly args?: JsonObject;
  /** One sentence without final period. */
  readonly cause?: string;
}

/**
 * Arguments as formats write them: an object, JSON text of one, or a Python dict as `str` prints
 * it.
 */
export function readArguments(written: Json | undefined): ReadArguments {
  if (written === undefined || written === null || written === "") return {};
  if (isJsonObject(written)) return { args: written };
  if (typeof written !== "string") return { cause: "a tool call's arguments are not an object" };
  const parsed = parseKeepingNumbers(written);
  if ("reason" in parsed) {
    const printed = parsePythonLiteral(written);
    return isJsonObject(printed) ? { args: printed } : { cause: whyNoJson(parsed.reason) };
  }
  return isJsonObject(parsed.value)
    ? { args: parsed.value }
    : { cause: "a tool call's arguments are not an object" };
}

/** Why arguments that are a text cannot be read, by what `parseJson` says of it. */
export function whyNoJson(reason: string): string {
  return reason.startsWith(REPEATED)
    ? "the arguments of a tool call have a member twice"
    : "a tool call's arguments are not JSON";
}

/** JSON text as its value; any other text, and any other value, as it is. */
export function unpackJson(value: Json | undefined): Json | undefined {
  if (typeof value !== "string" || !mayBeJson(value)) return value;
  const parsed = parseIfJson(value);
  return parsed !== undefined && "value" in parsed && isJson(parsed.value) ? parsed.value : value;
}

/** WHY its end too: most texts are no JSON, and to parse one in vain is slow. */
function mayBeJson(text: string): boolean {
  const [start] = /[^ \t\r\n]/.exec(text) ?? [];
  const end = start === "{" ? "}" : start === "[" ? "]" : start === '"' ? '"' : undefined;
  return end !== undefined && text.trimEnd().endsWith(end);
}

/** INVARIANT: what `JSON.parse` gives is JSON; this only tells the compiler. */
export function isJson(value: unknown): value is Json {
  return (
    value !== undefined &&
    typeof value !== "function" &&
    typeof value !== "bigint" &&
    typeof value !== "symbol"
  );
}

/**
 * Where a tool is offered, told by a name of the form `mcp__server__tool`, as coding agents write
 * it.
 */
export interface ToolAddress {
  readonly kind: "tool_call" | "mcp_request";
  readonly server: string | undefined;
  /** Undefined where the name does not tell where the server's ends: `mcp__a__b__c`. */
  readonly name: string | undefined;
}

/** Where a server's name may end in `server__tool`: every `__` with something on both sides. */
function boundaries(text: string): readonly number[] {
  const found: number[] = [];
  for (
    let at = text.indexOf("__", 1);
    at >= 0 && at + 2 < text.length;
    at = text.indexOf("__", at + 1)
  )
    found.push(at);
  return found;
}

/**
 * The tool's own name and its MCP server, where the name tells both; neither where it may be
 * divided in several ways (`mcp__a__b__c` is tool `c` of `a__b`, or `b__c` of `a`) or lacks one
 * (`mcp__a`), unless `known` is the server. A name of another form is that of a tool on `server`.
 */
export function toolAddress(name: string, server?: string, known?: string): ToolAddress {
  const rest = name.startsWith("mcp__") ? name.slice("mcp__".length) : "";
  if (known !== undefined && rest.startsWith(`${known}__`) && rest.length > known.length + 2)
    return {
      kind: "mcp_request",
      server: known === HOST_SERVER ? undefined : known,
      name: rest.slice(known.length + 2),
    };
  const [at, ...others] = boundaries(rest);
  if (at === undefined && !name.startsWith("mcp__"))
    return { kind: "tool_call", server: known ?? server, name };
  // an MCP server of that name would get the rules of the host's own tools
  if (at === undefined || others.length > 0 || rest.slice(0, at) === HOST_SERVER)
    return { kind: "mcp_request", server: undefined, name: undefined };
  return { kind: "mcp_request", server: rest.slice(0, at), name: rest.slice(at + 2) };
}

/**
 * The text of content as messages carry it: a string, or a list of parts with `text`; undefined
 * where there is none.
 */
export function contentText(content: Json | undefined): string | undefined {
  if (typeof content === "string") return content === "" ? undefined : content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part) => {
    const text =
      typeof part === "string"
        ? part
        : isJsonObject(part)
          ? (member(part, "text") ?? member(part, "content"))
          : undefined;
    return typeof text === "string" && text !== "" ? [text] : [];
  });
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970 are told apart by their size. */
const UNITS: readonly (readonly [number, number])[] = [
  [1e11, 1000],
  [1e14, 1],
  [1e17, 1e-3],
  [Infinity, 1e-6],
];

/**
 * A time as logs write it, as RFC 3339 text: such text stays as it is; a number (or its digits) is
 * a count since 1970 in the unit that its size tells. Undefined for anything else.
 */
export function timeText(given: Json | undefined): string | undefined {
  const written = typeof given === "string" ? (keptDigits(given) ?? given) : given;
  if (typeof written === "string" && parseTime(written) !== undefined) return written;
  const count =
    typeof written === "number"
      ? written
      : typeof written === "string" && /^\d{9,19}(\.\d+)?$/.test(written)
        ? Number(written)
        : NaN;
  if (!(count > 1e8)) return undefined;
  const unit = UNITS.find(([below]) => count < below)?.[1] ?? 1;
  const time = count * unit;
  return time < 8.64e15 ? formatTime(time) : undefined;
}

/** An object without its undefined members; undefined where none is left. */
export function filled(object: JsonObject): { readonly [key: string]: Json } | undefined {
  const kept: { [key: string]: Json } = {};
  let isEmpty = true;
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    kept[key] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : kept;
}
