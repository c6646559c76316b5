import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "../request/json.ts";
import { HttpProblem } from "../serve/http-problem.ts";
import { Listener, type Address, type Certificates, type Patience } from "../serve/listener.ts";
import { errorAnswer, INTERNAL_ERROR, INVALID_REQUEST } from "./answers.ts";
import { EventSplitter, withData, type StreamEvent } from "./event-stream.ts";
import type { Identify, Identity } from "./identity.ts";
import type { Channel } from "./in-flight.ts";
import { readMessage, type MessageId } from "./message.ts";
import { Relay, type RelayOptions } from "./relay.ts";
import type { Upstream } from "./upstream.ts";

/** How a gateway listens. */
export interface HttpGatewayOptions {
  readonly upstream: Upstream;
  readonly server: string;
  /** What the relay of each session does. */
  readonly relay: Omit<RelayOptions, "caller">;
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
  /** Milliseconds of silence after which a session is over. */
  readonly idle: number;
  /** Milliseconds that open requests have at the end. */
  readonly grace: number;
}

/** One client's conversation with the server. */
interface Session {
  readonly relay: Relay;
  /** Who began it: nobody else may go on with it. */
  readonly owner: string;
  /** The server's id of it; undefined: the server keeps none. */
  id: string | undefined;
  used: number;
}

/** A client's request and its response. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Where what a protected server says of itself is (RFC 9728). */
export const METADATA_PATH = "/.well-known/oauth-protected-resource";
const SESSION = "mcp-session-id";
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const STREAM_TYPE = /^text\/event-stream\s*(?:;|$)/i;
const MOST_SESSIONS = 10_000;
const SWEEP_MS = 60_000;
/** Headers that only mean something between two neighbours, or are written anew. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host"],
  ...["content-length", "proxy-authorization", "proxy-authenticate", "expect", "origin", "cookie"],
  ...["accept-encoding", "authorization"],
]);

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function ownerOf({ subject, onBehalfOf }: Identity): string {
  return JSON.stringify([subject, onBehalfOf ?? null]);
}

/** Stands between MCP clients and one server on streamable HTTP (design 15.1). */
export class HttpGateway {
  readonly #options: HttpGatewayOptions;
  readonly #sessions = new Map<string, Session>();
  /** Of servers that keep no sessions: one for each client. */
  readonly #stateless = new Map<string, Session>();
  readonly #sweeper: NodeJS.Timeout;
  #listener: Listener | undefined;

