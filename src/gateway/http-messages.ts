import type { IncomingMessage, ServerResponse } from "node:http";
import { HttpProblem } from "../serve/http-problem.ts";

/** Headers that only mean something between two neighbours, or are written anew. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host"],
  ...["content-length", "proxy-authorization", "proxy-authenticate", "expect", "origin", "cookie"],
  ...["accept-encoding", "authorization"],
]);

/** A header of a message; undefined: it is not there, or more than once. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** The headers of a client's request that the server gets; `passesAuthorization`: its credentials too. */
export function requestHeaders(
  { headers }: IncomingMessage,
  passesAuthorization: boolean,
): Record<string, string> {
  const { authorization } = headers;
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value !== "string" || OWN_HEADERS.has(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(entries),
    ...(passesAuthorization && authorization !== undefined && { authorization }),
  };
}

/** Aborts when the client goes before its response is complete. */
export function aborterOf(response: ServerResponse): AbortController {
  const aborter = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) aborter.abort();
  });
  return aborter;
}

/** The headers of a response of the server that the client gets. */
export function passedHeaders(answer: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) =>
      typeof value === "string" && (!OWN_HEADERS.has(name) || name === "www-authenticate")
        ? [[name, value]]
        : [],
    ),
  );
}

/** The body of a message; one that is longer than `limit` bytes is an `HttpProblem`. */
export async function bodyOf(message: IncomingMessage, limit: number): Promise<Buffer> {
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

/** Writes a message as an event of the response, which becomes a stream. */
export function writeEvent(response: ServerResponse, line: Buffer): void {
  if (response.writableEnded) return;
  if (!response.headersSent)
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(`event: message\ndata: ${line.toString().trimEnd()}\n\n`);
}

/** Writes the last event of a response. */
export function endEvents(response: ServerResponse, line: Buffer): void {
  writeEvent(response, line);
  response.end();
}

/** Answers a request by a message: in the stream that was begun, else as the whole response. */
export function respond(response: ServerResponse, line: Buffer, status = 200): void {
  if (response.writableEnded || response.destroyed) return;
  if (response.headersSent) return endEvents(response, line);
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(line);
}

/** Resolves when a response takes more, or is closed. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
