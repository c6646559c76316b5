import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "../request/json.ts";
import { HttpProblem } from "../serve/http-problem.ts";
import { Listener, type Address, type Certificates, type Patience } from "../serve/listener.ts";
import { errorAnswer, INTERNAL_ERROR, INVALID_REQUEST } from "./answers.ts";
import { EventSplitter } from "./event-stream.ts";
import {
  aborterOf,
  bodyOf,
  drained,
  endEvents,
  header,
  passedHeaders,
  requestHeaders,
  respond,
  writeEvent,
} from "./http-messages.ts";
import { checked, idsOf, isAnswerTo, relayedEvent, statusOf } from "./http-rules.ts";
import { HttpSessions, SESSION, type HttpSessionsOptions, type Session } from "./http-sessions.ts";
import type { Identify, Identity } from "./identity.ts";
import type { Channel } from "./in-flight.ts";
import { readLine, type Message, type MessageId } from "./message.ts";
import { modernOf, type Modern } from "./modern.ts";
import { Relay } from "./relay.ts";
import type { Upstream } from "./upstream.ts";

/** How a gateway listens. */
export interface HttpGatewayOptions extends Omit<HttpSessionsOptions, "toServer"> {
  readonly upstream: Upstream;
  readonly identify: Identify;
  /** Web pages that may send requests, such as `https://app.example`; others may not. */
  readonly origins: readonly string[];
  /** Names by which this machine may be asked; undefined: any. */
  readonly hosts: readonly string[] | undefined;
  /** Whether the client's credentials are the server's: only where the gateway asks for none. */
  readonly passesAuthorization: boolean;
  /** Where tokens are had (RFC 9728); undefined: none are asked for. */
  readonly metadata: JsonObject | undefined;
  readonly maxMessage: number;
  /** Milliseconds that open requests have at the end. */
  readonly grace: number;
}

/** A client's request and its response. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What belongs together: the messages of a session, or one request that stands by itself. */
interface Conversation {
  readonly session: Session;
  readonly relay: Relay;
  /** Whether the server may give it an id now. */
  readonly isNew: boolean;
  /** Ends the request to the server. */
  readonly aborter: AbortController;
}

/** Where what a protected server says of itself is (RFC 9728). */
export const METADATA_PATH = "/.well-known/oauth-protected-resource";
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const STREAM_TYPE = /^text\/event-stream\s*(?:;|$)/i;

/** Stands between MCP clients and one server on streamable HTTP (design 15.1). */
export class HttpGateway {
  readonly #options: HttpGatewayOptions;
  readonly #sessions: HttpSessions;
  #listener: Listener | undefined;

