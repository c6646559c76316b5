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

/**
 * The message that a model's stream of events comes to: of OpenAI's completions and responses, of
 * Anthropic's messages, and of Gemini's; undefined where the text is no such stream.
 */
export function answerOfStream(text: Json | undefined): Json | undefined {
  if (typeof text !== "string" || !/^(?:event|data):/m.test(text)) return undefined;
  const events = eventStream(text);
  const completed = events.map((event) => objectMember(event, "response")).findLast(isJsonObject);
  if (completed !== undefined && Array.isArray(member(completed, "output"))) return completed;
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
            function: { name, arguments: args === "" ? "{}" : args },
            ...(id !== undefined && { id }),
          })),
        },
      },
    ],
  };
}

function streamedCalls(events: readonly JsonObject[]): ReadonlyMap<string, StreamedCall> {
  const calls = new Map<string, StreamedCall>();
  for (const event of events) {
    for (const choice of listOf(event, "choices"))
      for (const piece of listOf(objectMember(choice, "delta"), "tool_calls"))
        addPiece(calls, `${indexOf(choice)}.${indexOf(piece)}`, piece);
    const block = objectMember(event, "content_block");
    const key = String(indexOf(event));
    if (stringMember(block, "type") === "tool_use")
      calls.set(key, {
        id: stringMember(block, "id"),
        name: stringMember(block, "name") ?? "",
        args: "",
      });
    const call = calls.get(key);
    const more = stringMember(objectMember(event, "delta"), "partial_json");
    if (call !== undefined && more !== undefined) call.args += more;
  }
  return calls;
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
