import { setTimeout } from "node:timers/promises";
import { objectMember, type JsonObject } from "../request/json.ts";
import type { Message } from "./message.ts";

/** How long a session waits for the stream that its client asked for, in milliseconds. */
const OPENING_MS = 1000;
/** How long it waits for a client that just began to ask for one, in milliseconds. */
const ASKING_MS = 300;

/** What a client offers that a server asks for by a request of its own. */
const ASKABLE = ["sampling", "elicitation", "roots"];

/**
 * Holds the messages of a session until the stream is open on which the server asks by itself.
 * WHY: a client asks for this stream beside its first call, on another connection, so that the call may
 * come first; a server then drops what it asks during the call, and the call hangs.
 */
export class StreamGate {
  #isAskable = false;
  #opening: Promise<unknown> | undefined;
  #release: () => void = () => undefined;

  /** Resolves when nothing is waited for. */
  async passed(): Promise<void> {
    while (this.#opening !== undefined) await this.#opening;
  }

  /** Looks at what a client sends: after the handshake of one that can be asked, a stream is waited for. */
  sees(message: Message): void {
    if (message.kind === "request" && message.method === "initialize")
      this.#isAskable = isAskable(objectMember(message.params, "capabilities"));
    if (isReady(message) && this.#isAskable)
      this.#hold(setTimeout(ASKING_MS, undefined, { ref: false }));
  }

  /** Waits until the server has opened a stream, or refused to. */
  opens(answer: Promise<unknown>): void {
    const patience = setTimeout(OPENING_MS, undefined, { ref: false });
    this.#hold(Promise.race([answer.catch(() => undefined), patience]));
  }

  #hold(until: Promise<unknown>): void {
    this.#release();
    const released = new Promise<void>((resolve) => void (this.#release = resolve));
    const opening = Promise.race([until, released]).then(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
  }
}

/** Whether a message ends the handshake. */
export function isReady(message: Message): boolean {
  return message.kind === "notification" && message.method === "notifications/initialized";
}

function isAskable(capabilities: JsonObject | undefined): boolean {
  return ASKABLE.some((one) => capabilities !== undefined && Object.hasOwn(capabilities, one));
}
