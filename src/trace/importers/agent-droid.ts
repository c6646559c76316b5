import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { blockEntries, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

/** Factory's Droid: session files, and what `droid exec --output-format stream-json` prints. */
export const DROID: AgentHost = {
  agent: "droid",
  fits: (record) => {
    const type = stringMember(record, "type");
    return (
      (type === "session_start" && Object.hasOwn(record, "id")) ||
      (type === "message" &&
        isJsonObject(member(record, "message")) &&
        Object.hasOwn(record, "id")) ||
      (type === "tool_call" &&
        Object.hasOwn(record, "toolName") &&
        Object.hasOwn(record, "parameters"))
    );
  },
  open: () => (record) => timed(member(record, "timestamp"), readRecord(record)),
};

const QUIET: ReadonlySet<string> = new Set([
  "session_end",
  "todo_state",
  "compaction_state",
  "completion",
  "reasoning",
]);

function readRecord(record: JsonObject): readonly LogEntry[] {
  const id = stringMember(record, "id");
  switch (stringMember(record, "type")) {
    case "session_start":
      return [
        {
          kind: "session",
          id,
          cwd: stringMember(record, "cwd"),
          user: stringMember(record, "owner"),
        },
      ];
    case "system":
      return [
        {
          kind: "session",
          id: stringMember(record, "session_id"),
          cwd: stringMember(record, "cwd"),
          model: stringMember(record, "model"),
        },
      ];
    case "message":
      return messageEntries(record);
    case "tool_call": {
      const name = stringMember(record, "toolName");
      const args = member(record, "parameters");
      return [{ kind: "call", id, args, ...address(name) }];
    }
    case "tool_result": {
      const status = member(record, "isError") === true ? "error" : "ok";
      return [{ kind: "result", id, status, text: member(record, "value") }];
    }
    default:
      return unknownUnless(QUIET, stringMember(record, "type"), record);
  }
}

function messageEntries(record: JsonObject): readonly LogEntry[] {
  const message = objectMember(record, "message");
  if (message === undefined)
    return saidEntry(stringMember(record, "role"), stringMember(record, "text"));
  const content = member(message, "content");
  const text = contentText(
    Array.isArray(content)
      ? content.filter((part) => isJsonObject(part) && stringMember(part, "type") === "text")
      : content,
  );
  const isNote = /^\s*<system-reminder>/.test(text ?? "");
  const told = blockEntries(content).map((entry) =>
    entry.kind === "call" ? { ...entry, ...address(entry.name) } : entry,
  );
  const rest = content === undefined ? unknownUnless(QUIET, "message", record) : [];
  return [...(isNote ? [] : saidEntry(stringMember(message, "role"), text)), ...told, ...rest];
}

/** A tool of an MCP server is called `<server>___<tool>`. */
function address(name: string | undefined): {
  readonly name: string | undefined;
  readonly server?: string;
  readonly starts?: boolean;
} {
  const [server, tool, ...more] = name?.split("___") ?? [];
  if (server === undefined || tool === undefined) return { name, starts: name === "Task" };
  return more.length === 0
    ? { name: tool, server }
    : { name: `mcp__${name?.replaceAll("___", "__")}` };
}
