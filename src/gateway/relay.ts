import type { JsonObject } from "../request/json.ts";
import { errorAnswer, INVALID_REQUEST, lineOf } from "./answers.ts";
import { BatchAnswers } from "./batch-answers.ts";
import { ClientRequests } from "./client-requests.ts";
import { InFlight, type Channel, type OpenRequest } from "./in-flight.ts";
import { lineText } from "./line-splitter.ts";
import {
  BATCH_VERSION,
  type Batch,
  type Message,
  type MessageId,
  type Notification,
  type Response,
  type Unreadable,
} from "./message.ts";
import { outcomeOf } from "./outcome.ts";
import type { RelayOutputs } from "./relay-options.ts";
import type { RelaySession } from "./relay-session.ts";
import { ServerMessages } from "./server-messages.ts";
import type { SharedParts } from "./shared-parts.ts";

/**
 * Stands between an MCP client and a server for one session (design 15.1): reads each message as
 * everybody has to read it, has calls decided and recorded before they go on, and forwards what is
 * not concerned byte for byte. Only `enforce` stops anything.
 */
export class Relay {
  readonly #outputs: RelayOutputs;
  readonly #session: RelaySession;
  readonly #ofClient: InFlight;
  readonly #ofServer = new InFlight();
  readonly #requests: ClientRequests;
  readonly #server: ServerMessages;

