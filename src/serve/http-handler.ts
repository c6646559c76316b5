import type { IncomingMessage, ServerResponse } from "node:http";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { JsonObject } from "../request/json.ts";
import { callerOf, type Caller, type Credentials } from "./authenticate.ts";
import { bodyObject, readBody } from "./body.ts";
import type { DecisionService } from "./decision-service.ts";
import { HttpProblem } from "./http-problem.ts";
import { baseOf, refuseForeignPage, type OwnAddress } from "./own-address.ts";
import { METADATA_PATH, ROUTES, type PlainAnswer, type Route, type RouteInput } from "./routes.ts";

/** What bounds a request. */
export interface Limits {
  /** Bytes of a body. */
  readonly body: number;
  /** Evaluations of a batch. */
  readonly batch: number;
  /** Requests that are read at once. */
  readonly pending: number;
}

/** What the answers hang on besides the request. */
export interface HandlerOptions {
  readonly service: DecisionService;
  readonly limits: Limits;
  /** Those that are known now; undefined: none are asked for. */
  readonly credentials: () => Credentials | undefined;
  readonly certificates: boolean;
  readonly own: OwnAddress;
  /** Answers what is no matter of decisions: health, readiness, metrics; undefined: not its path. */
  readonly admin: (path: string) => AdminAnswer | undefined;
  /** True from when the process is asked to end. */
  readonly isClosing: () => boolean;
  /** What can be asked besides. */
  readonly routes?: ReadonlyMap<string, readonly Route[]> | undefined;
  /** The only paths that are answered; undefined: all. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** An answer of the administration. */
export interface AdminAnswer extends PlainAnswer {
  readonly status: number;
}

/** Headers of every answer: names and values in turn. */
const FIXED = ["Cache-Control", "no-store", "X-Content-Type-Options", "nosniff"] as const;
const NOBODY: Caller = { name: undefined, parties: [] };
const TEXT = "text/plain; charset=utf-8";
/** What a header may hold, a byte a character; Node has bounded its length. */
const REQUEST_ID = /^[\t\x20-\x7e\x80-\xff]*$/;

function isPlain(answer: JsonObject | PlainAnswer): answer is PlainAnswer {
  return typeof answer["text"] === "string" && typeof answer["type"] === "string";
}

/** A request and its answer, which leaves once. */
class Exchange {
  #isAnswered = false;
  readonly #send: (answer: AdminAnswer | { readonly error: unknown }) => void;

  constructor(
    response: ServerResponse,
    send: (answer: AdminAnswer | { readonly error: unknown }) => void,
  ) {
    this.#send = send;
    response.on("error", () => undefined);
    // whoever asked is gone: nobody waits for an answer, which only leaves the count right
    response.on("close", () => {
      if (!this.#isAnswered) this.#once({ error: new HttpProblem(400, "the request ended") });
    });
  }

  #once(answer: AdminAnswer | { readonly error: unknown }): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#send(answer);
  }

  /** Sends what `answer` gives or throws; undefined: it will be settled later. */
  settle(answer: () => AdminAnswer | undefined): void {
    if (this.#isAnswered) return;
    try {
      const found = answer();
      if (found !== undefined) this.#once(found);
    } catch (error) {
      this.#once({ error });
    }
  }
}

/** Answers the requests of one listener. */
export class HttpHandler {
  readonly #options: HandlerOptions;
  /** The path of the address that clients know, without a slash at its end. */
  readonly #prefix: string;
  #pending = 0;

  constructor(options: HandlerOptions) {
    this.#options = options;
    const { url } = options.own;
    this.#prefix = url === undefined ? "" : new URL(url).pathname.replace(/\/$/, "");
  }

  /** Requests that are being read. */
  get pending(): number {
    return this.#pending;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#pending++;
    const exchange = new Exchange(response, (answer) => {
      this.#pending--;
      this.#send({ request, response }, answer);
    });
    exchange.settle(() => this.#begin(request, exchange));
  };

  /** The answer, where it needs no body; else the body is read first. */
  #begin(request: IncomingMessage, exchange: Exchange): AdminAnswer | undefined {
    const { limits } = this.#options;
    const path = this.#path(request);
    const method = methodOf(request);
    const admin = method === "GET" ? this.#options.admin(path) : undefined;
    if (admin !== undefined) return admin;
    if (this.#pending > limits.pending)
      throw new HttpProblem(429, "too many requests at once", { "Retry-After": "1" });
    const isAnswered = this.#options.only?.has(path) ?? true;
    const routes = ROUTES.get(path) ?? this.#options.routes?.get(path);
    const route = routeOf(method, isAnswered ? routes : undefined);
    const caller = route.open === true ? NOBODY : this.#caller(request);
    const later = (answer: JsonObject): void => exchange.settle(() => jsonAnswer(answer));
    if (route.method === "GET") return this.#routed(route, { request, caller, later, body: {} });
    readBody(request, limits.body, {
      read: (bytes) =>
        exchange.settle(() =>
          this.#routed(route, { request, caller, later, body: bodyObject(bytes) }),
        ),
      fail: (problem) =>
        exchange.settle(() => {
          throw problem;
        }),
    });
    return undefined;
  }

  #routed(
    route: Route,
    { request, caller, later, body }: Pick<RouteInput, "request" | "caller" | "later" | "body">,
  ): AdminAnswer | undefined {
    const { limits, service, own, certificates } = this.#options;
    const base = (): string => baseOf(request, own);
    const namesPeople = certificates || this.#options.credentials()?.namesParties === true;
    const input = { service, body, caller, request, limits, base, namesPeople, later };
    const answer = route.answer(input);
    if (answer === undefined) return undefined;
    return isPlain(answer) ? { ...answer, status: 200 } : jsonAnswer(answer);
  }

