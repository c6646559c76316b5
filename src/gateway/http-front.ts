import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "../request/json.ts";
import { HttpProblem } from "../serve/http-problem.ts";
import { Listener, type Address, type Certificates, type Patience } from "../serve/listener.ts";
import { errorAnswer, INTERNAL_ERROR, INVALID_REQUEST } from "./answers.ts";
import type { Identify, Identity } from "./identity.ts";

/** Who may ask a gateway that listens. */
export interface HttpFrontOptions {
  readonly identify: Identify;
  /** Web pages that may send requests, such as `https://app.example`; others may not. */
  readonly origins: readonly string[];
  /** Names by which this machine may be asked; undefined: any. */
  readonly hosts: readonly string[] | undefined;
  /** Where tokens are had (RFC 9728); undefined: none are asked for. */
  readonly metadata: JsonObject | undefined;
  /** Milliseconds that open requests have at the end. */
  readonly grace: number;
}

/** A client's request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Where and how long a gateway listens. */
export interface ListenOptions {
  readonly address: Address;
  readonly certificates: Certificates | undefined;
  readonly patience: Patience;
}

/** What becomes of the requests that come in. */
export interface HttpFrontEvents {
  /** The path at which the server is. */
  readonly path: string;
  readonly handle: (exchange: Exchange, identity: Identity) => Promise<void>;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/** Where what a protected server says of itself is (RFC 9728). */
export const METADATA_PATH = "/.well-known/oauth-protected-resource";
/** The type of one message. */
export const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** The door of a gateway on streamable HTTP: who may ask what, and by which name. */
export class HttpFront {
  readonly #options: HttpFrontOptions;
  readonly #events: HttpFrontEvents;
  #listener: Listener | undefined;

  constructor(options: HttpFrontOptions, events: HttpFrontEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Begins to listen; gives the address. */
  async listen(socket: ListenOptions): Promise<string> {
    this.#listener = new Listener((request, response) => this.#take({ request, response }), socket);
    await this.#listener.listen();
    return this.#listener.where;
  }

  async close(): Promise<void> {
    await this.#listener?.close(this.#options.grace);
  }

  #take(exchange: Exchange): void {
    exchange.response.on("error", () => undefined);
    this.#answer(exchange).catch((error: unknown) => this.fail(exchange, error));
  }

  /** Answers a request by what is wrong with it. */
  fail({ request, response }: Exchange, error: unknown): void {
    // whoever asked is gone, in the middle of the request or before its answer
    if (response.destroyed) return;
    const isProblem = error instanceof HttpProblem;
    const why = isProblem ? error.message : "internal error: the request could not be handled";
    if (!isProblem)
      this.#events.tell(
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
    const { metadata, identify } = this.#options;
    this.#refuseForeign(request);
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    if (metadata !== undefined && request.method === "GET" && path.startsWith(METADATA_PATH)) {
      response.writeHead(200, { "Content-Type": "application/json" });
      return void response.end(JSON.stringify(metadata));
    }
    if (path !== this.#events.path)
      throw new HttpProblem(
        404,
        `there is nothing at this path; the server is at ${this.#events.path}`,
      );
    const identity = await identify(request);
    if (!METHODS.includes(request.method ?? ""))
      throw new HttpProblem(405, "this path takes GET, POST, DELETE", {
        Allow: METHODS.join(", "),
      });
    if (request.method === "POST" && !JSON_TYPE.test(request.headers["content-type"] ?? ""))
      throw new HttpProblem(415, "the content type has to be application/json");
    return this.#events.handle(exchange, identity);
  }

  /** Web pages of others may not use a gateway that only this machine reaches. */
  #refuseForeign({ headers }: IncomingMessage): void {
    const { origin, host = "" } = headers;
    const { hosts, origins } = this.#options;
    if (hosts !== undefined && !hosts.includes(host.replace(/:\d+$/, "").toLowerCase()))
      throw new HttpProblem(403, "the gateway is not known by this name; pass --url");
    if (origin !== undefined && !origins.includes(origin))
      throw new HttpProblem(403, "requests of web pages of this origin are not allowed");
  }
}

const METHODS = ["GET", "POST", "DELETE"];
