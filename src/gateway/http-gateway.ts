import type { IncomingMessage, ServerResponse } from "node:http";
import { HttpProblem } from "../serve/http-problem.ts";
import { EventSplitter, hasId } from "./event-stream.ts";
import {
  HttpFront,
  JSON_TYPE,
  type Exchange,
  type HttpFrontOptions,
  type ListenOptions,
} from "./http-front.ts";
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
import type { Identity } from "./identity.ts";
import type { Channel } from "./in-flight.ts";
import { lineText } from "./line-splitter.ts";
import { readLine, type Message, type MessageId } from "./message.ts";
import { modernOf, type Modern } from "./modern.ts";
import { Relay } from "./relay.ts";
import type { Upstream } from "./upstream.ts";
import { NO_RESULT, redirectFault, redirectOf, whyNoAnswer } from "./upstream-fault.ts";

/** How a gateway before one server listens. */
export interface HttpGatewayOptions
  extends HttpFrontOptions,
    Omit<HttpSessionsOptions, "toServer"> {
  readonly upstream: Upstream;
  /** Whether the client's credentials are the server's: only where the gateway asks for none. */
  readonly passesAuthorization: boolean;
  readonly maxMessage: number;
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

const STREAM_TYPE = /^text\/event-stream\s*(?:;|$)/i;

/** Stands between MCP clients and one server on streamable HTTP (design 15.1). */
export class HttpGateway {
  readonly #options: HttpGatewayOptions;
  readonly #sessions: HttpSessions;
  readonly #front: HttpFront;

  constructor(options: HttpGatewayOptions) {
    this.#options = options;
    this.#front = new HttpFront(options, {
      path: options.upstream.url.pathname,
      handle: (exchange, identity) => this.#handle(exchange, identity),
      tell: options.relay.tell,
    });
    this.#sessions = new HttpSessions({
      ...options,
      toServer: (session, line) => void this.#toServer(session, line),
    });
  }

  /** Begins to listen; gives the address. */
  listen(socket: ListenOptions): Promise<string> {
    return this.#front.listen(socket);
  }

  async close(): Promise<void> {
    await this.#front.close();
    this.#sessions.close();
    this.#options.upstream.close();
  }

  async #handle(exchange: Exchange, identity: Identity): Promise<void> {
    const { request } = exchange;
    if (request.method === "POST") return this.#post(exchange, identity);
    const session = this.#sessions.known(request, identity);
    if (request.method === "DELETE") return this.#delete(exchange, session);
    // the stream of messages that the server sends by itself
    await this.#passed(exchange, session);
  }

  async #post(exchange: Exchange, identity: Identity): Promise<void> {
    const { request, response } = exchange;
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
      const why = this.#noAnswer(whyNoAnswer(error));
      for (const id of sent.ids) talk.relay.unanswered(id, why);
      if (!response.writableEnded) this.#front.fail(exchange, new HttpProblem(502, why));
    }
  }

  #noAnswer(why: string): string {
    return `the server \`${this.#options.server}\` gave no answer: ${why}`;
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
    const redirect = redirectOf(answer);
    if (redirect !== undefined) throw new Error(redirectFault(redirect));
    if (STREAM_TYPE.test(type) && status < 300)
      return this.#streamBack(response, talk, { answer, ids });
    const body = await bodyOf(answer, this.#options.maxMessage);
    const isMessage = JSON_TYPE.test(type) && (status < 300 || isAnswerTo(ids, body));
    if (ids.length > 0 && !isMessage && (status < 300 || status >= 500)) {
      const why = this.#noAnswer(`status ${status}, ${type === "" ? "no content type" : type}`);
      for (const id of ids) talk.relay.unanswered(id, why, { status: "error", http: status });
      return;
    }
    if (!JSON_TYPE.test(type) || (status >= 300 && !isAnswerTo(ids, body))) {
      for (const id of ids) talk.relay.notAnswered(id, { status: "error", http: status });
      if (response.headersSent) return void response.end();
      response.writeHead(status, passedHeaders(answer));
      return void response.end(body);
    }
    if (ids.length > 0 && lineText(body).length === 0) throw new Error(NO_RESULT);
    const kept = talk.relay.fromServer(body);
    if (kept === undefined) throw new Error("it sent no answer that can be used");
    // outside of `enforce`, what is no answer to them may go on as well
    for (const id of ids) talk.relay.notAnswered(id, { status: "error", http: status });
    if (response.headersSent) return endEvents(response, kept);
    response.writeHead(status, passedHeaders(answer));
    response.end(kept);
  }

  async #streamBack(
    response: ServerResponse,
    { session, relay }: Pick<Conversation, "session" | "relay">,
    { answer, ids }: { readonly answer: IncomingMessage; readonly ids: readonly MessageId[] },
  ): Promise<void> {
    const events = new EventSplitter(this.#options.maxMessage);
    if (!response.headersSent) response.writeHead(answer.statusCode ?? 200, passedHeaders(answer));
    response.flushHeaders();
    let isResumable = false;
    const torn = (): void => {
      if (events.torn > 0 && !response.destroyed) relay.torn("server", events.torn);
    };
    try {
      for await (const chunk of answer) {
        const found = events.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
        if (found === undefined) {
          relay.serverTooLong();
          return void answer.destroy();
        }
        for (const event of found) {
          isResumable ||= hasId(event);
          const kept = relayedEvent(relay, event);
          session.used = Date.now();
          if (kept !== undefined && !response.write(kept)) await drained(response);
        }
      }
    } catch (error) {
      torn();
      throw error;
    }
    torn();
    // what a stream without ids did not bring comes no more
    if (!isResumable) for (const id of ids) relay.unanswered(id, this.#noAnswer(NO_RESULT));
    if (!response.writableEnded) response.end();
  }

  /** WHY the end is recorded first: whoever has the answer may read the log. */
  async #delete(exchange: Exchange, session: Session): Promise<void> {
    const answer = await this.#sent(exchange, session);
    if ((answer.statusCode ?? 502) < 300) this.#sessions.end(session);
    await this.#returned(exchange, session, answer);
  }

  /** Sends a request without a body on, and the response back. */
  async #passed(exchange: Exchange, session: Session): Promise<void> {
    await this.#returned(exchange, session, await this.#sent(exchange, session));
  }

  async #sent({ request, response }: Exchange, session: Session): Promise<IncomingMessage> {
    const sent = this.#options.upstream.send({
      method: request.method ?? "GET",
      headers: requestHeaders(request, this.#options.passesAuthorization),
      body: undefined,
      signal: aborterOf(response).signal,
    });
    if (request.method === "GET") session.gate.opens(sent);
    try {
      return await sent;
    } catch (error) {
      throw new HttpProblem(502, this.#noAnswer(whyNoAnswer(error)));
    }
  }

  async #returned(exchange: Exchange, session: Session, answer: IncomingMessage): Promise<void> {
    const talk = { session, relay: session.relay };
    await this.#back(exchange, talk, { answer, ids: [] }).catch((error: unknown) => {
      const { response } = exchange;
      // whoever listened is gone
      if (response.destroyed) return;
      if (!response.headersSent) throw new HttpProblem(502, this.#noAnswer(whyNoAnswer(error)));
      // the client may ask for another stream
      const { server, relay } = this.#options;
      relay.tell(`the stream of the server \`${server}\` ended: ${whyNoAnswer(error)}`);
      response.end();
    });
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
