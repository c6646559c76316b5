import {
  member,
  isJsonObject,
  objectMember,
  stringMember,
  type JsonObject,
} from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { toldDenial } from "../serve/told-decision.ts";
import { callEvent, readRequest, type Action, type Peers } from "./action.ts";
import {
  deniedCall,
  deniedRequest,
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  lineOf,
  METHOD_NOT_FOUND,
} from "./answers.ts";
import { ApprovalAsks, canAsk, type HeldCall, type Said } from "./approval-asks.ts";
import { denialOf, messageOf } from "./denial.ts";
import type { DefinitionStore } from "./definition-store.ts";
import { editedLine } from "./edited-json.ts";
import { InFlight, type Channel, type OpenRequest } from "./in-flight.ts";
import { lineText } from "./line-splitter.ts";
import { readLine, seemingValue, type Framing, type Message, type MessageId } from "./message.ts";
import { outcomeOf } from "./outcome.ts";
import { redactedResponse, redactsAnything, type Redaction } from "./redact.ts";
import { SessionLog, type SessionLogOptions } from "./session-log.ts";
import { ToolLists } from "./tool-lists.ts";

/** How a relay decides. */
export interface RelayOptions extends SessionLogOptions {
  /** The accepted definitions of tools; undefined: nobody minds changes. */
  readonly definitions: DefinitionStore | undefined;
  /** How messages are told apart: by line ends, or each is a body of its own. */
  readonly framing: Framing;
  /** The person at the client, who may approve calls there; undefined: nobody does. */
  readonly approver: string | undefined;
  /** Milliseconds for which the person at the client is waited for. */
  readonly approvalPatience: number;
  /** Kinds of what detectors find that results are given without, such as `secret/`. */
  readonly redactKinds: readonly string[];
  /** Whether the results of calls are recorded as well. */
  readonly results: boolean;
  /** The code of errors by which requests other than calls of tools are denied. */
  readonly errorCode: number;
  /** Milliseconds for which an answer of the server is waited for; 0: for ever. */
  readonly timeout: number;
}

/** Where a relay sends what it makes itself. */
export interface RelayOutputs {
  readonly toServer: (line: Buffer) => void;
}

type Request = Extract<Message, { kind: "request" }>;
type Response = Extract<Message, { kind: "response" }>;

/** Protocol versions that the gateway knows. */
const VERSIONS: readonly string[] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const MODERN_VERSION = "io.modelcontextprotocol/protocolVersion";

