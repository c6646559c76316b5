import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { contentText } from "./call-values.ts";
import type { ChatAnswer } from "./chat-entry.ts";

const FLAGS = ["error", "is_error", "isError", "status", "output", "outcome"] as const;

/** How tools begin the text of a failure; Kimi CLI says it in words of its own around the text. */
const FAILURE = /^(?:<system>)?error\b/i;

/**
 * What a result says. WHY its text decides where there is no error field: chat messages have none,
 * and tools answer `Error: ...` there, as tau-bench does for every failure.
 */
export function resultAnswer(result: JsonObject): ChatAnswer {
  const output = member(result, "output");
  const typed = isJsonObject(output) ? output : undefined;
  const text = textOfResult(
    member(result, "content") ??
      (typed === undefined ? output : member(typed, "value")) ??
      member(result, "result"),
  );
  if (isRefused(result, typed)) return { status: undefined, text, refused: true };
  const error = member(result, "error") ?? (hasFailed(result, typed) ? true : undefined);
  if (error !== undefined && error !== false && error !== "")
    return { status: "error", text: text ?? (typeof error === "string" ? error : undefined) };
  const flagged =
    returnCode(result) !== undefined || FLAGS.some((name) => Object.hasOwn(result, name));
  return {
    status: !flagged && text !== undefined && FAILURE.test(text) ? "error" : "ok",
    text,
  };
}

/** The ways in which a field says that a call was refused: the AI SDK's, pydantic-ai's, inspect_ai's. */
function isRefused(result: JsonObject, output: JsonObject | undefined): boolean {
  return (
    stringMember(output, "type") === "execution-denied" ||
    stringMember(result, "outcome") === "denied" ||
    stringMember(objectMember(result, "error"), "type") === "approval"
  );
}

/**
 * The ways in which a result says that it is an error: Anthropic's, the AI SDK's older and newer,
 * LangChain's, Bedrock's, those of the Responses API, pydantic-ai's, mini-swe-agent's.
 */
function hasFailed(result: JsonObject, output: JsonObject | undefined): boolean {
  const content = objectMember(result, "content");
  const type = stringMember(content, "type") ?? "";
  return (
    /_tool_result_error$/.test(type) ||
    member(result, "is_error") === true ||
    member(result, "isError") === true ||
    saysError(member(result, "result")) ||
    saysError(member(output, "value")) ||
    saysError(output) ||
    stringMember(output, "type")?.startsWith("error-") === true ||
    /^(error|failed)$/.test(stringMember(result, "status") ?? "") ||
    stringMember(result, "part_kind") === "retry-prompt" ||
    stringMember(result, "outcome") === "failed" ||
    exitedBadly(member(result, "output")) ||
    (returnCode(result) ?? 0) !== 0
  );
}

/** Whether the output of a tool says by itself that it is an error, as those of MCP servers do. */
export function saysError(output: Json | undefined): boolean {
  return isJsonObject(output) && member(output, "isError") === true;
}

/** How a command of mini-swe-agent ended, beside the result's text. */
function returnCode(result: JsonObject): number | undefined {
  const code = member(objectMember(result, "extra"), "returncode");
  return typeof code === "number" ? code : undefined;
}

/** The Responses API's shell: a list of commands, each with how it ended. */
function exitedBadly(output: Json | undefined): boolean {
  return (
    Array.isArray(output) &&
    output.some((each) => {
      const outcome = isJsonObject(each) ? objectMember(each, "outcome") : undefined;
      const code = member(outcome, "exit_code");
      return (
        stringMember(outcome, "type") === "timeout" || (typeof code === "number" && code !== 0)
      );
    })
  );
}

function textOfResult(content: Json | undefined): string | undefined {
  const text = contentText(content);
  if (text !== undefined || content === undefined || content === "") return text;
  return isJsonObject(content) ? JSON.stringify(content) : undefined;
}
