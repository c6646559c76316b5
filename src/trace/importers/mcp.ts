import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { filled, timeText, unpackJson } from "./call-values.ts";
import { stemOf } from "./chat-origin.ts";
import { HeldEvents, type HeldEvent } from "./held-events.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { isDesktopLog, readDesktopLog } from "./mcp-desktop-log.ts";
import { eventStream } from "./model-stream.ts";
import { peekFile } from "./peek-file.ts";
import { readJson } from "./read-json.ts";
import { RecentMap } from "./recent-map.ts";
import { resultOf } from "./span.ts";
import { MCP_CALLS } from "./span-tool.ts";

/** A message of JSON-RPC, also as a text in a recorder's line. */
const MESSAGE = new RegExp(
  String.raw`"jsonrpc"\s*:\s*"2\.0"|"method"\s*:\s*"(tools\/call|tools\/list|initialize)"` +
    String.raw`|"(message|msg|payload|data|body)"\s*:\s*"[^"]{0,200}\\"jsonrpc\\"`,
);

/**
 * MCP sessions: JSON-RPC messages as recorded on stdio or HTTP, of both protocol eras
 * (docs/importers/mcp.md).
 */
export const mcp: Importer = {
  name: "mcp",
  title:
    "MCP and A2A: recorded JSON-RPC messages, stdio or HTTP, logs of Claude Desktop and VS Code",
  recognises: ({ text }: ImportSample) => isDesktopLog(text) || MESSAGE.test(text),
  convert,
};

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const session = new McpLog({ file, options, tally });
  const { head, opened } = await peekFile(file);
  const isLog = isDesktopLog(new TextDecoder().decode(head));
  for await (const items of isLog ? readDesktopLog(opened, tally) : readJson(opened, tally)) {
    for (const { value, line } of items) session.read(value, line);
    yield session.held.take();
  }
  yield session.held.end();
}