  constructor(parts: SharedParts, outputs: RelayOutputs) {
    this.#outputs = outputs;
    this.#session = parts.session;
    this.#ofClient = new InFlight({
      timeout: this.#session.options.timeout,
      onLate: (open) => this.#late(open),
    });
    this.#requests = new ClientRequests(parts, this.#ofClient);
    this.#server = new ServerMessages(parts, {
      ofClient: this.#ofClient,
      ofServer: this.#ofServer,
      toServer: outputs.toServer,
    });
  }

  /** Takes a line of the client, read as `message`: it is sent on, or answered. */
  fromClient(line: Buffer, message: Message, channel: Channel): void {
    switch (message.kind) {
      case "request":
        return this.#requests.take(message, channel);
      case "notification":
        return this.#clientNotification(message, channel);
      case "response":
        return this.#clientResponse(message, channel, line);
      case "batch":
        return this.#clientBatch(message, channel);
      case "unreadable":
        if (lineText(line).length === 0) return channel.forward();
        return this.#unreadable(message, channel);
    }
  }

  /** Takes several messages as one: each is decided by itself, and the answers go back as one. */
  #clientBatch({ members }: Batch, channel: Channel): void {
    const version = this.#session.peers.protocol;
    const reason = members.some(({ message }) => isGreeting(message))
      ? "`initialize` cannot be part of a batch"
      : version === BATCH_VERSION
        ? undefined
        : `batches exist only in protocol ${BATCH_VERSION}: send one message a line`;
    if (reason !== undefined)
      return this.#unreadable({ kind: "unreadable", reason, id: undefined }, channel);
    const answers = new BatchAnswers(channel);
    for (const { bytes, message } of members)
      this.fromClient(bytes, message, answers.channelOf(bytes, message.kind === "request"));
    answers.sendOn(members.map(({ bytes }) => bytes));
  }

  /** Takes a line of the server: it is given back as it goes to the client; undefined: it does not. */
  fromServer(line: Buffer): Buffer | undefined {
    return this.#server.take(line);
  }

  #unreadable({ reason, id, code = INVALID_REQUEST }: Unreadable, channel: Channel): void {
    this.#session.log.refused("client", reason);
    if (!this.#session.enforces) return channel.forward();
    const message = `agentz: the message was not sent to the server: ${reason}`;
    channel.answer(errorAnswer(id, { code, message }), code);
  }

  /** Answers a message of the client that is too long to be kept; it goes nowhere. */
  tooLong(channel: Channel): void {
    this.#session.log.refused("client", TOO_LONG);
    channel.answer(
      errorAnswer(undefined, { code: INVALID_REQUEST, message: `agentz: ${TOO_LONG}` }),
    );
  }

  /** A side ended in the middle of a message, which goes nowhere. */
  torn(side: "client" | "server", bytes: number): void {
    this.#session.log.refused(side, `it ended after ${bytes} bytes of a message`);
  }

  /** The server sent a message that is too long to be kept: nothing of it can be answered. */
  serverTooLong(): void {
    this.#session.log.refused("server", TOO_LONG);
    this.serverGone(`${this.#session.server} sent a message that is longer than --max-message`);
  }

  #clientNotification({ method, params }: Notification, channel: Channel): void {
    if (!method.startsWith("notifications/")) {
      this.#session.log.refused("client", NO_ID);
      if (this.#session.enforces) return;
    }
    if (method === "notifications/cancelled" && this.#cancelled(params)) return;
    channel.forward();
  }

  /** True for a call that the server never saw. Any other may have run, and may still be answered. */
  #cancelled(params: JsonObject): boolean {
    const id = params["requestId"];
    if (typeof id !== "string" && typeof id !== "number") return false;
    if (this.#requests.elicited.cancel(id)) return true;
    const open = this.#ofClient.get(id);
    if (open === undefined) return false;
    this.#ofClient.waitFreely(open);
    this.#session.log.settle(open, { status: "cancelled" });
    open.channel.batch?.leave();
    return false;
  }

  #clientResponse(response: Response, channel: Channel, line: Buffer): void {
    const session = this.#session;
    if (this.#requests.elicited.take(response.id, response.body)) return;
    const open = this.#ofServer.take(response.id);
    if (open === undefined) {
      session.log.refused("client", "an answer to no request of the server");
      return session.enforces ? undefined : channel.forward();
    }
    session.log.settle(open, outcomeOf(response.body, session.options.results));
    const kept = session.redacted(open, line);
    if (kept === line) channel.forward();
    else this.#outputs.toServer(kept);
  }

  #late(open: OpenRequest): void {
    const why = `${this.#session.server} did not answer within ${this.#session.options.timeout / 1000} s`;
    open.channel.answer(this.#server.failed(open, { status: "timeout" }, why));
    const params = { requestId: open.id, reason: "timeout" };
    if (open.method !== "initialize")
      this.#outputs.toServer(lineOf({ jsonrpc: "2.0", method: "notifications/cancelled", params }));
  }

  /** Answers every request that the server will not answer any more. */
  serverGone(why: string): void {
    this.#requests.elicited.deny(`; ${why}`);
    for (const { id } of this.#ofClient.all()) this.unanswered(id, why);
  }

  /** Answers a request that the server does not answer; one that was answered stays so. */
  unanswered(
    id: MessageId | undefined,
    why: string,
    outcome: JsonObject = { status: "error" },
  ): void {
    const open = id === undefined ? undefined : this.#ofClient.take(id);
    if (open !== undefined) open.channel.answer(this.#server.failed(open, outcome, why));
  }

  /** Records that a request was answered by no message, such as by a status of HTTP. */
  notAnswered(id: MessageId | undefined, outcome: JsonObject): void {
    const open = id === undefined ? undefined : this.#ofClient.take(id);
    if (open !== undefined) this.#session.log.settle(open, outcome);
  }

  /** The client went away before its requests were answered, which cancels them. */
  abandon(): void {
    for (const { id } of this.#ofClient.all()) this.notAnswered(id, { status: "cancelled" });
    this.#ofClient.stop();
  }

  /** Records the end of the session. */
  close(): void {
    this.#requests.close();
    this.#ofClient.stop();
    this.#session.log.end();
  }
}

/** Why a message of the client is refused of which nothing is known, or that nobody could answer. */
export const TOO_LONG = "the message is longer than --max-message";
export const NO_ID = "a request without an id, which nobody could answer";

function isGreeting(message: Message): boolean {
  return message.kind === "request" && message.method === "initialize";
}
