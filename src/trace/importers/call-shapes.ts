import { isJsonObject, member, type Json, type JsonObject } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";
import { answerOfStream } from "./model-stream.ts";

/** A place of a document where objects stand that look like calls. */
export interface CallShape {
  /** Member names from the document's top; `[]` is each element of a list. */
  readonly path: readonly string[];
  /** The members that hold the tool's name and the arguments, if they were told. */
  readonly name: string | undefined;
  readonly args: string | undefined;
}

/** Members that name a tool, and those that do so only beside arguments. */
const TOOL_NAMES = ["tool_name", "toolName", "tool", "function_name", "functionName"];
const NAMES = ["name", "function", "method", "command", "operation", "action", "eventName"];
/** Members that hold arguments, and those that often hold something else. */
const ARGUMENTS = [
  "arguments",
  "args",
  "tool_input",
  "toolInput",
  "tool_args",
  "toolArgs",
  "tool_parameters",
  "rawInput",
  "requestParameters",
];
const INPUTS = ["input", "inputs", "params", "parameters", "kwargs"];
/** Members that give a call an id; what has one beside arguments is a call, named or not. */
const CALL_IDS = ["toolCallId", "tool_call_id", "toolUseId", "call_id"];
const KINDS = ["type", "kind", "event", "event_type", "eventType"];
const CALL_KIND = new RegExp(
  String.raw`(tool|function|mcp|shell|search|computer|command)[-_. ]?(call|use|invocation` +
    String.raw`|execution)(?![-_. a-z]*(result|output|response|end|completed?|definition` +
    String.raw`|updates?)s?\b)`,
  "i",
);
const DEEPEST = 12;

/**
 * The places of a JSON value that look like calls, with how many stand at each: an object that says
 * so by its type, or has the name of a tool beside arguments. JSON text is read as what it says.
 * `loose` takes other names of arguments too, such as `input`, which models' requests have as well.
 */
export function callShapes(
  value: unknown,
  { loose }: { readonly loose: boolean },
): ReadonlyMap<string, { readonly shape: CallShape; readonly count: number }> {
  const found = new Map<string, { shape: CallShape; count: number }>();
  const argumentNames = loose ? [...ARGUMENTS, ...INPUTS] : ARGUMENTS;
  const visit = (inner: Json | undefined, path: readonly string[]): void => {
    if (path.length > DEEPEST) return;
    const held = answerOfStream(inner) ?? unpackJson(inner);
    if (Array.isArray(held)) return held.forEach((item) => visit(item, [...path, "[]"]));
    if (!isJsonObject(held)) return;
    const shape = shapeOf(held, argumentNames) ?? brokenShape(held, argumentNames);
    if (shape === undefined)
      return Object.entries(held).forEach(([key, below]) => visit(below, [...path, key]));
    const place = showShapePath(path);
    const known = found.get(place);
    if (known === undefined) found.set(place, { shape: { ...shape, path }, count: 1 });
    else known.count++;
  };
  if (isJsonObject(value) || Array.isArray(value)) visit(value, []);
  return found;
}

/** A place as reports show it: `messages[].parts[]`; the document itself is "a record". */
export function showShapePath(path: readonly string[]): string {
  const text = path.reduce(
    (shown, part) => (part === "[]" ? `${shown}[]` : `${shown}.${part}`),
    "",
  );
  return text === "" ? "a record" : text.replace(/^\./, "");
}

function shapeOf(
  object: JsonObject,
  argumentNames: readonly string[],
): Omit<CallShape, "path"> | undefined {
  const args = argumentNames.find((name) => isArguments(member(object, name)));
  const tool = TOOL_NAMES.find((name) => isName(member(object, name)));
  const other = NAMES.find((name) => isName(member(object, name)));
  const kind = KINDS.map((name) => member(object, name)).find((held) => typeof held === "string");
  const isNumbered = args !== undefined && CALL_IDS.some((name) => isName(member(object, name)));
  const saysCall = isNumbered || (typeof kind === "string" && CALL_KIND.test(kind));
  // the function of a call stands in a member of its own, in OpenAI's words
  if (saysCall && isJsonObject(member(object, "function")) && args === undefined) return undefined;
  if (saysCall) return { name: tool ?? other, args };
  return args === undefined || (tool === undefined && other === undefined)
    ? undefined
    : { name: tool ?? other, args };
}

/** A call in OpenAI's words whose function lacks its name or whole arguments, or of a custom tool. */
function brokenShape(
  object: JsonObject,
  argumentNames: readonly string[],
): Omit<CallShape, "path"> | undefined {
  const [called, custom] = [member(object, "function"), member(object, "custom")];
  const isCalled =
    isJsonObject(called) &&
    typeof member(called, "arguments") === "string" &&
    shapeOf(called, argumentNames) === undefined;
  const isCustom =
    isJsonObject(custom) &&
    isName(member(custom, "name")) &&
    typeof member(custom, "input") === "string";
  return isCalled || isCustom ? { name: undefined, args: undefined } : undefined;
}

function isName(value: Json | undefined): boolean {
  return typeof value === "string" && value !== "" && value.length < 200;
}

/** WHY not a schema: a definition of a tool has its parameters under the same names. */
function isArguments(value: Json | undefined): boolean {
  const held = unpackJson(value);
  return (
    isJsonObject(held) &&
    !(isJsonObject(member(held, "properties")) || member(held, "$schema") !== undefined)
  );
}
