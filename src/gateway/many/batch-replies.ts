import { listOf } from "../batch-elements.ts";
import { BATCH_VERSION, type BatchMember, type MessageId } from "../message.ts";

/** The answers to one batch. */
interface Batch {
  readonly waiting: Set<string>;
  readonly answers: Buffer[];
}

/** Gathers the answers to batches of a client: they go back as one list (protocol 2025-03-26). */
export class BatchReplies {
  readonly #byId = new Map<string, Batch>();
  readonly #send: (line: Buffer) => void;

  /** @param send takes an answer, or a list of them, for the client */
  constructor(send: (line: Buffer) => void) {
    this.#send = send;
  }

  /** The answers to requests of these ids are waited for. */
  expect(ids: readonly MessageId[]): void {
    const batch: Batch = { waiting: new Set(ids.map(String)), answers: [] };
    for (const id of batch.waiting) this.#byId.set(id, batch);
  }

  /** Takes the answer to a request, of a batch or by itself. */
  take(id: MessageId, line: Buffer): void {
    const batch = this.#byId.get(String(id));
    if (batch === undefined) return this.#send(line);
    batch.answers.push(line);
    this.leave(id);
  }

  /** No answer to a request comes: those of its batch wait for it no longer. */
  leave(id: MessageId): void {
    const batch = this.#byId.get(String(id));
    this.#byId.delete(String(id));
    batch?.waiting.delete(String(id));
    if (batch?.waiting.size === 0 && batch.answers.length > 0) this.#send(listOf(batch.answers));
  }
}

/** Why several messages cannot be taken as one; undefined: they can. */
export function batchFault(
  members: readonly BatchMember[],
  version: string | undefined,
): string | undefined {
  if (version !== BATCH_VERSION)
    return `batches exist only in protocol ${BATCH_VERSION}: send one message a line`;
  const ids = members.flatMap(({ message }) => (message.kind === "request" ? [message.id] : []));
  if (new Set(ids.map(String)).size < ids.length) return "two requests of the batch have one id";
  const isOdd = members.some(
    ({ message }) =>
      message.kind === "unreadable" ||
      message.kind === "batch" ||
      (message.kind === "request" && message.method === "initialize"),
  );
  return isOdd ? "a message of the batch cannot be part of a batch" : undefined;
}