  constructor(options: HttpGatewayOptions) {
    this.#options = options;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Begins to listen; gives the address. */
  async listen(of: {
    readonly address: Address;
    readonly certificates: Certificates | undefined;
    readonly patience: Patience;
  }): Promise<string> {
    this.#listener = new Listener((request, response) => this.#handle({ request, response }), of);
    await this.#listener.listen();
    return this.#listener.where;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#listener?.close(this.#options.grace);
    for (const session of this.#all()) session.relay.close();
    this.#options.upstream.close();
  }

  #all(): readonly Session[] {
    return [...this.#sessions.values(), ...this.#stateless.values()];
  }

  #sweep(): void {
    const before = Date.now() - this.#options.idle;
    for (const map of [this.#sessions, this.#stateless])
      for (const [key, session] of map)
        if (session.used < before) {
          session.relay.close();
          map.delete(key);
        }
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
        return void (await this.#passed(exchange, this.#known(request, identity)));
      case "DELETE":
        return this.#delete(exchange, this.#known(request, identity));
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

  /** The session that a request is part of; one of somebody else is none. */
  #known(request: IncomingMessage, identity: Identity): Session {
    const id = header(request, SESSION);
    const owner = ownerOf(identity);
    const session =
      id === undefined
        ? (this.#stateless.get(owner) ?? this.#register(this.#begin(identity), undefined))
        : this.#sessions.get(id);
    if (session === undefined || session.owner !== owner)
      throw new HttpProblem(404, "there is no such session; begin a new one by `initialize`");
    session.used = Date.now();
    return session;
  }

  #begin(identity: Identity): Session {
    if (this.#sessions.size + this.#stateless.size >= MOST_SESSIONS)
      throw new HttpProblem(503, "there are too many sessions");
    const { relay, server } = this.#options;
    // WHY not the id that the server gives: whoever knows it may use the session
    const caller = { ...identity, server, session: `mcp-${randomBytes(8).toString("hex")}` };
    const session: Session = {
      owner: ownerOf(identity),
      id: undefined,
      used: Date.now(),
      relay: new Relay(
        { ...relay, caller },
        { toServer: (line) => void this.#toServer(session, line) },
      ),
    };
    return session;
  }

  async #post(exchange: Exchange, identity: Identity): Promise<void> {
    const { request, response } = exchange;
    if (!JSON_TYPE.test(request.headers["content-type"] ?? ""))
      throw new HttpProblem(415, "the content type has to be application/json");
    const body = await bodyOf(request, this.#options.maxMessage);
    const message = readMessage(body, "bodies");
    const isGreeting = message.kind === "request" && message.method === "initialize";
    const isNew = isGreeting && header(request, SESSION) === undefined;
    const session = isNew ? this.#begin(identity) : this.#known(request, identity);
    let isTaken = false;
    const taken = (how: () => void) => (): void => {
      isTaken = true;
      how();
    };
    const id = message.kind === "request" ? message.id : undefined;
    const channel: Channel = {
      forward: taken(() => void this.#forward(exchange, session, { id, body, isNew })),
      answer: (line) => taken(() => respond(response, line))(),
      ask: (line) => taken(() => writeEvent(response, line))(),
    };
    session.relay.fromClient(body, channel);
    if (!isTaken) throw new HttpProblem(400, "the message was not sent to the server");
  }

  /** Sends a message on, and the server's answer back. */
  async #forward(
    exchange: Exchange,
    session: Session,
    of: { readonly id: MessageId | undefined; readonly body: Buffer; readonly isNew: boolean },
  ): Promise<void> {
    const { request, response } = exchange;
    try {
      const answer = await this.#options.upstream.send({
        method: "POST",
        headers: this.#headersOf(request),
        body: of.body,
        signal: signalOf(response),
      });
      if (of.isNew) this.#register(session, header(answer, SESSION));
      await this.#back(exchange, session, { answer, id: of.id });
    } catch (error) {
      if (response.destroyed && !response.writableEnded) return;
      const why = error instanceof Error ? error.message : String(error);
      session.relay.unanswered(of.id, `the server cannot be reached: ${why}`);
      if (!response.writableEnded)
        this.#fail(exchange, new HttpProblem(502, "the server cannot be reached"));
    }
  }

  /** A session is known by the id that the server gave it. */
  #register(session: Session, id: string | undefined): Session {
    session.id = id;
    if (id === undefined) this.#stateless.set(session.owner, session);
    else this.#sessions.set(id, session);
    return session;
  }

  #headersOf(request: IncomingMessage): Record<string, string> {
    const { passesAuthorization } = this.#options;
    const { authorization } = request.headers;
    const entries = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value !== "string" || OWN_HEADERS.has(name) ? [] : [[name, value] as const],
    );
    return {
      ...Object.fromEntries(entries),
      ...(passesAuthorization && authorization !== undefined && { authorization }),
    };
  }

  /** Sends a server's response to the client, what of it are messages by the relay. */
  async #back(
    exchange: Exchange,
    session: Session,
    of: { readonly answer: IncomingMessage; readonly id: MessageId | undefined },
  ): Promise<void> {
    const { answer, id } = of;
    const { response } = exchange;
    const type = answer.headers["content-type"] ?? "";
    const status = answer.statusCode ?? 502;
    if (STREAM_TYPE.test(type) && status < 300) return this.#streamBack(response, session, answer);
    const body = await bodyOf(answer, this.#options.maxMessage);
    if (status >= 300 || !JSON_TYPE.test(type)) {
      session.relay.notAnswered(id, { status: "error", http: status });
      if (response.headersSent) return void response.end();
      response.writeHead(status, passedHeaders(answer));
      return void response.end(body);
    }
    const kept = session.relay.fromServer(body);
    if (kept === undefined) throw new Error("it sent no answer that can be used");
    if (response.headersSent) return endEvents(response, kept);
    response.writeHead(status, passedHeaders(answer));
    response.end(kept);
  }

  async #streamBack(
    response: ServerResponse,
    session: Session,
    answer: IncomingMessage,
  ): Promise<void> {
    const events = new EventSplitter(this.#options.maxMessage);
    if (!response.headersSent) response.writeHead(answer.statusCode ?? 200, passedHeaders(answer));
    response.flushHeaders();
    for await (const chunk of answer) {
      const found = events.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
      if (found === undefined) {
        session.relay.serverTooLong();
        return void answer.destroy();
      }
      for (const event of found) {
        const kept = relayedEvent(session.relay, event);
        session.used = Date.now();
        if (kept !== undefined && !response.write(kept)) await drained(response);
      }
    }
    response.end();
  }

  async #delete(exchange: Exchange, session: Session): Promise<void> {
    const status = await this.#passed(exchange, session);
    if (status >= 300) return;
    session.relay.serverGone("the session was ended");
    session.relay.close();
    if (session.id === undefined) this.#stateless.delete(session.owner);
    else this.#sessions.delete(session.id);
  }

  /** Sends a request without a body on, and the response back; gives its status. */
  async #passed(exchange: Exchange, session: Session): Promise<number> {
    const { request, response } = exchange;
    let answer: IncomingMessage;
    try {
      answer = await this.#options.upstream.send({
        method: request.method ?? "GET",
        headers: this.#headersOf(request),
        body: undefined,
        signal: signalOf(response),
      });
    } catch {
      throw new HttpProblem(502, "the server cannot be reached");
    }
    await this.#back(exchange, session, { answer, id: undefined }).catch((error: unknown) => {
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

/** Aborted when the client goes before its response is complete. */
function signalOf(response: ServerResponse): AbortSignal {
  const aborter = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) aborter.abort();
  });
  return aborter.signal;
}

function passedHeaders(answer: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) =>
      typeof value === "string" && (!OWN_HEADERS.has(name) || name === "www-authenticate")
        ? [[name, value]]
        : [],
    ),
  );
}

async function bodyOf(message: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += part.length;
    if (length > limit) throw new HttpProblem(413, "the message is longer than --max-message");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** What of an event goes to the client; undefined: nothing. */
function relayedEvent(relay: Relay, event: StreamEvent): Buffer | undefined {
  if (event.data === "") return event.raw;
  const data = Buffer.from(event.data);
  const kept = relay.fromServer(data);
  if (kept === undefined || kept === data) return kept && event.raw;
  return withData(event, kept.toString().trimEnd());
}

function writeEvent(response: ServerResponse, line: Buffer): void {
  if (response.writableEnded) return;
  if (!response.headersSent)
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(`event: message\ndata: ${line.toString().trimEnd()}\n\n`);
}

function endEvents(response: ServerResponse, line: Buffer): void {
  writeEvent(response, line);
  response.end();
}

/** Answers a request by a message: in the stream that was begun, else as the whole response. */
function respond(response: ServerResponse, line: Buffer): void {
  if (response.writableEnded || response.destroyed) return;
  if (response.headersSent) return endEvents(response, line);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(line);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}