/**
 * Stands between an MCP client and a server for one session (design 15.1): reads each message as
 * everybody has to read it, has calls decided and recorded before they go on, and forwards what is
 * not concerned byte for byte. Only `enforce` stops anything.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #outputs: RelayOutputs;
  readonly #ofClient: InFlight;
  readonly #ofServer = new InFlight();
  readonly #log: SessionLog;
  readonly #peers: Peers = { client: undefined, server: undefined, protocol: undefined };
  readonly #lists: ToolLists;
  readonly #asks: ApprovalAsks;
  #canAsk = false;

  constructor(options: RelayOptions, outputs: RelayOutputs) {
    const { mode, service, caller, definitions, tell } = options;
    this.#options = options;
    this.#outputs = outputs;
    this.#log = new SessionLog(options);
    this.#ofClient = new InFlight({
      timeout: options.timeout,
      onLate: (open) => this.#late(open),
    });
    this.#asks = new ApprovalAsks(caller, options.approvalPatience);
    this.#lists = new ToolLists({
      caller,
      policies: () => (mode === "record" ? undefined : service.policies),
      store: definitions,
      enforces: mode === "enforce",
      note: (event) => this.#log.note(event),
      tell,
    });
  }

  get #enforces(): boolean {
    return this.#options.mode === "enforce";
  }

  /** Takes a line of the client, read as `message`: it is sent on, or answered. */
  fromClient(line: Buffer, message: Message, channel: Channel): void {
    switch (message.kind) {
      case "request":
        return this.#clientRequest(message, channel);
      case "notification":
        return this.#clientNotification(message, channel);
      case "response":
        return this.#clientResponse(message, channel, line);
      case "unreadable":
        if (lineText(line).length === 0) return channel.forward();
        return this.#unreadable(message, channel);
    }
  }

  #unreadable({ reason, id }: Extract<Message, { kind: "unreadable" }>, channel: Channel): void {
    this.#log.refused("client", reason);
    if (!this.#enforces) return channel.forward();
    channel.answer(
      errorAnswer(id, {
        code: INVALID_REQUEST,
        message: `agentz: the message was not sent to the server: ${reason}`,
      }),
    );
  }

  /** Answers a message of the client that is too long to be kept; it goes nowhere. */
  tooLong(channel: Channel): void {
    this.#log.refused("client", TOO_LONG);
    channel.answer(
      errorAnswer(undefined, { code: INVALID_REQUEST, message: `agentz: ${TOO_LONG}` }),
    );
  }

  /** A side ended in the middle of a message, which goes nowhere. */
  torn(side: "client" | "server", bytes: number): void {
    this.#log.refused(side, `it ended after ${bytes} bytes of a message`);
  }

  /** The server sent a message that is too long to be kept: nothing of it can be answered. */
  serverTooLong(): void {
    this.#log.refused("server", TOO_LONG);
    this.serverGone("the server sent a message that is longer than --max-message");
  }

  #clientRequest(request: Request, channel: Channel): void {
    const { id, method, params } = request;
    const reused = this.#asks.waitsFor(id) ? WAITS : this.#ofClient.refusal(id);
    if (reused !== undefined) return this.#refuse(request, channel, INVALID_REQUEST, reused);
    if (isModern(params)) {
      const why = "agentz does not support protocol 2026-07-28 yet; connect by `initialize`";
      return this.#refuse(request, channel, METHOD_NOT_FOUND, why);
    }
    if (method === "initialize") {
      this.#peers.client = objectMember(params, "clientInfo");
      this.#canAsk = canAsk(objectMember(params, "capabilities"));
    }
    const asked = readRequest("client", method, params);
    if (asked.how === "refuse") {
      const code = asked.code === "invalid" ? INVALID_PARAMS : METHOD_NOT_FOUND;
      return this.#refuse(request, channel, code, asked.why);
    }
    if (asked.how === "pass") return this.#send(request, channel, undefined);
    this.#decide(request, channel, asked.action);
  }

  /** Answers a request that nobody can decide; only `enforce` does. */
  #refuse(request: Request, channel: Channel, code: number, why: string): void {
    this.#log.refused("client", why);
    if (!this.#enforces) return this.#send(request, channel, undefined);
    channel.answer(errorAnswer(request.id, { code, message: `agentz: ${why}` }));
  }

  #send({ id, method, params }: Request, channel: Channel, answer: Answer | undefined): void {
    const token = member(objectMember(params, "_meta"), "progressToken");
    const open: OpenRequest = {
      id,
      method,
      channel,
      answer,
      progressToken: typeof token === "string" || typeof token === "number" ? token : undefined,
      isSettled: false,
    };
    // outside of `enforce` a second request of an id goes on as well; the first one stays known
    if (this.#ofClient.refusal(id) === undefined) this.#ofClient.add(open);
    this.#ofClient.restart(open);
    channel.forward();
  }

  #decide(request: Request, channel: Channel, asked: Action): void {
    const { id, method } = request;
    const definitionDigest = this.#lists.digestOf(asked.name);
    const action = method === "tools/call" ? { ...asked, definitionDigest } : asked;
    const blocked = method === "tools/call" ? this.#blockedReason(action.name) : undefined;
    if (blocked !== undefined && this.#enforces)
      return this.#block(request, channel, action, blocked);
    const answer = this.#decided(action);
    if (!this.#enforces)
      return this.#send(request, channel, "failure" in answer ? undefined : answer);
    if ("failure" in answer)
      return channel.answer(errorAnswer(id, { code: INTERNAL_ERROR, message: answer.failure }));
    if (answer.permitted) return this.#permitted(request, channel, answer);
    const approval = stringMember(objectMember(answer.context, "access_request"), "id");
    const { approver } = this.#options;
    if (approver === undefined || !this.#canAsk || !isHeld(answer))
      return this.#deny(request, channel, answer);
    if (approval === undefined) return this.#deny(request, channel, answer, UNBOUND);
    const policy = this.#options.service.policies.digest ?? "";
    this.#ask({ request, channel, action, answer, approval, policy });
  }

  #permitted(request: Request, channel: Channel, answer: Answer): void {
    const isTask = Object.hasOwn(request.params, "task");
    if (!isTask || !redactsAnything(this.#redactionOf(answer)))
      return this.#send(request, channel, answer);
    this.#options.service.outcome(answer.id, { status: "not_sent" });
    const message = "agentz: a call whose result has to be redacted cannot be a task";
    channel.answer(errorAnswer(request.id, { code: INVALID_REQUEST, message }));
  }

  #deny({ id, method }: Request, channel: Channel, answer: Answer, more = ""): void {
    const denial = denialOf(answer, more);
    channel.answer(
      method === "tools/call"
        ? deniedCall(id, denial)
        : deniedRequest(id, this.#options.errorCode, denial),
    );
  }

  /** Holds a call while the person at the client is asked (design 15.2). */
  #ask(call: HeldCall): void {
    const { request, channel, answer } = call;
    const late = (): void => this.#deny(request, channel, answer, "; nobody answered in time");
    channel.ask(this.#asks.ask(call, late));
  }

  /** What the person said counts as it does everywhere; the call is then decided once more. */
  #approved({ request, channel, action, answer, approval, policy }: HeldCall, said: Said): void {
    const { service, approver = "" } = this.#options;
    if (said === undefined)
      return this.#deny(request, channel, answer, "; the person at the client did not answer");
    if (service.policies.digest !== policy)
      return this.#deny(request, channel, answer, "; the policies changed meanwhile, call again");
    try {
      service.answerApproval({ id: approval, decision: said }, approver);
    } catch (error) {
      return this.#deny(request, channel, answer, `; ${messageOf(error)}`);
    }
    const again = this.#decided(action);
    if ("failure" in again)
      channel.answer(errorAnswer(request.id, { code: INTERNAL_ERROR, message: again.failure }));
    else if (again.permitted) this.#permitted(request, channel, again);
    else this.#deny(request, channel, again);
  }

  #redactionOf({ decision }: Answer): Redaction {
    const fields = decision.obligations.flatMap((one) =>
      one.type === "redact" ? (one.fields ?? []) : [],
    );
    return { fields, kinds: this.#options.redactKinds };
  }

  /** An answer without what the decision on its request asks to redact; only `enforce` does. */
  #redacted(open: OpenRequest, line: Buffer): Buffer {
    if (!this.#enforces) return line;
    const kinds = this.#options.redactKinds;
    const redaction =
      open.answer === undefined ? { fields: [], kinds } : this.#redactionOf(open.answer);
    if (!redactsAnything(redaction)) return line;
    return editedLine(line, (message) => redactedResponse(message, redaction));
  }

  /** Why a tool is blocked; where that cannot be known it is. */
  #blockedReason(name: string): string | undefined {
    try {
      return this.#lists.blockedReason(name);
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Denies a call of a tool whose definition nobody accepted: no policy is asked. */
  #block({ id }: Request, channel: Channel, action: Action, why: string): void {
    const { caller, service } = this.#options;
    const decision = { effect: "deny", rule: "definition", pdp: service.options.pdp };
    this.#log.note({ ...callEvent(action, caller, this.#peers), decision });
    const text = `agentz: denied: ${why}`;
    channel.answer(deniedCall(id, { text, meta: { decision: "deny", rule: "definition" } }));
  }

  /** The decision on an action, recorded; a failure says why there is none. */
  #decided(action: Action): Answer | { readonly failure: string } {
    const { service, caller, mode, tell } = this.#options;
    try {
      const answer = service.decide(callEvent(action, caller, this.#peers));
      if (mode === "shadow" && !answer.permitted)
        tell(`would stop ${caller.server}/${action.name}: ${toldDenial(answer.context)}`);
      return answer;
    } catch (error) {
      tell(`${caller.server}/${action.name} could not be decided: ${messageOf(error)}`);
      return {
        failure: `agentz: the call could not be decided, so it is denied: ${messageOf(error)}`,
      };
    }
  }

  #clientNotification(
    { method, params }: Extract<Message, { kind: "notification" }>,
    channel: Channel,
  ): void {
    if (!method.startsWith("notifications/")) {
      this.#log.refused("client", "a request without an id, which nobody could answer");
      if (this.#enforces) return;
    }
    if (method === "notifications/cancelled" && this.#cancelled(params)) return;
    channel.forward();
  }

  /** True for a call that the server never saw. Any other may have run, and may still be answered. */
  #cancelled(params: JsonObject): boolean {
    const id = params["requestId"];
    if (typeof id !== "string" && typeof id !== "number") return false;
    if (this.#asks.cancel(id)) return true;
    const open = this.#ofClient.get(id);
    if (open === undefined) return false;
    this.#ofClient.waitFreely(open);
    this.#log.settle(open, { status: "cancelled" });
    return false;
  }

  #clientResponse(response: Response, channel: Channel, line: Buffer): void {
    const answered = this.#asks.answered(response.id, response.body);
    if (answered !== undefined) return this.#approved(answered.call, answered.said);
    const open = this.#ofServer.take(response.id);
    if (open === undefined) {
      this.#log.refused("client", "an answer to no request of the server");
      return this.#enforces ? undefined : channel.forward();
    }
    this.#log.settle(open, outcomeOf(response.body, this.#options.results));
    const kept = this.#redacted(open, line);
    if (kept === line) channel.forward();
    else this.#outputs.toServer(kept);
  }

  /** Takes a line of the server: it is given back as it goes to the client; undefined: it does not. */
  fromServer(line: Buffer): Buffer | undefined {
    const message = readLine(line, this.#options.framing);
    switch (message.kind) {
      case "request":
        return this.#serverRequest(message, line);
      case "notification":
        this.#serverNotification(message.params);
        return line;
      case "response":
        return this.#serverResponse(message, line);
      case "unreadable":
        if (lineText(line).length === 0) return line;
        return this.#unreadableAnswer(message, line);
    }
  }

  #unreadableAnswer(
    { reason }: Extract<Message, { kind: "unreadable" }>,
    line: Buffer,
  ): Buffer | undefined {
    this.#log.refused("server", reason);
    if (!this.#enforces) return line;
    const id = answeredId(line);
    const open = id === undefined ? undefined : this.#ofClient.take(id);
    if (open === undefined) return undefined;
    return this.#failed(open, { status: "error" }, `the server's answer cannot be used: ${reason}`);
  }

  /** The error that a client gets instead of an answer. */
  #failed(open: OpenRequest, outcome: JsonObject, why: string): Buffer {
    this.#ofClient.forget(open.id);
    this.#log.settle(open, outcome);
    return errorAnswer(open.id, { code: INTERNAL_ERROR, message: `agentz: ${why}` });
  }

  #serverRequest(request: Request, line: Buffer): Buffer | undefined {
    const { id, method, params } = request;
    const reused = this.#ofServer.refusal(id);
    const asked = readRequest("server", method, params);
    const fault = reused ?? (asked.how === "refuse" ? asked.why : undefined);
    if (fault !== undefined) {
      this.#log.refused("server", fault);
      if (!this.#enforces) return line;
      const code = reused === undefined ? METHOD_NOT_FOUND : INVALID_REQUEST;
      return this.#answerServer(errorAnswer(id, { code, message: `agentz: ${fault}` }));
    }
    const answer = asked.how === "decide" ? this.#decided(asked.action) : undefined;
    if (answer !== undefined && this.#enforces) {
      if ("failure" in answer)
        return this.#answerServer(
          errorAnswer(id, { code: INTERNAL_ERROR, message: answer.failure }),
        );
      if (!answer.permitted)
        return this.#answerServer(deniedRequest(id, this.#options.errorCode, denialOf(answer, "")));
    }
    this.#ofServer.add({
      id,
      method,
      channel: NOWHERE,
      answer: answer === undefined || "failure" in answer ? undefined : answer,
      progressToken: undefined,
      isSettled: false,
    });
    this.#ofClient.restartAll();
    return line;
  }

  #answerServer(line: Buffer): undefined {
    this.#outputs.toServer(line);
  }

  #serverNotification(params: JsonObject): void {
    const token = params["progressToken"];
    if (typeof token !== "string" && typeof token !== "number") return;
    const open = this.#ofClient.byProgressToken(token);
    if (open !== undefined) this.#ofClient.restart(open);
  }

  #serverResponse({ id, body }: Response, line: Buffer): Buffer | undefined {
    // what was answered may come again where a stream is resumed
    const open = this.#ofClient.take(id) ?? this.#again(id);
    if (open === undefined) {
      this.#log.refused("server", "an answer to no request of the client");
      return this.#enforces ? undefined : line;
    }
    if (open.method === "initialize") return this.#greeted(open, body, line);
    if (open.method === "tools/list") return this.#listed(open, body, line);
    const isRecorded = this.#log.settle(open, outcomeOf(body, this.#options.results));
    if (isRecorded || !this.#enforces) return this.#redacted(open, line);
    const why = "the answer cannot be recorded, so it is withheld";
    return errorAnswer(open.id, { code: INTERNAL_ERROR, message: `agentz: ${why}` });
  }

  #again(id: MessageId): OpenRequest | undefined {
    return this.#options.framing === "bodies" ? this.#ofClient.answered(id) : undefined;
  }

  #greeted(open: OpenRequest, body: JsonObject, line: Buffer): Buffer {
    const result = objectMember(body, "result");
    const version = stringMember(result, "protocolVersion");
    this.#peers.server = objectMember(result, "serverInfo");
    this.#peers.protocol = version;
    if (result === undefined || (version !== undefined && VERSIONS.includes(version))) return line;
    const why = `the server speaks a protocol version that agentz does not know: it knows ${VERSIONS.join(", ")}`;
    this.#log.refused("server", why);
    return this.#enforces ? this.#failed(open, { status: "error" }, why) : line;
  }

  #listed(open: OpenRequest, body: JsonObject, line: Buffer): Buffer {
    try {
      return this.#lists.shown(body, line);
    } catch (error) {
      const why = `the list of tools cannot be checked: ${messageOf(error)}`;
      this.#options.tell(why);
      return this.#enforces ? this.#failed(open, { status: "error" }, why) : line;
    }
  }

  #late(open: OpenRequest): void {
    const why = `the server did not answer within ${this.#options.timeout / 1000} s`;
    open.channel.answer(this.#failed(open, { status: "timeout" }, why));
    const params = { requestId: open.id, reason: "timeout" };
    if (open.method !== "initialize")
      this.#outputs.toServer(lineOf({ jsonrpc: "2.0", method: "notifications/cancelled", params }));
  }

  /** Answers every request that the server will not answer any more. */
  serverGone(why: string): void {
    for (const { request, channel, answer } of this.#asks.close())
      this.#deny(request, channel, answer, `; ${why}`);
    for (const { id } of this.#ofClient.all()) {
      const open = this.#ofClient.take(id);
      if (open !== undefined) open.channel.answer(this.#failed(open, { status: "error" }, why));
    }
  }

  /** Answers a request that did not reach the server. */
  unanswered(id: MessageId | undefined, why: string): void {
    const open = id === undefined ? undefined : this.#ofClient.take(id);
    if (open !== undefined) open.channel.answer(this.#failed(open, { status: "error" }, why));
  }

  /** Records that a request was answered by no message, such as by a status of HTTP. */
  notAnswered(id: MessageId | undefined, outcome: JsonObject): void {
    const open = id === undefined ? undefined : this.#ofClient.take(id);
    if (open !== undefined) this.#log.settle(open, outcome);
  }

  /** Records the end of the session. */
  close(): void {
    this.#asks.close();
    this.#ofClient.stop();
    this.#log.end();
  }
}

const TOO_LONG = "the message is longer than --max-message";
const UNBOUND =
  "; it cannot be approved here: its resource is unknown, so add the tool to a catalog";
const WAITS = "a request with this id waits for an approval";
/** A request of a server is answered by the client, whose answer is sent on. */
const NOWHERE: Channel = {
  forward: () => undefined,
  answer: () => undefined,
  ask: () => undefined,
};

function isHeld({ context }: Answer): boolean {
  return stringMember(context, "effect") === "require_approval";
}

function isModern(params: JsonObject): boolean {
  return Object.hasOwn(objectMember(params, "_meta") ?? {}, MODERN_VERSION);
}

/** The id of an answer that cannot be used, as far as it seems to have one. */
function answeredId(line: Buffer): MessageId | undefined {
  const value = seemingValue(line.toString("utf8"));
  const id = isJsonObject(value) ? value["id"] : undefined;
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}
