import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";

/** The values in the `data:` lines of a server-sent event stream. */
export function eventStream(text: string): JsonObject[] {
  return text.split(/\r?\n\r?\n/).flatMap((event) => {
    const data = event
      .split(/\r?\n/)
      .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trimStart()] : []));
    const value = unpackJson(data.join("\n"));
    return isJsonObject(value) ? [value] : [];
  });
}

/** A call that a model streams, piece by piece. */
interface StreamedCall {
  id: string | undefined;
  name: string;
  args: string;
}

/** Events by which models stream their answers: Anthropic's, those of Responses and Realtime. */
const EVENTS = new RegExp(
  String.raw`^(?:message_(?:start|delta|stop)|content_block_(?:start|delta|stop)|ping` +
    String.raw`|response\.[\w.]+|conversation\.item\.(?:create|created|added|done))$`,
);
const CONVERSE = [
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
] as const;

/** Whether a record is a piece of a streamed answer, which is no message by itself. */
export function isPiece(value: JsonObject): boolean {
  return (
    stringMember(value, "object") === "chat.completion.chunk" ||
    EVENTS.test(stringMember(value, "type") ?? "") ||
    CONVERSE.some((name) => isJsonObject(member(value, name)))
  );
}

/** Whether a piece is the first of an answer that is another than that of the piece before. */
export function beginsAnswer(piece: JsonObject, before: JsonObject): boolean {
  const [id, known] = [stringMember(piece, "id"), stringMember(before, "id")];
  return (
    (id !== undefined && known !== undefined && id !== known) ||
    /^(?:message_start|response\.created)$/.test(stringMember(piece, "type") ?? "") ||
    objectMember(piece, "messageStart") !== undefined
  );
}

/**
 * The message that a model's stream of events comes to: of OpenAI's completions and responses, of
 * Anthropic's messages, and of Gemini's; undefined where the text is no such stream.
 */
export function answerOfStream(text: Json | undefined): Json | undefined {
  if (typeof text !== "string" || !/^(?:event|data):/m.test(text)) return undefined;
  return answerOfPieces(eventStream(text));
}

/** The message that the pieces of one answer come to; undefined where they hold no call. */
export function answerOfPieces(events: readonly JsonObject[]): JsonObject | undefined {
  const response = events.map((event) => objectMember(event, "response")).findLast(isJsonObject);
  const output = outputOf(response, events);
  if (output !== undefined) return { ...response, output };
  const contents = events.flatMap((event) => listOf(event, "candidates"));
  if (contents.length > 0) return { candidates: contents };
  const calls = [...streamedCalls(events).values()];
  if (calls.length === 0) return undefined;
  return {
    choices: [
      {
        message: {
          role: "assistant",
          content: null,
          tool_calls: calls.map(({ id, name, args }) => ({
            type: "function",
            function: { ...(name !== "" && { name }), arguments: args === "" ? "{}" : args },
            ...(id !== undefined && { id }),
          })),
        },
      },
    ],
  };
}

/**
 * The items of a streamed response: those of its end, else as far as they were streamed; and those
 * that a conversation has besides. Undefined where it is no stream of items.
 */
function outputOf(
  response: JsonObject | undefined,
  events: readonly JsonObject[],
): readonly Json[] | undefined {
  const output = member(response, "output");
  const items = [...streamedItems(events, /^response\.output_item\.(?:added|done)$/).values()];
  const whole = Array.isArray(output) && output.length > 0 ? output : items;
  const known = new Set(whole.flatMap(idsOf));
  const others = [...streamedItems(events, /^conversation\.item\./).values()].filter(
    (item) => !idsOf(item).some((id) => known.has(id)),
  );
  return Array.isArray(output) || whole.length + others.length > 0
    ? [...whole, ...others]
    : undefined;
}

/** WHY the type: a call and its result have one id. */
function idsOf(item: Json): readonly string[] {
  if (!isJsonObject(item)) return [];
  const ids = [stringMember(item, "id"), stringMember(item, "call_id")];
  return ids.flatMap((id) => (id === undefined ? [] : [`${stringMember(item, "type")} ${id}`]));
}

/** The items that events of such a type tell of, by their ids or places. */
function streamedItems(
  events: readonly JsonObject[],
  told: RegExp,
): ReadonlyMap<string, JsonObject> {
  const items = new Map<string, JsonObject>();
  for (const event of events) {
    const type = stringMember(event, "type") ?? "";
    const item = objectMember(event, "item");
    const id = stringMember(item, "id") ?? stringMember(event, "item_id");
    const key = id ?? String(member(event, "output_index") ?? items.size);
    if (item !== undefined && told.test(type)) items.set(key, item);
    const known = items.get(key);
    const [, kind] = /^response\.\w+_(?:arguments|input)\.(delta|done)$/.exec(type) ?? [];
    if (kind === undefined || known === undefined) continue;
    const name = type.includes("_input.") ? "input" : "arguments";
    const before = stringMember(known, name) ?? "";
    const text = stringMember(event, name) ?? before + (stringMember(event, "delta") ?? "");
    items.set(key, { ...known, [name]: text });
  }
  return items;
}

function streamedCalls(events: readonly JsonObject[]): ReadonlyMap<string, StreamedCall> {
  const calls = new Map<string, StreamedCall>();
  for (const event of events) {
    for (const choice of listOf(event, "choices"))
      for (const piece of listOf(objectMember(choice, "delta"), "tool_calls"))
        addPiece(calls, `${indexOf(choice)}.${indexOf(piece)}`, piece);
    const block = objectMember(event, "content_block");
    const key = String(indexOf(event));
    if (stringMember(block, "name") !== undefined)
      calls.set(key, {
        id: stringMember(block, "id"),
        name: stringMember(block, "name") ?? "",
        args: "",
      });
    addArguments(calls, key, stringMember(objectMember(event, "delta"), "partial_json"));
    addConverse(calls, event);
  }
  return calls;
}

/** A piece of a call in the words of Bedrock's Converse. */
function addConverse(calls: Map<string, StreamedCall>, event: JsonObject): void {
  const start = objectMember(event, "contentBlockStart");
  const delta = objectMember(event, "contentBlockDelta");
  const key = String(member(start ?? delta, "contentBlockIndex") ?? 0);
  const begun = objectMember(objectMember(start, "start"), "toolUse");
  if (begun !== undefined)
    calls.set(key, {
      id: stringMember(begun, "toolUseId"),
      name: stringMember(begun, "name") ?? "",
      args: "",
    });
  addArguments(
    calls,
    key,
    stringMember(objectMember(objectMember(delta, "delta"), "toolUse"), "input"),
  );
}

/** WHY where nothing began: arguments without their call are of one that nothing names. */
function addArguments(
  calls: Map<string, StreamedCall>,
  key: string,
  more: string | undefined,
): void {
  if (more === undefined) return;
  const call = calls.get(key) ?? { id: undefined, name: "", args: "" };
  call.args += more;
  calls.set(key, call);
}

function addPiece(calls: Map<string, StreamedCall>, key: string, piece: JsonObject): void {
  const call = calls.get(key) ?? { id: undefined, name: "", args: "" };
  const named = objectMember(piece, "function");
  call.id ??= stringMember(piece, "id");
  call.name += stringMember(named, "name") ?? "";
  call.args += stringMember(named, "arguments") ?? "";
  calls.set(key, call);
}

function listOf(holder: JsonObject | undefined, name: string): readonly JsonObject[] {
  const list = member(holder, name);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function indexOf(holder: JsonObject): number {
  return Number(member(holder, "index") ?? 0);
}
