import type { IncomingMessage } from "node:http";
import { objectMember, stringMember } from "../../request/json.ts";
import { EventSplitter } from "../event-stream.ts";
import { bodyOf, header } from "../http-messages.ts";
import { SESSION } from "../http-sessions.ts";
import { readLine } from "../message.ts";
import { Upstream } from "../upstream.ts";
import type { LinkEvents, Pace, ServerLink } from "./server-link.ts";
import type { RemoteServer } from "./servers-file.ts";

const STREAM_TYPE = /^text\/event-stream\s*(?:;|$)/i;
const ENDING_MS = 2000;

/** How a server at an address is read. */
export interface HttpLinkOptions extends Pace {
  readonly maxMessage: number;
}

/** A client of one server on streamable HTTP, up to protocol 2025-11-25. */
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
  #listens = false;

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
    this.#post(line).catch((error: unknown) => {
      if (this.#aborter.signal.aborted) return;
      this.#events.unsent(line, error instanceof Error ? error.message : String(error));
    });
  }

  #ask(method: string, body: Buffer | undefined): Promise<IncomingMessage> {
    return this.#upstream.send({
      method,
      headers: {
        ...this.#headers,
        Accept: "application/json, text/event-stream",
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(this.#session !== undefined && { [SESSION]: this.#session }),
        ...(this.#version !== undefined && { "MCP-Protocol-Version": this.#version }),
      },
      body,
      signal: this.#aborter.signal,
    });
  }

  async #post(line: Buffer): Promise<void> {
    const answer = await this.#ask("POST", line);
    const status = answer.statusCode ?? 502;
    this.#session ??= header(answer, SESSION);
    if (status >= 300) {
      answer.resume();
      if (status === 404 && this.#session !== undefined) this.#events.gone("its session is over");
      throw new Error(`it answered with status ${status}`);
    }
    if (!this.#listens && status === 202) this.#listen();
    await this.#read(answer);
  }

  /** Listens to what the server sends by itself; a server need not offer that. */
  #listen(): void {
    this.#listens = true;
    this.#ask("GET", undefined)
      .then((answer) =>
        (answer.statusCode ?? 500) < 300 ? this.#read(answer) : void answer.resume(),
      )
      .catch(() => undefined);
  }

  async #read(answer: IncomingMessage): Promise<void> {
    if (!STREAM_TYPE.test(answer.headers["content-type"] ?? "")) {
      const body = await bodyOf(answer, this.#maxMessage);
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
