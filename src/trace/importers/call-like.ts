import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member } from "../../request/json.ts";

const NAMES = ["name", "toolName", "tool_name", "function", "tool"] as const;
const VALUES = ["arguments", "args", "input", "parameters", "tool_input", "toolInput", "tool_args"];
const IDS = ["toolCallId", "tool_call_id", "toolUseId", "call_id", "callId", "id"] as const;
const KINDS = /^(tool|function)([_.-]?(use|call|calls|invocation|request))?$|[_.-]call$/i;

/**
 * How many objects in a value look like calls of tools, in whatever format: they have a tool's name
 * beside arguments, or a kind that says so. `known` tells ids of calls that were read elsewhere.
 */
export function countCallLike(
  value: Json | undefined,
  known: ReadonlySet<string> = new Set(),
  depth = 0,
): number {
  if (typeof value !== "object" || value === null || depth > 40) return 0;
  const items = isJsonObject(value) ? Object.values(value) : value;
  if (isJsonObject(value) && looksLikeCall(value)) return isKnown(value, known) ? 0 : 1;
  let found = 0;
  for (const item of items) found += countCallLike(item, known, depth + 1);
  return found;
}

function looksLikeCall(value: JsonObject): boolean {
  const kind = member(value, "type") ?? member(value, "kind");
  if (typeof kind === "string" && KINDS.test(kind) && !isDefinition(value)) return true;
  const isNamed = NAMES.some((name) => typeof member(value, name) === "string");
  return isNamed && VALUES.some((name) => isArguments(member(value, name))) && !isDefinition(value);
}

/** What a tool is declared by is no call of it. */
function isDefinition(value: JsonObject): boolean {
  const source = isJsonObject(member(value, "function")) ? member(value, "function") : value;
  return (
    isJsonObject(source) &&
    ["parameters", "input_schema", "inputSchema", "description"].some((name) =>
      Object.hasOwn(source, name),
    )
  );
}

function isArguments(value: Json | undefined): boolean {
  return isJsonObject(value) || (typeof value === "string" && /^\s*\{/.test(value));
}

function isKnown(value: JsonObject, known: ReadonlySet<string>): boolean {
  return IDS.some((name) => {
    const id = member(value, name);
    return typeof id === "string" && known.has(id);
  });
}