  constructor(options: HttpGatewayOptions) {
    this.#options = options;
    this.#sessions = new HttpSessions({
      ...options,
      toServer: (session, line) => void this.#toServer(session, line),
    });
  }

  /** Begins to listen; gives the address. */
  async listen(socket: {
    readonly address: Address;
    readonly certificates: Certificates | undefined;
    readonly patience: Patience;
  }): Promise<string> {
    this.#listener = new Listener(
      (request, response) => this.#handle({ request, response }),
      socket,
    );
    await this.#listener.listen();
    return this.#listener.where;
  }

  async close(): Promise<void> {
    await this.#listener?.close(this.#options.grace);
    this.#sessions.close();
    this.#options.upstream.close();
  }

  #handle(exchange: Exchange): void {
    exchange.response.on("error", () => undefined);
    this.#answer(exchange).catch((error: unknown) => this.#fail(exchange, error));
  }

  #fail({ request, response }: Exchange, error: unknown): void {
    const isProblem = error instanceof HttpProblem;
    const why = isProblem ? error.message : "internal error: the request could not be handled";
    if (!isProblem)
      this.#options.relay.tell(
        `internal error: ${error instanceof Error ? error.message : String(error)}`,
      );
    if (response.headersSent) return void response.destroy();
    const code = isProblem ? INVALID_REQUEST : INTERNAL_ERROR;
    response.writeHead(isProblem ? error.status : 500, {
      "Content-Type": "application/json",
      // what is left of a body that nobody reads would be taken for the next request
      ...(!request.complete && { Connection: "close" }),
      ...(isProblem && error.headers),
    });
    response.end(errorAnswer(undefined, { code, message: `agentz: ${why}` }));
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    this.#refuseForeign(request);
    const { pathname } = this.#options.upstream.url;
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    const { metadata } = this.#options;
    if (metadata !== undefined && request.method === "GET" && path.startsWith(METADATA_PATH)) {
      response.writeHead(200, { "Content-Type": "application/json" });
      return void response.end(JSON.stringify(metadata));
    }
    if (path !== pathname)
      throw new HttpProblem(404, `there is nothing at this path; the server is at ${pathname}`);
    const identity = await this.#options.identify(request);
    switch (request.method) {
      case "POST":
        return this.#post(exchange, identity);
      case "GET":
        // the stream of messages that the server sends by itself
        return void (await this.#passed(exchange, this.#sessions.known(request, identity)));
      case "DELETE":
        return this.#delete(exchange, this.#sessions.known(request, identity));
      default:
        throw new HttpProblem(405, "this path takes GET, POST, DELETE", {
          Allow: "GET, POST, DELETE",
        });
    }
  }

  /** Web pages of others may not use a gateway that only this machine reaches. */
  #refuseForeign({ headers }: IncomingMessage): void {
    const { origin, host = "" } = headers;
    const { hosts } = this.#options;
    if (hosts !== undefined && !hosts.includes(host.replace(/:\d+$/, "").toLowerCase()))
      throw new HttpProblem(403, "the gateway is not known by this name; pass --url");
    if (origin !== undefined && !this.#options.origins.includes(origin))
      throw new HttpProblem(403, "requests of web pages of this origin are not allowed");
  }

  async #post(exchange: Exchange, identity: Identity): Promise<void> {
    const { request, response } = exchange;
    if (!JSON_TYPE.test(request.headers["content-type"] ?? ""))
      throw new HttpProblem(415, "the content type has to be application/json");
    const body = await bodyOf(request, this.#options.maxMessage);
    const read = readLine(body, "bodies");
    const modern = read.kind === "request" ? modernOf(read.params) : undefined;
    const message = checked(read, request, modern);
    const talk = this.#conversation(exchange, identity, { message: read, modern });
    let isTaken = false;
    const taken = (how: () => void) => (): void => {
      isTaken = true;
      how();
    };
    const ids = idsOf(message);
    const channel: Channel = {
      forward: (edit) =>
        taken(() => void this.#forward(exchange, talk, { ids, body: edit?.(body) ?? body }))(),
      answer: (line, fault) =>
        taken(() => respond(response, line, statusOf(fault, modern !== undefined)))(),
      ask: (line) => taken(() => writeEvent(response, line))(),
    };
    talk.relay.fromClient(body, message, channel);
    if (modern === undefined) talk.session.gate.sees(message);
    if (!isTaken) throw new HttpProblem(400, "the message was not sent to the server");
  }

  /** What a message is part of: a request without a handshake stands by itself, and ends with its response. */
  #conversation(
    { request, response }: Exchange,
    identity: Identity,
    { message, modern }: { readonly message: Message; readonly modern: Modern | undefined },
  ): Conversation {
    const aborter = aborterOf(response);
    if (modern !== undefined) {
      const session = this.#sessions.stateless(identity);
      const relay = new Relay(session.parts, { toServer: () => aborter.abort() });
      response.once("close", () => relay.abandon());
      return { session, relay, isNew: false, aborter };
    }
    const isGreeting = message.kind === "request" && message.method === "initialize";
    const isNew = isGreeting && header(request, SESSION) === undefined;
    const session = isNew
      ? this.#sessions.begin(identity)
      : this.#sessions.known(request, identity);
    return { session, relay: session.relay, isNew, aborter };
  }

  /** Sends a message on, and the server's answer back. */
  async #forward(
    exchange: Exchange,
    talk: Conversation,
    sent: { readonly ids: readonly MessageId[]; readonly body: Buffer },
  ): Promise<void> {
    const { request, response } = exchange;
    try {
      // a server that keeps no session asks nothing by itself
      if (talk.session.id !== undefined) await talk.session.gate.passed();
      const answer = await this.#options.upstream.send({
        method: "POST",
        headers: requestHeaders(request, this.#options.passesAuthorization),
        body: sent.body,
        signal: talk.aborter.signal,
      });
      if (talk.isNew) this.#sessions.register(talk.session, header(answer, SESSION));
      await this.#back(exchange, talk, { answer, ids: sent.ids });
    } catch (error) {
      if (response.destroyed && !response.writableEnded) return;
      const why = error instanceof Error ? error.message : String(error);
      for (const id of sent.ids) talk.relay.unanswered(id, `the server cannot be reached: ${why}`);
      if (!response.writableEnded)
        this.#fail(exchange, new HttpProblem(502, "the server cannot be reached"));
    }
  }

  /** Sends a server's response to the client, what of it are messages by the relay. */
  async #back(
    exchange: Exchange,
    talk: Pick<Conversation, "session" | "relay">,
    { answer, ids }: { readonly answer: IncomingMessage; readonly ids: readonly MessageId[] },
  ): Promise<void> {
    const { response } = exchange;
    const type = answer.headers["content-type"] ?? "";
    const status = answer.statusCode ?? 502;
    if (STREAM_TYPE.test(type) && status < 300) return this.#streamBack(response, talk, answer);
    const body = await bodyOf(answer, this.#options.maxMessage);
    if (!JSON_TYPE.test(type) || (status >= 300 && !isAnswerTo(ids, body))) {
      for (const id of ids) talk.relay.notAnswered(id, { status: "error", http: status });
      if (response.headersSent) return void response.end();
      response.writeHead(status, passedHeaders(answer));
      return void response.end(body);
    }
    const kept = talk.relay.fromServer(body);
    if (kept === undefined) throw new Error("it sent no answer that can be used");
    if (response.headersSent) return endEvents(response, kept);
    response.writeHead(status, passedHeaders(answer));
    response.end(kept);
  }

  async #streamBack(
    response: ServerResponse,
    { session, relay }: Pick<Conversation, "session" | "relay">,
    answer: IncomingMessage,
  ): Promise<void> {
    const events = new EventSplitter(this.#options.maxMessage);
    if (!response.headersSent) response.writeHead(answer.statusCode ?? 200, passedHeaders(answer));
    response.flushHeaders();
    for await (const chunk of answer) {
      const found = events.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
      if (found === undefined) {
        relay.serverTooLong();
        return void answer.destroy();
      }
      for (const event of found) {
        const kept = relayedEvent(relay, event);
        session.used = Date.now();
        if (kept !== undefined && !response.write(kept)) await drained(response);
      }
    }
    response.end();
  }

  async #delete(exchange: Exchange, session: Session): Promise<void> {
    const status = await this.#passed(exchange, session);
    if (status < 300) this.#sessions.end(session);
  }

  /** Sends a request without a body on, and the response back; gives its status. */
  async #passed(exchange: Exchange, session: Session): Promise<number> {
    const { request, response } = exchange;
    const sent = this.#options.upstream.send({
      method: request.method ?? "GET",
      headers: requestHeaders(request, this.#options.passesAuthorization),
      body: undefined,
      signal: aborterOf(response).signal,
    });
    if (request.method === "GET") session.gate.opens(sent);
    let answer: IncomingMessage;
    try {
      answer = await sent;
    } catch {
      throw new HttpProblem(502, "the server cannot be reached");
    }
    const talk = { session, relay: session.relay };
    await this.#back(exchange, talk, { answer, ids: [] }).catch((error: unknown) => {
      // whoever listened is gone
      if (!response.destroyed) throw error;
    });
    return answer.statusCode ?? 502;
  }

  /** Sends a message of the gateway's own to the server. */
  async #toServer(session: Session, line: Buffer): Promise<void> {
    const { upstream, relay } = this.#options;
    try {
      const answer = await upstream.send({
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          ...(session.id !== undefined && { [SESSION]: session.id }),
        },
        body: line,
        signal: AbortSignal.timeout(10_000),
      });
      answer.resume();
    } catch (error) {
      relay.tell(
        `the server could not be answered: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
