import type { Answer } from "../serve/decision-service.ts";
import type { MessageId } from "./message.ts";

/** Where the answers to one message go. */
export interface Channel {
  /** Sends the message on, byte for byte. */
  readonly forward: () => void;
  /** Answers it instead. */
  readonly answer: (line: Buffer) => void;
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

/** The requests of one side that wait for an answer. */
export class InFlight {
  readonly #open = new Map<string, OpenRequest>();

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

  byProgressToken(token: MessageId): OpenRequest | undefined {
    return this.all().find(({ progressToken }) => progressToken === token);
  }

  /** The request that an answer is to, which waits no longer. */
  take(id: MessageId): OpenRequest | undefined {
    const request = this.#open.get(String(id));
    this.#open.delete(String(id));
    clearTimeout(request?.timer);
    return request;
  }

  all(): readonly OpenRequest[] {
    return [...this.#open.values()];
  }
}