interface Work {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

/** What a recorder wrote around a message: who, when and where. */
interface Envelope {
  readonly time: string | undefined;
  readonly server: string | undefined;
  /** The session that an HTTP header names. */
  readonly session: string | undefined;
  /** The user of an access token, where the recorder kept its claims. */
  readonly user: string | undefined;
  readonly line: number;
}

/** Members in which recorders put the message, and those that tell of it. */
const MESSAGES = [
  "message",
  "msg",
  "payload",
  "data",
  "body",
  "rpc",
  "jsonrpc_message",
  "frame",
] as const;
const TIMES = ["t", "ts", "time", "timestamp", "@timestamp", "at", "date"] as const;
const SERVERS = ["server", "serverName", "server_name", "mcp_server"] as const;
const SESSIONS = ["session", "sessionId", "session_id", "mcpSessionId"] as const;

class McpLog {
  readonly held = new HeldEvents();
  readonly #work: Work;
  readonly #open = new RecentMap<HeldEvent & { readonly method: string }>(5000);
  /** What the peers said of themselves, by session. */
  readonly #peers = new RecentMap<{ client?: JsonObject; server?: JsonObject }>(1000);
  #handshakes = 0;
  #calls = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  read(value: unknown, line: number): void {
    if (!isJsonObject(value)) return this.#refuse("a value is not an object", line);
    this.#readValue(
      value,
      { time: undefined, server: undefined, session: undefined, user: undefined, line },
      0,
    );
  }

  #readValue(value: JsonObject, outer: Envelope, depth: number): void {
    if (isMessage(value)) return this.#readMessage(value, this.#envelope(value, outer));
    const envelope = this.#envelope(value, outer);
    const exchange = [member(value, "request"), member(value, "response")].flatMap((side) =>
      this.#messagesOf(side),
    );
    const inner =
      exchange.length > 0
        ? exchange
        : MESSAGES.flatMap((name) => this.#messagesOf(member(value, name)));
    const overlooked = Object.entries(value).filter(([name]) => !READ.has(name));
    this.#overlook(
      overlooked.reduce((sum, [, held]) => sum + callMessages(held), 0),
      envelope,
    );
    if (inner.length === 0 || depth > 3)
      return this.#refuse(
        isResult(value) ? "a result has no request" : "a value is not a JSON-RPC message",
        outer.line,
      );
    const headers = this.#envelope(
      objectMember(value, "response") ?? {},
      this.#envelope(objectMember(value, "request") ?? {}, envelope),
    );
    for (const message of inner) this.#readValue(message, headers, depth + 1);
  }

  #overlook(count: number, { line }: Envelope): void {
    const { tally, file } = this.#work;
    for (let left = count; left > 0; left--)
      tally.addNotUnderstood("a request that may be a call, in an unknown shape", file.name, line);
  }

  /**
   * Messages in a member: an object, a list (a batch), JSON text, or the text of an event stream.
   */
  #messagesOf(written: Json | undefined): JsonObject[] {
    if (
      typeof written === "string" &&
      /^(event|data|id|:)/m.test(written) &&
      !written.trimStart().startsWith("{")
    )
      return eventStream(written);
    const value = unpackJson(written);
    if (Array.isArray(value)) return value.filter(isJsonObject);
    return isJsonObject(value) ? [value] : [];
  }

  #envelope(value: JsonObject, outer: Envelope): Envelope {
    const headers = objectMember(value, "headers") ?? {};
    const session = header(headers, "mcp-session-id") ?? text(value, SESSIONS);
    const claims = objectMember(value, "claims") ?? objectMember(value, "token");
    return {
      time:
        TIMES.map((name) => timeText(member(value, name))).find((time) => time !== undefined) ??
        outer.time,
      server: text(value, SERVERS) ?? outer.server,
      session: session ?? outer.session,
      user: stringMember(claims, "sub") ?? outer.user,
      line: outer.line,
    };
  }

  #readMessage(message: JsonObject, envelope: Envelope): void {
    const method = stringMember(message, "method");
    const id = idText(member(message, "id"));
    if (method === undefined) return this.#readAnswer(message, id, envelope);
    const params = objectMember(message, "params");
    if (method === "initialize")
      this.#greet(envelope, { client: objectMember(params, "clientInfo") });
    if (id === undefined) return isCallMethod(method) ? this.#overlook(1, envelope) : undefined;
    if (isCallMethod(method)) return this.#readCall({ method, params, id }, envelope);
    if (method === "initialize" || method === "tools/list" || method === "server/discover")
      this.#open.set(this.#key(id, envelope), { event: {}, settled: true, method });
  }

  #readCall(
    request: { method: string; params: JsonObject | undefined; id: string },
    envelope: Envelope,
  ): void {
    const { method, params, id } = request;
    const name = method === "tools/call" ? stringMember(params, "name") : method;
    if (name === undefined) this.#refuse("a tool call has no name", envelope.line);
    const written = writtenArguments(method, params);
    if (written !== undefined && !isJsonObject(written))
      this.#refuse("a tool call's arguments are not an object", envelope.line);
    // the protocol lets a call without arguments leave them out: there are none
    const args = written === undefined ? {} : isJsonObject(written) ? written : undefined;
    const held = this.held.hold(
      this.#event(
        {
          name,
          args,
          params,
          target: method === "resources/read" ? stringMember(params, "uri") : undefined,
        },
        envelope,
      ),
    );
    this.#open.set(this.#key(id, envelope), Object.assign(held, { method }));
  }

  #event(
    call: {
      name: string | undefined;
      args: JsonObject | undefined;
      params: JsonObject | undefined;
      target: string | undefined;
    },
    envelope: Envelope,
  ): JsonObject {
    const { options } = this.#work;
    const session = talk(call.params) ?? this.#session(envelope);
    const meta = objectMember(call.params, "_meta");
    const peers = this.#peers.get(session);
    return {
      id: `${session}/${this.#calls++}`,
      time: envelope.time,
      session,
      subject: options.subject && { ...options.subject },
      action: {
        kind: A2A_CALLS.has(call.name ?? "") ? "subagent_invocation" : "mcp_request",
        server: this.#server(envelope),
        name: call.name,
      },
      args: call.args,
      resource: call.target === undefined ? undefined : { type: "mcp_resource", id: call.target },
      context: filled({
        surface: this.#server(envelope),
        model: options.model === undefined ? undefined : { name: options.model },
        on_behalf_of:
          options.onBehalfOf !== undefined
            ? { ...options.onBehalfOf }
            : envelope.user === undefined
              ? undefined
              : { type: "human", id: envelope.user },
        // what peers say of themselves is no identity, so it stands apart
        mcp: filled({
          client: objectMember(meta, `${META}clientInfo`) ?? peers?.client,
          server: peers?.server,
          protocol: stringMember(meta, `${META}protocolVersion`),
        }),
      }),
    };
  }

  #readAnswer(message: JsonObject, id: string | undefined, envelope: Envelope): void {
    const open = id === undefined ? undefined : this.#open.get(this.#key(id, envelope));
    const result = objectMember(message, "result");
    // what a client answers to a server's request, and answers to methods that are no calls, say
    // nothing here
    if (open === undefined || id === undefined) return this.#readLoneResult(result, envelope);
    if (!goesOn(open.method, result)) this.#open.delete(this.#key(id, envelope));
    if (open.method === "initialize" || open.method === "server/discover")
      return this.#greet(
        envelope,
        {
          server:
            objectMember(result, "serverInfo") ??
            objectMember(objectMember(result, "_meta"), `${META}serverInfo`),
        },
        false,
      );
    if (open.method === "tools/list") return this.#readTools(result, envelope);
    if (isArtifact(result)) return;
    open.event = { ...open.event, ...this.#settle(message, result) };
    open.settled = !goesOn(open.method, result);
  }

  /** What only a tool answers came of a call, whose request is not here. */
  #readLoneResult(result: JsonObject | undefined, { line }: Envelope): void {
    const { tally, file } = this.#work;
    const isTools =
      Array.isArray(member(result, "content")) || Object.hasOwn(result ?? {}, "structuredContent");
    if (isTools && member(result, "role") === undefined)
      tally.addNotUnderstood("an answer of a tool to no known request", file.name, line);
  }

  #settle(message: JsonObject, result: JsonObject | undefined): JsonObject {
    const error = objectMember(message, "error");
    const meta = objectMember(result, "_meta") ?? objectMember(error, "data");
    // WHY a denial alone, and only of a call that failed: a server writes its results itself, and
    // is not asked what it was allowed
    const failed = error !== undefined || member(result, "isError") === true;
    if (failed && stringMember(meta, "dev.agentz/decision") === "deny")
      return {
        decision: { effect: "deny", rule: stringMember(meta, "dev.agentz/rule"), pdp: "mcp-proxy" },
      };
    if (error !== undefined)
      return {
        outcome: filled({
          status: "error",
          code: member(error, "code"),
          result: this.#work.options.results ? member(error, "message") : undefined,
        }),
      };
    const waits = stringMember(result, "resultType") === "input_required";
    const status = waits ? "input_required" : failed ? "error" : taskStatus(result);
    const kept = this.#work.options.results
      ? (member(result, "structuredContent") ??
        resultOf(
          member(result, "content") ?? member(result, "contents") ?? member(result, "messages"),
        ))
      : undefined;
    return { outcome: filled({ status, result: kept }) };
  }

  /**
   * Tools as the server offers them: a catalog is inferred from these, and changes of definitions
   * are seen.
   */
  #readTools(result: JsonObject | undefined, envelope: Envelope): void {
    const tools = member(result, "tools");
    const session = this.#session(envelope);
    for (const tool of Array.isArray(tools) ? tools.filter(isJsonObject) : []) {
      const action = {
        kind: "mcp_request",
        server: this.#server(envelope),
        name: stringMember(tool, "name"),
      };
      this.held.add({
        id: `${session}/d${this.#calls++}`,
        time: envelope.time,
        session,
        type: "tool_definition",
        action,
        context: { definition: tool },
      });
    }
  }

  #greet(
    envelope: Envelope,
    said: { client?: JsonObject | undefined; server?: JsonObject | undefined },
    opens = true,
  ): void {
    if (opens && envelope.session === undefined) this.#handshakes++;
    const session = this.#session(envelope);
    const known = this.#peers.get(session);
    const [client, server] = [said.client ?? known?.client, said.server ?? known?.server];
    this.#peers.set(session, { ...(client && { client }), ...(server && { server }) });
  }

  /**
   * WHY the file: one recording of standard input and output is one process's session; each
   * handshake begins another.
   */
  #session(envelope: Envelope): string {
    return (
      envelope.session ??
      (this.#handshakes > 1
        ? `${stemOf(this.#work.file)}/${this.#handshakes}`
        : stemOf(this.#work.file))
    );
  }

  #server(envelope: Envelope): string | undefined {
    return this.#work.options.server ?? envelope.server;
  }

  #key(id: string, envelope: Envelope): string {
    return JSON.stringify([this.#session(envelope), envelope.server, id]);
  }

  #refuse(cause: string, line: number): void {
    this.#work.tally.addUnreadable(cause, this.#work.file.name, line);
  }
}

