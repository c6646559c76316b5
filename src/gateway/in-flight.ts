import type { Answer } from "../serve/decision-service.ts";
import type { MessageId } from "./message.ts";

/** Where the answers to one message go. */
export interface Channel {
  /** Sends the message on, byte for byte. */
  readonly forward: () => void;
  /** Answers it instead. */
  readonly answer: (line: Buffer) => void;
  /** Asks the client something meanwhile; the answer to it comes as a message of its own. */
  readonly ask: (line: Buffer) => void;
}

/** A request that was sent on and is not answered. */
export interface OpenRequest {
  readonly id: MessageId;
  readonly method: string;
  readonly channel: Channel;
  /** The decision on it; undefined: it was not for a policy to decide. */
  readonly answer: Answer | undefined;
  /** By which `notifications/progress` names it. */
  readonly progressToken: MessageId | undefined;
  /** Whether what came of it is recorded, such as that it was cancelled. */
  isSettled: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** More requests at once are refused: whoever sends so many does not wait for answers. */
const MOST = 10_000;
/** So many answered requests are known for answers that come again. */
const ANSWERED = 1000;

/** The requests of one side that wait for an answer. */
export class InFlight {
  readonly #open = new Map<string, OpenRequest>();
  readonly #answered = new Map<string, OpenRequest>();

  /** Why a request of this id cannot be taken; undefined: it can. `1` and `"1"` are one id. */
  refusal(id: MessageId): string | undefined {
    if (this.#open.has(String(id))) return "a request with this id is not answered yet";
    return this.#open.size >= MOST ? `${MOST} requests wait for an answer already` : undefined;
  }

  add(request: OpenRequest): void {
    this.#open.set(String(request.id), request);
  }

  get(id: MessageId): OpenRequest | undefined {
    return this.#open.get(String(id));
  }

  /** Answers to a request are not expected any more. */
  forget(id: MessageId): void {
    this.#answered.delete(String(id));
  }

  byProgressToken(token: MessageId): OpenRequest | undefined {
    return this.all().find(({ progressToken }) => progressToken === token);
  }

  /** The request that an answer is to, which waits no longer. */
  take(id: MessageId): OpenRequest | undefined {
    const request = this.#open.get(String(id));
    this.#open.delete(String(id));
    clearTimeout(request?.timer);
    if (request !== undefined) this.#remember(request);
    return request;
  }

  #remember(request: OpenRequest): void {
    this.#answered.delete(String(request.id));
    this.#answered.set(String(request.id), request);
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > ANSWERED && oldest !== undefined) this.#answered.delete(oldest);
  }

  /** A request that was answered before, which a stream that is resumed may answer again. */
  answered(id: MessageId): OpenRequest | undefined {
    return this.#answered.get(String(id));
  }

  all(): readonly OpenRequest[] {
    return [...this.#open.values()];
  }
}
