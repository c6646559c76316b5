import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText, unpackJson } from "./call-values.ts";

/** Cline from 3.0.60 on: `<session>.messages.json`, and those of its sub-agents. */
export const CLINE_SESSION: AgentHost = {
  agent: "cline",
  fits: (record) =>
    stringMember(record, "sessionId") !== undefined &&
    stringMember(objectMember(record, "origin"), "source") !== undefined &&
    Array.isArray(member(record, "messages")),
  open: () => readSession,
};

function readSession(record: JsonObject): readonly LogEntry[] {
  const origin = objectMember(record, "origin");
  const prefix = stringMember(record, "sessionId");
  const agent = stringMember(record, "agent");
  const session: LogEntry = {
    kind: "session",
    id: stringMember(origin, "parentThreadId") ?? prefix,
    prefix,
    ...(stringMember(origin, "mode") === "subagent" && {
      subagent: { name: agent === "subagent" ? undefined : agent },
    }),
  };
  const messages = listOf(member(record, "messages")).filter(isJsonObject);
  return [session, ...messages.flatMap(readMessage)];
}

function readMessage(message: JsonObject): readonly LogEntry[] {
  const model = stringMember(objectMember(message, "modelInfo"), "id");
  const blocks = listOf(member(message, "content")).filter(isJsonObject);
  const texts = blocks.filter((block) => stringMember(block, "type") === "text");
  const said = contentText(texts.length > 0 ? texts : undefined);
  const entries = blocks.flatMap((block) => readBlock(block, model));
  return timed(member(message, "ts"), [
    ...saidEntry(stringMember(message, "role"), said?.replace(INPUT, "")),
    ...entries,
  ]);
}

/** The program's own tools; another may be of any server. */
const OWN =
  /^(?:read_files|search_codebase|run_commands|fetch_web_content|editor|ask_question|spawn_agent|team_\w+)$/;

/** What the program writes around the user's words. */
const INPUT = /<\/?user_input[^>]*>/g;
const SAID: ReadonlySet<string> = new Set([
  "text",
  "thinking",
  "redacted_thinking",
  "image",
  "file",
]);

function readBlock(block: JsonObject, model: string | undefined): readonly LogEntry[] {
  const type = stringMember(block, "type");
  if (type === "tool_use") {
    const name = stringMember(block, "name");
    const id = stringMember(block, "id");
    const starts = name === "spawn_agent" || name === "team_run_task";
    const isHost = OWN.test(name ?? "");
    return [{ kind: "call", id, name, args: member(block, "input"), starts, model, isHost }];
  }
  if (type !== "tool_result") return unknownUnless(SAID, type, block);
  const content = member(block, "content");
  const status = member(block, "is_error") === true || hasFailed(content) ? "error" : "ok";
  const text = contentText(content);
  return [{ kind: "result", id: stringMember(block, "tool_use_id"), status, text }];
}

/** A result lists what came of each command or file; what could not run has an error alone. */
function hasFailed(content: Json | undefined): boolean {
  const value = unpackJson(content);
  if (Array.isArray(value))
    return value.some((each) => isJsonObject(each) && member(each, "success") === false);
  return isJsonObject(value) && stringMember(value, "error") !== undefined;
}