/** Methods of A2A (0.2, 0.3, 1.0) that ask another agent to do something; the others look. */
const A2A_CALLS: ReadonlySet<string> = new Set([
  "message/send",
  "message/stream",
  "tasks/send",
  "tasks/sendSubscribe",
  "tasks/cancel",
  "SendMessage",
  "SendStreamingMessage",
  "CancelTask",
]);

const META = "io.modelcontextprotocol/";

function isMessage(value: JsonObject): boolean {
  if (stringMember(value, "jsonrpc") !== undefined)
    return (
      stringMember(value, "method") !== undefined ||
      Object.hasOwn(value, "result") ||
      Object.hasOwn(value, "error")
    );
  // recorders that leave the version out, with the request's own members at the top
  const method = stringMember(value, "method");
  return (
    method !== undefined &&
    Object.hasOwn(value, "id") &&
    /^[a-z]+(\/[a-z_/]+)?$/i.test(method) &&
    !Object.hasOwn(value, "request")
  );
}

const READ: ReadonlySet<string> = new Set(["request", "response", ...MESSAGES]);

function isCallMethod(method: string): boolean {
  return MCP_CALLS.has(method) || A2A_CALLS.has(method);
}

/** How many messages in a value call something. */
function callMessages(written: Json | undefined, depth = 0): number {
  const value = unpackJson(written);
  if (depth > 6 || typeof value !== "object" || value === null) return 0;
  const isCall = isJsonObject(value) && isCallMethod(stringMember(value, "method") ?? "");
  if (isCall) return 1;
  return Object.values(value).reduce<number>((sum, one) => sum + callMessages(one, depth + 1), 0);
}

