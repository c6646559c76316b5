import { listOf } from "./batch-elements.ts";
import type { BatchPlace, Channel } from "./in-flight.ts";

/**
 * The answers to one batch (protocol 2025-03-26): each of its messages is decided by itself, and what
 * is answered goes back as one list.
 */
export class BatchAnswers {
  readonly #whole: Channel;
  readonly #answers: Buffer[] = [];
  readonly #forwarded: Buffer[] = [];
  /** Whether all messages of the batch were taken: until then more may be sent on. */
  #isTaken = false;
  #waiting = 0;

  /** @param whole where the batch came from */
  constructor(whole: Channel) {
    this.#whole = whole;
  }

  /** The channel of one message; `isAnswered`: whether the server will answer it. */
  channelOf(bytes: Buffer, isAnswered: boolean): Channel {
    let waits = false;
    const settle = (): void => {
      if (waits) this.#waiting--;
      waits = false;
    };
    const batch: BatchPlace = {
      gather: (line) => {
        // a late answer, to which nobody waits any more
        if (!waits) return line;
        settle();
        this.#answers.push(line);
        return this.#complete();
      },
      leave: () => {
        settle();
        this.#answer();
      },
    };
    return {
      forward: (edit) => {
        this.#forwarded.push(edit === undefined ? bytes : edit(bytes));
        waits = isAnswered;
        if (waits) this.#waiting++;
      },
      answer: (line) => {
        settle();
        this.#answers.push(line);
        this.#answer();
      },
      // whoever is asked answers one question at a time
      ask: undefined,
      ...(isAnswered && { batch }),
    };
  }

  /** Sends on what is to be sent on; `members`: as they came. */
  sendOn(members: readonly Buffer[]): void {
    this.#isTaken = true;
    const isWhole =
      this.#forwarded.length === members.length &&
      members.every((bytes, at) => bytes === this.#forwarded[at]);
    if (isWhole) return this.#whole.forward();
    if (this.#forwarded.length > 0) this.#whole.forward(() => listOf(this.#forwarded));
    this.#answer();
  }

  /** Answers by what the gateway has, once nothing is waited for. */
  #answer(): void {
    const all = this.#isTaken ? this.#complete() : undefined;
    if (all !== undefined) this.#whole.answer(all);
  }

  #complete(): Buffer | undefined {
    if (this.#waiting > 0 || this.#answers.length === 0) return undefined;
    return listOf(this.#answers.splice(0));
  }
}
