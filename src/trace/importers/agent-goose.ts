import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, HostSentence, LogEntry } from "./agent-log-entry.ts";
import { answered, listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

const PARTS =
  /^(toolRequest|toolResponse|toolConfirmationRequest|frontendToolRequest|actionRequired)$/;

/** Goose: session files (JSONL), and `goose session export --format json`; 1.0 to 1.20. */
export const GOOSE: AgentHost = {
  agent: "goose",
  fits: (record) =>
    listOf(member(record, "content")).some(
      (part) => isJsonObject(part) && PARTS.test(stringMember(part, "type") ?? ""),
    ) || Object.hasOwn(record, "working_dir"),
  open: () => readRecord,
};

function readRecord(record: JsonObject): readonly LogEntry[] {
  const messages = listOf(member(record, "conversation")).flatMap((message) =>
    isJsonObject(message) ? messageEntries(message) : [],
  );
  if (Object.hasOwn(record, "working_dir") && !Object.hasOwn(record, "role"))
    return [
      {
        kind: "session",
        id: stringMember(record, "id"),
        cwd: stringMember(record, "working_dir"),
        model: stringMember(objectMember(record, "model_config"), "model_name"),
      },
      ...messages,
      ...(messages.length > 0 ? [] : unknownUnless(HEADER, "a session", record)),
    ];
  return messageEntries(record);
}

const HEADER: ReadonlySet<string> = new Set();
const QUIET: ReadonlySet<string> = new Set([
  "text",
  "thinking",
  "redactedThinking",
  "image",
  "systemNotification",
  "contextLengthExceeded",
  "summarizationRequested",
]);

function messageEntries(message: JsonObject): readonly LogEntry[] {
  const content = member(message, "content");
  const parts = listOf(content).flatMap((part) => (isJsonObject(part) ? partEntries(part) : []));
  const text = contentText(
    listOf(content).filter((part) => isJsonObject(part) && stringMember(part, "type") === "text"),
  );
  const rest = Array.isArray(content) ? [] : unknownUnless(HEADER, "a message", message);
  const said = saidEntry(stringMember(message, "role"), text);
  return timed(member(message, "created"), [...said, ...parts, ...rest]);
}

const SENTENCES: readonly HostSentence[] = [
  [
    /^The user has declined to run this tool\. DO NOT attempt to call this tool again\..*$/s,
    "user",
  ],
];

function partEntries(part: JsonObject): readonly LogEntry[] {
  const type = stringMember(part, "type");
  const id = stringMember(part, "id");
  switch (type) {
    case "toolRequest":
    case "frontendToolRequest":
      return requestEntries(id, objectMember(part, "toolCall"), part);
    case "toolResponse":
      return responseEntries(id, objectMember(part, "toolResult"), part);
    case "toolConfirmationRequest":
      return [
        {
          kind: "call",
          id,
          args: member(part, "arguments"),
          ...address(stringMember(part, "toolName")),
        },
        { kind: "decision", id, effect: "require_approval", by: "host" },
      ];
    case "actionRequired":
      return askedEntries(objectMember(part, "data") ?? {});
    default:
      return unknownUnless(QUIET, type, part);
  }
}

function requestEntries(
  id: string | undefined,
  asked: JsonObject | undefined,
  part: JsonObject,
): readonly LogEntry[] {
  const call = objectMember(asked, "value");
  // a call that could not be read was none: the model is told so
  if (call === undefined)
    return stringMember(asked, "status") === "error"
      ? []
      : unknownUnless(HEADER, "toolRequest", part);
  return [
    { kind: "call", id, args: member(call, "arguments"), ...address(stringMember(call, "name")) },
  ];
}

function responseEntries(
  id: string | undefined,
  result: JsonObject | undefined,
  part: JsonObject,
): readonly LogEntry[] {
  if (result === undefined) return unknownUnless(HEADER, "toolResponse", part);
  const value: Json | undefined = member(result, "value");
  const inner = isJsonObject(value) ? value : undefined;
  const failed = stringMember(result, "status") === "error" || member(inner, "isError") === true;
  const text =
    stringMember(result, "error") ??
    contentText(inner === undefined ? value : member(inner, "content"));
  return answered(id, { status: failed ? "error" : "ok", text }, SENTENCES);
}

function askedEntries(data: JsonObject): readonly LogEntry[] {
  const id = stringMember(data, "id");
  if (stringMember(data, "actionType") !== "toolConfirmation")
    return unknownUnless(HEADER, "actionRequired", data);
  return [
    {
      kind: "call",
      id,
      args: member(data, "arguments"),
      ...address(stringMember(data, "toolName")),
    },
    { kind: "decision", id, effect: "require_approval", by: "host" },
  ];
}

/** A tool of an extension, which is an MCP server, is called `<extension>__<tool>`. */
function address(name: string | undefined): {
  readonly name: string | undefined;
  readonly starts: boolean;
} {
  const starts = /^(?:subagent__execute_task|dynamic_task__create_task|delegate|subagent)$/.test(
    name ?? "",
  );
  return { name: name?.includes("__") === true ? `mcp__${name}` : name, starts };
}
