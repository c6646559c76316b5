import { isJsonObject, member, objectMember, type JsonObject } from "../request/json.ts";
import { errorCodeOf } from "./message.ts";
import { isInputRequired } from "./modern.ts";

/** What a result says, as a policy reads it: its structure, else its texts. */
function resultOf(result: JsonObject | undefined): JsonObject[string] {
  const content = member(result, "content") ?? member(result, "contents");
  return (
    member(result, "structuredContent") ??
    (Array.isArray(content) ? content.filter(isJsonObject) : undefined) ??
    member(result, "messages")
  );
}

/** What came of a call, from its response: `ok` or `error`, and its result where that is wanted. */
export function outcomeOf(body: JsonObject, results: boolean): JsonObject {
  const result = objectMember(body, "result");
  const code = errorCodeOf(body);
  const failed = result === undefined || member(result, "isError") === true;
  const kept = results ? resultOf(result) : undefined;
  return {
    // a call that needs input comes again: this time it was not completed
    status: failed ? "error" : isInputRequired(result) ? "input_required" : "ok",
    ...(code !== undefined && { code }),
    ...(kept !== undefined && { result: kept }),
  };
}
