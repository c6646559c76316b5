import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { denied, listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";

/** VS Code's chat: `chatSessions/*.json` and `.jsonl`, an exported `chat.json`; 1.99 to 1.109. */
export const VSCODE: AgentHost = {
  agent: "copilot",
  fits: (record) =>
    isSession(record) || isSession(objectMember(record, "v") ?? {}) || isChange(record),
  open: () => {
    const log = new SessionLog();
    return (record) => log.read(record);
  },
};

function isSession(record: JsonObject): boolean {
  return (
    Array.isArray(member(record, "requests")) &&
    (Object.hasOwn(record, "responderUsername") ||
      Object.hasOwn(record, "requesterUsername") ||
      Object.hasOwn(record, "creationDate"))
  );
}

/** A change of the session that a line of the newer files holds. */
function isChange(record: JsonObject): boolean {
  return (
    typeof member(record, "kind") === "number" &&
    listOf(member(record, "k"))[0] === "requests" &&
    Object.hasOwn(record, "v")
  );
}

const NOTHING: ReadonlySet<string> = new Set();

/** The records of a session: as a whole, or one change after the other. */
class SessionLog {
  /** How many requests the session has so far. */
  #requests = 0;

  read(record: JsonObject): readonly LogEntry[] {
    if (isSession(record)) return this.#session(record);
    const value = member(record, "v");
    if (isJsonObject(value) && isSession(value)) return this.#session(value);
    if (!isChange(record)) return unknownUnless(NOTHING, "a record", record);
    const path = listOf(member(record, "k")).slice(1);
    const place = path.findLast((part) => typeof part === "string");
    const [index] = path;
    if (place === undefined) return this.#add(listed(value), index ?? member(record, "i"));
    if (place === "response")
      return listed(value).flatMap((part) => partEntries(part, numbered(index)));
    if (place === "result" && isJsonObject(value)) return roundEntries(value);
    return unknownUnless(NOTHING, `a change of ${place}`, record);
  }

  #session(session: JsonObject): readonly LogEntry[] {
    const user = stringMember(session, "requesterUsername");
    this.#requests = 0;
    return [
      {
        kind: "session",
        id: stringMember(session, "sessionId"),
        user: user === "" ? undefined : user,
      },
      ...this.#add(listOf(member(session, "requests")), undefined),
    ];
  }

  /** Requests from the place that a change names, or else behind all others. */
  #add(requests: readonly Json[], place: Json | undefined): readonly LogEntry[] {
    const first = typeof place === "number" ? place : this.#requests;
    this.#requests = Math.max(this.#requests, first + requests.length);
    return requests.flatMap((request, index) => requestEntries(request, first + index));
  }
}

function numbered(index: Json | undefined): string | undefined {
  return typeof index === "number" ? String(index) : undefined;
}

