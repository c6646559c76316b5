import type { Answer } from "../serve/decision-service.ts";
import type { MessageId, Request } from "./message.ts";
import type { Modern } from "./modern.ts";

/** Where the answers to one message go. */
export interface Channel {
  /** Sends the message on: byte for byte, or with a change. */
  readonly forward: (edit?: (line: Buffer) => Buffer) => void;
  /** Answers it instead; `fault`: the code of an error that says that the request is no valid one. */
  readonly answer: (line: Buffer, fault?: number) => void;
  /**
   * Asks the client something meanwhile; the answer to it comes as a message of its own. Undefined:
   * nothing can be asked here.
   */
  readonly ask: ((line: Buffer) => void) | undefined;
  /** Of a request that is part of a batch: its answer waits for the others. */
  readonly batch?: BatchPlace | undefined;
}

/** The place of one request among those of its batch. */
export interface BatchPlace {
  /** Takes the answer; gives all of them as one line once the last one is there. */
  readonly gather: (line: Buffer) => Buffer | undefined;
  /** No answer may come: the others wait for it no longer. */
  readonly leave: () => void;
}

/** A request that was sent on and is not answered. */
export interface OpenRequest {
  readonly id: MessageId;
  readonly method: string;
  readonly request: Request;
  /** Undefined: the request is part of a session that `initialize` began. */
  readonly modern: Modern | undefined;
  readonly channel: Channel;
  /** The decision on it; undefined: it was not for a policy to decide. */
  readonly answer: Answer | undefined;
  /** Decisions on further parts of it, such as each resource of one subscription. */
  readonly more?: readonly Answer[] | undefined;
  /** By which `notifications/progress` names it. */
  readonly progressToken: MessageId | undefined;
  /** Whether what came of it is recorded, such as that it was cancelled. */
  isSettled: boolean;
}

/** More requests at once are refused: whoever sends so many does not wait for answers. */
const MOST = 10_000;
/** So many answered requests are known for answers that come again. */
const ANSWERED = 1000;

/** How long answers are waited for. */
interface Waiting {
  /** Milliseconds; 0: for ever. */
  readonly timeout: number;
  /** Told of a request that is not answered in time; it waits no longer. */
  readonly onLate: (open: OpenRequest) => void;
}

/** The requests of one side that wait for an answer. */
export class InFlight {
  readonly #waiting: Waiting | undefined;
  readonly #open = new Map<string, OpenRequest>();
  readonly #timers = new Map<OpenRequest, NodeJS.Timeout>();
  readonly #answered = new Map<string, OpenRequest>();

  /** @param waiting undefined: answers are waited for without end */
  constructor(waiting?: Waiting) {
    this.#waiting = waiting;
  }

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
    if (request === undefined) return undefined;
    this.waitFreely(request);
    this.#remember(request);
    return request;
  }

  /** Waits for an answer to a request from now on. */
  restart(request: OpenRequest): void {
    this.waitFreely(request);
    if (this.#waiting === undefined || this.#waiting.timeout === 0) return;
    // its answer comes when the subscription ends
    if (request.method === "subscriptions/listen") return;
    const { timeout, onLate } = this.#waiting;
    const late = (): void => {
      this.take(request.id);
      onLate(request);
    };
    this.#timers.set(request, setTimeout(late, timeout));
  }

  /** Waits for the answers to all open requests from now on. */
  restartAll(): void {
    for (const request of this.all()) this.restart(request);
  }

  /** Waits for the answer to a request without end; it may still come. */
  waitFreely(request: OpenRequest): void {
    clearTimeout(this.#timers.get(request));
    this.#timers.delete(request);
  }

  /** Waits for no answer any more. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
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
