import { randomBytes, randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { HttpProblem } from "../../serve/http-problem.ts";
import {
  errorAnswer,
  HEADER_MISMATCH,
  INVALID_REQUEST,
  lineOf,
  METHOD_NOT_FOUND,
  MISSING_CAPABILITY,
  UNSUPPORTED_VERSION,
} from "../answers.ts";
import { listOf } from "../batch-elements.ts";
import {
  HttpFront,
  type Exchange,
  type HttpFrontOptions,
  type ListenOptions,
} from "../http-front.ts";
import { bodyOf, header, respond } from "../http-messages.ts";
import { checked, idsOf, statusOf } from "../http-rules.ts";
import { SESSION } from "../http-sessions.ts";
import { ownerOf, type Identity } from "../identity.ts";
import { readLine, type BatchMember, type Message, type Unreadable } from "../message.ts";
import { modernOf } from "../modern.ts";
import type { RelayOptions } from "../relay-options.ts";
import type { SessionLog } from "../session-log.ts";
import type { ManyServers } from "./many-servers.ts";
import { logOfMany, oneLine, openMany, type ManyOptions } from "./open-many.ts";
import { ReplyStreams } from "./reply-streams.ts";
import type { ServerEntries } from "./servers-file.ts";

/** How a gateway before several servers listens. */
export interface ManyHttpOptions extends HttpFrontOptions {
  readonly servers: ServerEntries;
  readonly relay: Omit<RelayOptions, "caller">;
  readonly link: ManyOptions["link"];
  readonly serverWait: number;
  readonly path: string;
  /** Milliseconds of silence after which a session is over. */
  readonly idle: number;
}

/** One client's conversation with the servers, which were started for it. */
interface Session {
  readonly many: ManyServers;
  readonly streams: ReplyStreams;
  readonly owner: string;
  /** Where messages are recorded that are refused before they come to the servers. */
  readonly log: SessionLog;
  used: number;
}

/** Each session may start servers. */
const MOST_SESSIONS = 100;
const SWEEP_MS = 30_000;
const OK = (): number => 200;
/** Errors of a request without a handshake that its status says too. */
const PROTOCOL_FAULTS: ReadonlySet<unknown> = new Set([
  ...[INVALID_REQUEST, METHOD_NOT_FOUND, HEADER_MISMATCH, UNSUPPORTED_VERSION],
  MISSING_CAPABILITY,
]);

function modernStatus(code: unknown): number {
  return statusOf(typeof code === "number" && PROTOCOL_FAULTS.has(code) ? code : undefined, true);
}

/** Stands between MCP clients and several servers on streamable HTTP (design 15.1). */
export class ManyHttp {
  readonly #options: ManyHttpOptions;
  readonly #front: HttpFront;
  readonly #sessions = new Map<string, Session>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: ManyHttpOptions) {
    this.#options = options;
    this.#front = new HttpFront(options, {
      path: options.path,
      handle: (exchange, identity) => this.#handle(exchange, identity),
      tell: options.relay.tell,
    });
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Begins to listen; gives the address. */
  listen(socket: ListenOptions): Promise<string> {
    return this.#front.listen(socket);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    const closed = this.#front.close();
    await this.#endAll();
    await closed;
    // what an open connection began meanwhile
    await this.#endAll();
  }

  #sweep(): void {
    const before = Date.now() - this.#options.idle;
    for (const [id, { used, streams }] of this.#sessions)
      if (used < before && !streams.isBusy) void this.#end(id);
  }

  async #handle(exchange: Exchange, identity: Identity): Promise<void> {
    const { request, response } = exchange;
    if (request.method === "POST") return this.#post(exchange, identity);
    const { id, session } = this.#known(exchange, identity);
    if (request.method === "GET") return session.streams.listen(response);
    await this.#end(id);
    response.writeHead(204).end();
  }

  async #post(exchange: Exchange, identity: Identity): Promise<void> {
    try {
      await this.#take(exchange, identity);
    } catch (error) {
      if (error instanceof HttpProblem)
        this.#logOf(exchange, identity).refused("client", error.message);
      throw error;
    }
  }

  async #take(exchange: Exchange, identity: Identity): Promise<void> {
    const { request } = exchange;
    const body = await bodyOf(request, this.#options.link.maxMessage);
    const read = readLine(body, "bodies");
    const modern = read.kind === "request" ? modernOf(read.params) : undefined;
    const message = checked(read, request, modern);
    if (message.kind === "unreadable") return this.#refuse(exchange, identity, message);
    const line = oneLine(body);
    if (modern !== undefined) return this.#byItself(exchange, identity, { message, line });
    const isGreeting = message.kind === "request" && message.method === "initialize";
    if (isGreeting && header(request, SESSION) === undefined)
      return this.#greet(exchange, identity, { message, line });
    this.#part(exchange, this.#known(exchange, identity).session, { message, line });
  }

  #refuse(
    exchange: Exchange,
    identity: Identity,
    { id, reason, code = INVALID_REQUEST }: Unreadable,
  ): void {
    this.#logOf(exchange, identity).refused("client", reason);
    respond(exchange.response, errorAnswer(id, { code, message: `agentz: ${reason}` }), 400);
  }

  /** Where a refused message is recorded: in the session that it names, else in one of its own. */
  #logOf({ request }: Exchange, identity: Identity): SessionLog {
    const session = this.#sessions.get(header(request, SESSION) ?? "");
    if (session !== undefined && session.owner === ownerOf(identity)) return session.log;
    return logOfMany(this.#relayOf(identity));
  }

  /** How a new session of somebody decides. */
  #relayOf(identity: Identity): RelayOptions {
    // WHY not the id of the client: whoever knows it may use the session
    const session = `mcp-${randomBytes(8).toString("hex")}`;
    return { ...this.#options.relay, caller: { ...identity, server: "", session } };
  }

  /** A request without a handshake: all those of one caller are one session. */
  #byItself({ response }: Exchange, identity: Identity, { message, line }: Taken): void {
    if (message.kind !== "request") return;
    const id = `modern ${ownerOf(identity)}`;
    const session = this.#sessions.get(id) ?? this.#begin(id, identity);
    session.used = Date.now();
    const own = session.streams.expect(message, line, { response, statusOf: modernStatus });
    response.once("close", () => {
      // whoever closes the stream cancels
      if (response.writableFinished || !session.streams.forget(own.id)) return;
      const params = { requestId: own.id, reason: "the client closed the stream" };
      const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params };
      session.many.fromClient(lineOf(cancelled));
    });
    session.many.fromClient(own.line);
  }

  #greet(exchange: Exchange, identity: Identity, taken: Taken): void {
    const id = randomUUID();
    const session = this.#begin(id, identity);
    exchange.response.setHeader("Mcp-Session-Id", id);
    this.#part(exchange, session, taken);
  }

  /** A message of a session. */
  #part({ response }: Exchange, { many, streams }: Session, { message, line }: Taken): void {
    const ids = idsOf(message);
    if (new Set(ids).size < ids.length || ids.some((id) => streams.ownId(id) !== undefined))
      throw new HttpProblem(400, "a request with this id is not answered yet");
    if (message.kind === "request") {
      const own = streams.expect(message, line, { response, statusOf: OK });
      response.once("close", () => void streams.forget(own.id));
      return many.fromClient(own.line);
    }
    if (message.kind === "batch") return this.#batch(response, { many, streams }, message.members);
    if (message.kind === "notification" && message.method === "notifications/cancelled") {
      const requestId = streams.ownId(message.params["requestId"]);
      const params = { ...message.params, requestId: requestId ?? "" };
      if (requestId !== undefined)
        many.fromClient(lineOf({ jsonrpc: "2.0", method: message.method, params }));
    } else many.fromClient(line);
    response.writeHead(202).end();
  }

  #batch(
    response: ServerResponse,
    { many, streams }: Pick<Session, "many" | "streams">,
    members: readonly BatchMember[],
  ): void {
    if (members.some(({ message }) => message.kind === "unreadable" || message.kind === "batch"))
      throw new HttpProblem(400, "a message of the batch cannot be part of a batch");
    const owns: string[] = [];
    const lines = members.map(({ bytes, message }) => {
      if (message.kind !== "request") return bytes;
      const own = streams.expect(message, bytes, { response, statusOf: OK });
      owns.push(own.id);
      return own.line;
    });
    response.once("close", () => owns.forEach((own) => streams.forget(own)));
    many.fromClient(oneLine(listOf(lines)));
    if (owns.length === 0) response.writeHead(202).end();
  }

  #begin(id: string, identity: Identity): Session {
    if (this.#sessions.size >= MOST_SESSIONS)
      throw new HttpProblem(503, `there are ${MOST_SESSIONS} sessions, each with its own servers`);
    const { servers, link, serverWait } = this.#options;
    const relay = this.#relayOf(identity);
    const streams = new ReplyStreams();
    const many = openMany(
      servers,
      { relay, link, serverWait },
      { ready: streams.ready, toClient: (line) => streams.send(line) },
    );
    const log = logOfMany(relay);
    const session = { many, streams, log, owner: ownerOf(identity), used: Date.now() };
    this.#sessions.set(id, session);
    return session;
  }

  /** The session that a request names; one of somebody else is an `HttpProblem`. */
  #known({ request }: Exchange, identity: Identity): { readonly id: string; session: Session } {
    const id = header(request, SESSION) ?? "";
    const session = this.#sessions.get(id);
    if (id === "") throw new HttpProblem(400, "the request names no session: send `initialize`");
    if (session === undefined || session.owner !== ownerOf(identity) || !/^[\w-]+$/.test(id))
      throw new HttpProblem(404, "there is no such session; begin a new one by `initialize`");
    session.used = Date.now();
    return { id, session };
  }

  async #endAll(): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((id) => this.#end(id)));
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    // what is open is answered by an error first
    await session?.many.close();
    session?.streams.close();
  }
}

/** A message of a client, and the one line that says it. */
interface Taken {
  readonly message: Message;
  readonly line: Buffer;
}