function listed(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function requestEntries(request: Json, index: number): readonly LogEntry[] {
  if (!isJsonObject(request)) return [];
  const model = stringMember(request, "modelId");
  const text = stringMember(objectMember(request, "message"), "text");
  const parts = member(request, "response");
  const rounds = objectMember(request, "result");
  const rest = parts === undefined ? unknownUnless(NOTHING, "a request", request) : [];
  return timed(member(request, "timestamp"), [
    { kind: "session", model },
    ...saidEntry("user", text),
    ...(rounds === undefined ? [] : roundEntries(rounds)),
    ...listOf(parts).flatMap((part) => partEntries(part, String(index))),
    ...rest,
  ]);
}

/** The calls as the model made them, with their arguments. */
function roundEntries(result: JsonObject): readonly LogEntry[] {
  const metadata = objectMember(result, "metadata");
  const rounds = member(metadata, "toolCallRounds");
  if (rounds === undefined) return unknownUnless(NOTHING, "a result", result);
  return listOf(rounds).flatMap((round): readonly LogEntry[] => {
    if (!isJsonObject(round)) return [];
    const calls = member(round, "toolCalls");
    const text = stringMember(round, "response");
    const rest = calls === undefined ? unknownUnless(NOTHING, "a round", round) : [];
    return [
      ...saidEntry("model", text === "" ? undefined : text),
      ...rest,
      ...listOf(calls).flatMap((call) => callEntries(call, stringMember(round, "id"))),
    ];
  });
}

function callEntries(call: Json, round: string | undefined): readonly LogEntry[] {
  if (!isJsonObject(call)) return [];
  const name = stringMember(call, "name");
  const id = plainId(stringMember(call, "id"));
  return [
    {
      kind: "call",
      id,
      name,
      args: member(call, "arguments"),
      isHost: !isForeign(name),
      starts: name === "runSubagent",
      record: round,
    },
  ];
}

/** WHY: VS Code adds a number to the ids of calls that it shows. */
function plainId(id: string | undefined): string | undefined {
  return id?.replace(/__vscode-\d+$/, "");
}

/** `mcp_<server>_<tool>`, shortened and divided at any `_`: the server is told elsewhere. */
function isForeign(name: string | undefined): boolean {
  return name?.startsWith("mcp_") === true;
}

const QUIET: ReadonlySet<string> = new Set([
  "markdownContent",
  "thinking",
  "progressTaskSerialized",
  "progressMessage",
  "prepareToolInvocation",
  "textEditGroup",
  "notebookEditGroup",
  "undoStop",
  "codeblockUri",
  "inlineReference",
  "mcpServersStarting",
  "confirmation",
  "elicitation",
  "elicitationSerialized",
  "references",
  "command",
  "warning",
]);

function partEntries(part: Json, request: string | undefined): readonly LogEntry[] {
  if (!isJsonObject(part)) return [];
  const kind = stringMember(part, "kind");
  if (kind !== "toolInvocationSerialized" && kind !== "toolInvocation")
    return kind === undefined && stringMember(part, "value") !== undefined
      ? []
      : unknownUnless(QUIET, kind, part);
  const id = plainId(stringMember(part, "toolCallId"));
  const source = objectMember(part, "source");
  const data = objectMember(part, "toolSpecificData");
  const server =
    stringMember(source, "type") === "mcp"
      ? (stringMember(source, "serverLabel") ?? stringMember(source, "label"))
      : undefined;
  const isAgent = stringMember(data, "kind") === "subagent";
  const name = toolName(stringMember(part, "toolId"), server);
  const call: LogEntry = {
    kind: "call",
    id,
    name,
    server,
    args: argsOf(data),
    more: true,
    isHost: !isForeign(name),
    under: plainId(stringMember(part, "subAgentInvocationId")),
    starts: isAgent || name === "runSubagent",
    record: request,
  };
  const start: readonly LogEntry[] =
    isAgent && id !== undefined
      ? [{ kind: "agent", call: id, name: stringMember(data, "agentName") }]
      : [];
  return [call, ...start, ...confirmed(id, part)];
}

/** A tool's own name: its id begins with the host's word, or with that of its server. */
function toolName(id: string | undefined, server: string | undefined): string | undefined {
  const start = server === undefined ? "copilot_" : `mcp_${server.replace(/[^\w-]/g, "_")}_`;
  return id?.toLowerCase().startsWith(start.toLowerCase()) === true ? id.slice(start.length) : id;
}

/** What the part itself has of the arguments. */
function argsOf(data: JsonObject | undefined): Json | undefined {
  const line = objectMember(data, "commandLine");
  const command =
    stringMember(line, "userEdited") ??
    stringMember(line, "original") ??
    stringMember(data, "command");
  return command === undefined ? member(data, "rawInput") : { command };
}

/** How a call came to be confirmed: VS Code's own numbers. */
const CONFIRMED = [
  "denied",
  "not needed",
  "setting",
  "for the session",
  "user",
  "skipped",
] as const;

function confirmed(id: string | undefined, part: JsonObject): readonly LogEntry[] {
  const said = member(part, "isConfirmed");
  const type = isJsonObject(said) ? member(said, "type") : said;
  const how = typeof type === "number" ? CONFIRMED[type] : type === false ? "denied" : undefined;
  if (how === "denied" || how === "skipped") return denied(id, "user");
  const details = objectMember(part, "resultDetails");
  const failed = member(details, "isError") === true;
  const isOver = member(part, "isComplete") !== false;
  const result: readonly LogEntry[] = isOver
    ? [{ kind: "result", id, status: failed ? "error" : "ok" }]
    : [];
  switch (how) {
    case "user":
      return [{ kind: "decision", id, effect: "allow", by: "user" }, ...result];
    case "setting":
    case "for the session":
      return [{ kind: "decision", id, effect: "allow", by: "host" }, ...result];
    default:
      return result;
  }
}
