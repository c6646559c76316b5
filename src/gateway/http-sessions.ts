import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { HttpProblem } from "../serve/http-problem.ts";
import { header } from "./http-messages.ts";
import { ownerOf, type Identity } from "./identity.ts";
import { Relay } from "./relay.ts";
import type { RelayOptions } from "./relay-options.ts";
import { sharedParts, type SharedParts } from "./shared-parts.ts";
import { StreamGate } from "./stream-gate.ts";

/** One client's conversation with the server. */
export interface Session {
  /** Of the messages that belong together by the session's id. */
  readonly relay: Relay;
  /** For the relays of requests that stand by themselves (protocol 2026-07-28). */
  readonly parts: SharedParts;
  /** Who began it: nobody else may go on with it. */
  readonly owner: string;
  /** The server's id of it; undefined: the server keeps none. */
  id: string | undefined;
  /** When it was used last, in milliseconds. */
  used: number;
  /** Holds what the client sends until the stream is open on which the server asks. */
  readonly gate: StreamGate;
}

/** How sessions begin and end. */
export interface HttpSessionsOptions {
  readonly server: string;
  /** What the relay of each session does. */
  readonly relay: Omit<RelayOptions, "caller">;
  /** Milliseconds of silence after which a session is over. */
  readonly idle: number;
  /** Sends a message of the gateway's own to the server. */
  readonly toServer: (session: Session, line: Buffer) => void;
}

/** The header that names a session. */
export const SESSION = "mcp-session-id";
const MOST_SESSIONS = 10_000;
const SWEEP_MS = 60_000;

/** The sessions of a gateway on HTTP. */
export class HttpSessions {
  readonly #options: HttpSessionsOptions;
  readonly #byId = new Map<string, Session>();
  /** Of servers that keep no sessions: one for each client. */
  readonly #stateless = new Map<string, Session>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: HttpSessionsOptions) {
    this.#options = options;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  #sweep(): void {
    const before = Date.now() - this.#options.idle;
    for (const map of [this.#byId, this.#stateless])
      for (const [key, session] of map)
        if (session.used < before) {
          session.relay.close();
          map.delete(key);
        }
  }

  /** The session that a request is part of; one of somebody else is an `HttpProblem`. */
  known(request: IncomingMessage, identity: Identity): Session {
    const id = header(request, SESSION);
    if (id === undefined) return this.stateless(identity);
    const session = this.#byId.get(id);
    if (session === undefined || session.owner !== ownerOf(identity))
      throw new HttpProblem(404, "there is no such session; begin a new one by `initialize`");
    session.used = Date.now();
    return session;
  }

  /** What a client's requests without a session share. */
  stateless(identity: Identity): Session {
    const session =
      this.#stateless.get(ownerOf(identity)) ?? this.register(this.begin(identity), undefined);
    session.used = Date.now();
    return session;
  }

  /** A new session, which is not registered yet. */
  begin(identity: Identity): Session {
    if (this.#byId.size + this.#stateless.size >= MOST_SESSIONS)
      throw new HttpProblem(503, "there are too many sessions");
    const { relay, server, toServer } = this.#options;
    // WHY not the id that the server gives: whoever knows it may use the session
    const caller = { ...identity, server, session: `mcp-${randomBytes(8).toString("hex")}` };
    const parts = sharedParts({ ...relay, caller });
    const session: Session = {
      parts,
      owner: ownerOf(identity),
      id: undefined,
      used: Date.now(),
      gate: new StreamGate(),
      relay: new Relay(parts, { toServer: (line) => toServer(session, line) }),
    };
    return session;
  }

  /** Makes a session known by the id that the server gave it. */
  register(session: Session, id: string | undefined): Session {
    session.id = id;
    if (id === undefined) this.#stateless.set(session.owner, session);
    else this.#byId.set(id, session);
    return session;
  }

  /** Ends a session. */
  end(session: Session): void {
    session.relay.serverGone("the session was ended");
    session.relay.close();
    if (session.id === undefined) this.#stateless.delete(session.owner);
    else this.#byId.delete(session.id);
  }

  /** Ends all of them. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const { relay } of [...this.#byId.values(), ...this.#stateless.values()]) relay.close();
  }
}