  /** The path as routes name it, whether or not a proxy took that of `--url` off. */
  #path(request: IncomingMessage): string {
    const path = pathOf(request.url ?? "/");
    const prefix = this.#prefix;
    if (prefix === "") return path;
    if (path === `${METADATA_PATH}${prefix}`) return METADATA_PATH;
    return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  }

  #caller(request: IncomingMessage): Caller {
    const { certificates, own } = this.#options;
    const credentials = this.#options.credentials();
    if (credentials === undefined && !certificates) refuseForeignPage(request, own);
    return callerOf(request, { credentials, certificates });
  }

  /** What is answered to a request that has no answer, in the form that its route asks for. */
  #failure(request: IncomingMessage, error: unknown): AdminAnswer {
    const problem = this.#problem(error);
    const { status, message, headers } = problem;
    const routes = this.#options.routes?.get(this.#path(request));
    const refused = routes?.find(({ method }) => method === methodOf(request))?.refused;
    return refused === undefined
      ? { status, type: TEXT, text: message, headers }
      : { ...jsonAnswer(refused(problem)), headers };
  }

  #problem(error: unknown): HttpProblem {
    if (error instanceof HttpProblem) return error;
    const { metrics, tell } = this.#options.service.options;
    metrics.failures.add("engine");
    tell(`internal error: ${messageOf(error)}`);
    return new HttpProblem(500, "internal error");
  }

  #send(
    { request, response }: Readonly<{ request: IncomingMessage; response: ServerResponse }>,
    answer: AdminAnswer | { readonly error: unknown },
  ): void {
    if ("error" in answer)
      return this.#send({ request, response }, this.#failure(request, answer.error));
    const id = request.headers["x-request-id"];
    const closes =
      this.#options.isClosing() ||
      (!request.complete && isLong(request, this.#options.limits.body));
    const { text } = answer;
    const length = Buffer.byteLength(text);
    const headers = ["Content-Type", answer.type, "Content-Length", String(length), ...FIXED];
    if (typeof id === "string" && REQUEST_ID.test(id)) headers.push("X-Request-ID", id);
    // what is not read of a request stands in the way of the next one
    const others = closes ? { ...answer.headers, Connection: "close" } : answer.headers;
    if (others !== undefined) headers.push(...Object.entries(others).flat());
    response.writeHead(answer.status, headers);
    // WHY a text: head and body then leave in one write. One of ASCII alone is written as the head is
    if (length === text.length) response.end(text, "latin1");
    else response.end(Buffer.from(text));
    const path = this.#path(request);
    const known = ROUTES.has(path) ? path : "other";
    this.#options.service.options.metrics.requests.add(known, String(answer.status));
  }
}

/**
 * Whether more may come of a body than is read. WHY a short one is read to its end: a connection
 * that is closed before loses the answer.
 */
function isLong({ headers }: IncomingMessage, limit: number): boolean {
  return (
    Number(headers["content-length"] ?? 0) > limit || headers["transfer-encoding"] !== undefined
  );
}

function jsonAnswer(answer: JsonObject): AdminAnswer {
  return { status: 200, type: "application/json", text: JSON.stringify(answer) };
}

function messageOf(error: unknown): string {
  return hideSecrets(error instanceof Error ? error.message : String(error));
}

/** The path of a request's target, without a query, which a proxy may write as a whole address (RFC 9112, 3.2.2). */
export function pathOf(target: string): string {
  const url = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?]*/i, "");
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** Node leaves the body out of an answer to HEAD, which is else that to GET. */
function methodOf({ method = "" }: IncomingMessage): string {
  return method === "HEAD" ? "GET" : method;
}

function routeOf(method: string, routes: readonly Route[] | undefined): Route {
  if (routes === undefined) throw new HttpProblem(404, "there is nothing at this path");
  const found = routes.find((route) => route.method === method);
  if (found !== undefined) return found;
  const allowed = routes.map((route) => route.method).join(", ");
  throw new HttpProblem(405, `this path takes ${allowed}`, { Allow: allowed });
}
