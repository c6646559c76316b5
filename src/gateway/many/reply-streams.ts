import type { ServerResponse } from "node:http";
import { objectMember, type JsonObject } from "../../request/json.ts";
import { listOf } from "../batch-elements.ts";
import { editedLine } from "../edited-json.ts";
import { drained, respond, writeEvent } from "../http-messages.ts";
import { readLine, type BatchMember, type MessageId, type Request } from "../message.ts";
import { SUBSCRIPTION_ID } from "../modern.ts";

/** So many bytes of messages are kept for a client that has no stream open. */
const MOST_KEPT = 1024 ** 2;

/** A request of a client whose answer is waited for. */
interface OpenReply {
  readonly response: ServerResponse;
  /** As the client wrote it. */
  readonly id: MessageId;
  readonly token: MessageId | undefined;
  /** The status of an answer. */
  readonly statusOf: (code: unknown) => number;
}

/**
 * Where messages for one client on HTTP go: an answer and its progress to the response of the request,
 * all else to the stream that the client asked for. To the servers each request has an id of its own,
 * because two requests that stand by themselves may have the same one.
 */
export class ReplyStreams {
  readonly #open = new Map<string, OpenReply>();
  readonly #kept: Buffer[] = [];
  #stream: ServerResponse | undefined;
  #full: Promise<void> | undefined;
  #next = 0;

  /** Resolves when the client takes more; undefined: it does. */
  readonly ready = (): Promise<void> | undefined => this.#full;

  /** A request as the servers get it, whose answer goes to this response. */
  expect(
    { id, params }: Pick<Request, "id" | "params">,
    line: Buffer,
    to: Pick<OpenReply, "response" | "statusOf">,
  ): { readonly id: string; readonly line: Buffer } {
    const own = `h${this.#next++}`;
    const written = objectMember(params, "_meta")?.["progressToken"];
    const isToken = typeof written === "string" || typeof written === "number";
    this.#open.set(own, { ...to, id, token: isToken ? written : undefined });
    const edited = editedLine(line, (message) => {
      const named = { ...message, id: own };
      return isToken ? withMeta(named, "progressToken", own) : named;
    });
    return { id: own, line: edited };
  }

  /** The id that the servers know a request of the client by; undefined: none is open. */
  ownId(id: unknown): string | undefined {
    return [...this.#open].find(([, open]) => open.id === id)?.[0];
  }

  /** The client waits for an answer no longer; false: it came already. */
  forget(own: string): boolean {
    return this.#open.delete(own);
  }

  /** Takes the stream that the client asks for; a former one ends. */
  listen(response: ServerResponse): void {
    this.#stream?.end();
    this.#stream = response;
    response.once("close", () => {
      if (this.#stream === response) this.#stream = undefined;
    });
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.flushHeaders();
    for (const line of this.#kept.splice(0)) this.#write(response, line);
  }

  /** Sends a line of the servers to the client. */
  send(line: Buffer): void {
    const message = readLine(line, "bodies");
    if (message.kind === "response")
      return this.#answer([{ bytes: line, message }], ([one = line]) => one);
    if (message.kind === "batch") return this.#answer(message.members, listOf);
    const params = message.kind === "notification" ? message.params : {};
    const { progressToken } = params;
    const subscription = objectMember(params, "_meta")?.[SUBSCRIPTION_ID];
    const of = this.#open.get(String(subscription ?? progressToken));
    if (of === undefined) return this.#byItself(line);
    const edited = editedLine(line, (value) =>
      subscription === undefined
        ? { ...value, params: { ...objectMember(value, "params"), progressToken: of.token } }
        : withMeta(value, SUBSCRIPTION_ID, of.id),
    );
    this.#write(of.response, edited);
  }

  /** Answers requests whose answers go to one response. */
  #answer(answers: readonly BatchMember[], join: (lines: readonly Buffer[]) => Buffer): void {
    const found = answers.flatMap(({ bytes, message }) => {
      const id = message.kind === "response" ? String(message.id) : "";
      const open = this.#open.get(id);
      this.#open.delete(id);
      if (open === undefined || message.kind !== "response") return [];
      const code = objectMember(message.body, "error")?.["code"];
      return [{ open, line: answerOf(open, bytes), status: open.statusOf(code) }];
    });
    const [first] = found;
    if (first === undefined) return;
    respond(first.open.response, join(found.map(({ line }) => line)), first.status);
  }

  /** Whether an answer is waited for, or a stream is open. */
  get isBusy(): boolean {
    return this.#open.size > 0 || this.#stream !== undefined;
  }

  /** A message that belongs to no request: on the client's stream, else beside what it waits for. */
  #byItself(line: Buffer): void {
    const stream = this.#stream ?? [...this.#open.values()].at(-1)?.response;
    if (stream !== undefined) return this.#write(stream, line);
    this.#kept.push(line);
    while (this.#kept.reduce((sum, { length }) => sum + length, 0) > MOST_KEPT) this.#kept.shift();
  }

  #write(response: ServerResponse, line: Buffer): void {
    writeEvent(response, line);
    if (!response.writableNeedDrain || this.#full !== undefined) return;
    this.#full = drained(response).then(() => void (this.#full = undefined));
  }

  /** Ends all streams. */
  close(): void {
    this.#stream?.end();
    for (const { response } of this.#open.values()) response.end();
    this.#open.clear();
  }
}

/** An answer as the client asked for it. */
function answerOf({ id }: OpenReply, line: Buffer): Buffer {
  return editedLine(line, (message) => {
    const result = objectMember(message, "result");
    const meta = objectMember(result, "_meta");
    const isEnd = result !== undefined && meta?.[SUBSCRIPTION_ID] !== undefined;
    const named = { ...message, id };
    return isEnd
      ? { ...named, result: { ...result, _meta: { ...meta, [SUBSCRIPTION_ID]: id } } }
      : named;
  });
}

/** A message with another member of its `_meta`. */
function withMeta(message: JsonObject, name: string, value: MessageId): JsonObject {
  const params = objectMember(message, "params");
  return {
    ...message,
    params: { ...params, _meta: { ...objectMember(params, "_meta"), [name]: value } },
  };
}
