import type { IncomingMessage } from "node:http";
import { objectMember, stringMember } from "../../request/json.ts";
import { EventSplitter } from "../event-stream.ts";
import { JSON_TYPE } from "../http-front.ts";
import { bodyOf, header } from "../http-messages.ts";
import { SESSION } from "../http-sessions.ts";
import { idsOf, isAnswerTo } from "../http-rules.ts";
import { readLine, type Message, type MessageId, type Request } from "../message.ts";
import { modernOf, type Modern } from "../modern.ts";
import { headersOf } from "../request-headers.ts";
import { Upstream } from "../upstream.ts";
import { NO_RESULT, redirectFault, redirectOf, whyNoAnswer } from "../upstream-fault.ts";
import { isReady, StreamGate } from "../stream-gate.ts";
import type { LinkEvents, Pace, ServerLink } from "./server-link.ts";
import type { RemoteServer } from "./servers-file.ts";

const STREAM_TYPE = /^text\/event-stream\s*(?:;|$)/i;
const ENDING_MS = 2000;

/** How a server at an address is read. */
export interface HttpLinkOptions extends Pace {
  readonly maxMessage: number;
}

/** A client of one server on streamable HTTP. */
class HttpLink {
  readonly #upstream: Upstream;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #maxMessage: number;
  readonly #ready: Pace["ready"];
  readonly #events: LinkEvents;
  readonly #aborter = new AbortController();
  #session: string | undefined;
  /** What the server answered to `initialize`: later requests have to name it. */
  #version: string | undefined;
  readonly #gate = new StreamGate();
  /** Open requests that stand by themselves: to end one cancels it. */
  readonly #alone = new Map<string, AbortController>();

  constructor(
    { url, headers }: RemoteServer,
    { maxMessage, ready }: HttpLinkOptions,
    events: LinkEvents,
  ) {
    this.#upstream = new Upstream(url);
    this.#headers = headers;
    this.#maxMessage = maxMessage;
    this.#ready = ready;
    this.#events = events;
  }

  send(line: Buffer): void {
    const message = readLine(line, "lines");
    const modern = message.kind === "request" ? modernOf(message.params) : undefined;
    const sent =
      message.kind === "request" && modern !== undefined
        ? this.#postAlone(line, message, modern)
        : this.#inOrder(line, message);
    sent.catch((error: unknown) => {
      if (this.#aborter.signal.aborted) return;
      this.#events.unsent(line, whyNoAnswer(error));
    });
  }

  async #inOrder(line: Buffer, message: Message): Promise<void> {
    await this.#gate.passed();
    if (!isReady(message)) return this.#post(line, message);
    const begun = this.#begin(line, message);
    this.#gate.opens(begun);
    return begun;
  }

  #ask(
    method: string,
    body: Buffer | undefined,
    { headers, signal = this.#aborter.signal }: Own = {},
  ): Promise<IncomingMessage> {
    return this.#upstream.send({
      method,
      headers: {
        ...this.#headers,
        Accept: "application/json, text/event-stream",
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(headers ?? this.#ofSession()),
      },
      body,
      signal,
    });
  }

  #ofSession(): Readonly<Record<string, string>> {
    return {
      ...(this.#session !== undefined && { [SESSION]: this.#session }),
      ...(this.#version !== undefined && { "MCP-Protocol-Version": this.#version }),
    };
  }

  /** Sends a request that stands by itself (protocol 2026-07-28). */
  async #postAlone(line: Buffer, request: Request, modern: Modern): Promise<void> {
    const id = String(request.id);
    const own = new AbortController();
    this.#alone.set(id, own);
    try {
      const signal = AbortSignal.any([own.signal, this.#aborter.signal]);
      const answer = await this.#ask("POST", line, { headers: headersOf(request, modern), signal });
      await this.#answered(answer, [request.id]);
      this.#events.unsent(line, NO_RESULT);
    } catch (error) {
      if (!own.signal.aborted) throw error;
    } finally {
      this.#alone.delete(id);
    }
  }

  async #post(line: Buffer, message: Message): Promise<void> {
    const isCancelled =
      message.kind === "notification" && message.method === "notifications/cancelled";
    const alone = isCancelled ? this.#alone.get(String(message.params["requestId"])) : undefined;
    if (alone !== undefined) return alone.abort();
    const answer = await this.#ask("POST", line);
    this.#session ??= header(answer, SESSION);
    if (answer.statusCode === 404 && this.#session !== undefined)
      this.#events.gone("its session is over");
    await this.#answered(answer, idsOf(message));
    // a stream is not asked for again; of what was answered, this is nothing new
    if (message.kind === "request") this.#events.unsent(line, NO_RESULT);
  }

  /** Takes what a request is answered by; a status without an answer is an `Error`. */
  async #answered(answer: IncomingMessage, ids: readonly MessageId[]): Promise<void> {
    const status = answer.statusCode ?? 502;
    const redirect = redirectOf(answer);
    if (redirect !== undefined) {
      answer.resume();
      throw new Error(redirectFault(redirect));
    }
    if (status < 300) return this.#read(answer, ids);
    const body = await bodyOf(answer, this.#maxMessage);
    if (!isAnswerTo(ids, body)) throw new Error(`it answered with status ${status}`);
    this.#line(body);
  }

  /** Ends the handshake, and asks for the stream on which the server sends what is its own. */
  async #begin(line: Buffer, message: Message): Promise<void> {
    await this.#post(line, message);
    const answer = await this.#ask("GET", undefined);
    // a server need not offer that
    if ((answer.statusCode ?? 500) >= 300) return void answer.resume();
    this.#read(answer).catch(() => undefined);
  }

  async #read(answer: IncomingMessage, ids: readonly MessageId[] = []): Promise<void> {
    const type = answer.headers["content-type"] ?? "";
    if (!STREAM_TYPE.test(type)) {
      const body = await bodyOf(answer, this.#maxMessage);
      if (ids.length > 0 && !JSON_TYPE.test(type))
        throw new Error(`status 200, ${type === "" ? "no content type" : type}`);
      if (body.length > 0) this.#line(body);
      return;
    }
    const events = new EventSplitter(this.#maxMessage);
    for await (const chunk of answer) {
      const found = events.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
      if (found === undefined) return this.#events.tooLong();
      for (const { data } of found) if (data !== "") this.#line(Buffer.from(data));
      await this.#ready();
    }
  }

  #line(body: Buffer): void {
    this.#version ??= versionIn(body);
    this.#events.line(body);
  }

  async close(): Promise<void> {
    const late = setTimeout(() => this.#aborter.abort(), ENDING_MS);
    if (this.#session !== undefined)
      await this.#ask("DELETE", undefined).then(
        (answer) => void answer.resume(),
        () => undefined,
      );
    clearTimeout(late);
    this.#aborter.abort();
    this.#upstream.close();
  }
}

/** What one request has of its own. */
interface Own {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The version of the protocol that a server agrees to. */
function versionIn(body: Buffer): string | undefined {
  const message = readLine(body, "bodies");
  const result = message.kind === "response" ? objectMember(message.body, "result") : undefined;
  return stringMember(result, "protocolVersion");
}

/** Connects to a server at an address; nothing is sent before its first message. */
export function openHttpLink(
  server: RemoteServer,
  options: HttpLinkOptions,
  events: LinkEvents,
): ServerLink {
  const link = new HttpLink(server, options, events);
  return { send: (line) => link.send(line), close: () => link.close() };
}