function isResult(value: JsonObject): boolean {
  return (
    Object.hasOwn(value, "content") ||
    Object.hasOwn(value, "structuredContent") ||
    Object.hasOwn(value, "resultType")
  );
}

/** A JSON-RPC id with its type: 1 and "1" are two. */
function idText(id: Json | undefined): string | undefined {
  return typeof id === "string" || typeof id === "number" ? JSON.stringify(id) : undefined;
}

function writtenArguments(method: string, params: JsonObject | undefined): Json | undefined {
  if (method === "tools/call") return member(params, "arguments");
  return A2A_CALLS.has(method) ? params : callTarget(params);
}

/** The conversation that a message to another agent belongs to. */
function talk(params: JsonObject | undefined): string | undefined {
  return stringMember(objectMember(params, "message"), "contextId");
}

/** What an agent says of a task that it was given; anything else that was answered is ok. */
function taskStatus(result: JsonObject | undefined): "ok" | "error" | "input_required" {
  const state = taskState(result);
  if (state === "input-required" || state === "auth-required") return "input_required";
  return state === "failed" || state === "rejected" || state === "canceled" ? "error" : "ok";
}

function taskState(result: JsonObject | undefined): string | undefined {
  const task = objectMember(result, "task") ?? objectMember(result, "statusUpdate") ?? result;
  return stringMember(objectMember(task, "status"), "state")
    ?.toLowerCase()
    .replace(/^task_state_/, "")
    .replaceAll("_", "-");
}

/** Methods of A2A whose answer is a stream of what becomes of the task. */
const STREAMS: ReadonlySet<string> = new Set([
  "message/stream",
  "tasks/sendSubscribe",
  "SendStreamingMessage",
]);

/** Whether another answer to the request may follow. */
function goesOn(method: string, result: JsonObject | undefined): boolean {
  if (!STREAMS.has(method) || result === undefined) return false;
  return isArtifact(result) || /^(?:submitted|working)$/.test(taskState(result) ?? "");
}

/** A piece of what a task makes: it does not say how the task stands. */
function isArtifact(result: JsonObject | undefined): boolean {
  return (
    stringMember(result, "kind") === "artifact-update" ||
    ["artifactUpdate", "artifact"].some((name) => objectMember(result, name) !== undefined)
  );
}

function callTarget(params: JsonObject | undefined): JsonObject {
  return (
    filled({
      uri: member(params, "uri"),
      name: member(params, "name"),
      arguments: member(params, "arguments"),
    }) ?? {}
  );
}

function text(value: JsonObject, names: readonly string[]): string | undefined {
  return names
    .map((name) => stringMember(value, name))
    .find((found) => found !== undefined && found !== "");
}

/** Header names differ in case; values may be lists of one. */
function header(headers: JsonObject, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name) continue;
    const first = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") return first;
  }
  return undefined;
}
