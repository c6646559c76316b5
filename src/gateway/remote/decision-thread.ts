import { existsSync } from "node:fs";
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from "node:worker_threads";
import type { DecisionPoint, Posted } from "./post.ts";
import type { Question, ThreadAnswer } from "./thread-messages.ts";

/** The bundled program of the thread. */
const PROGRAM = new URL("./decision-worker.js", import.meta.url);
const ENDING_MS = 2000;
/** So long a decision point that did not answer in time is not asked. */
const REST_MS = 1000;

/**
 * Asks a decision point in a thread, and waits for the answer. WHY waiting: whoever calls waits in
 * either case, and nothing of the session may change meanwhile; so questions are asked one by one.
 */
export class DecisionThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #patience: number;
  /** Until then nothing is asked. */
  #rests = 0;
  /** Messages before the next answer, each of which may take as long as the patience. */
  #before = 0;

  /** @param failed told of a message without an answer that did not arrive */
  constructor(point: DecisionPoint, patience: number, failed: (why: string) => void) {
    if (!existsSync(PROGRAM)) throw new Error("the program of the thread is not built");
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#patience = patience;
    this.#worker = new Worker(PROGRAM, {
      workerData: { ...point, port: port2, signal: this.#signal, patience },
      transferList: [port2],
    });
    this.#worker.on("message", (why: unknown) => failed(String(why)));
    this.#worker.on("error", (error) => failed(error.message));
    this.#worker.unref();
  }

  #send(question: Question): void {
    this.#port.postMessage(question);
  }

  /** The answer to a question; that there is none in time is an `Error`. */
  ask(path: string, body: string): Posted {
    if (performance.now() < this.#rests) throw new Error("it did not answer the last question");
    const begun = performance.now();
    try {
      return this.#asked(path, body);
    } catch (error) {
      const ended = performance.now();
      // WHY: nobody else is served while an answer is waited for
      if (ended - begun >= this.#patience) this.#rests = ended + REST_MS;
      throw error;
    }
  }

  #asked(path: string, body: string): Posted {
    // what came too late is the answer to another question
    while (receiveMessageOnPort(this.#port) !== undefined);
    Atomics.store(this.#signal, 0, 0);
    this.#send({ path, body, waits: true });
    const longest = (this.#before + 1) * this.#patience + ENDING_MS;
    const outcome = Atomics.wait(this.#signal, 0, 0, longest);
    this.#before = 0;
    const message: { message: ThreadAnswer } | undefined = receiveMessageOnPort(this.#port);
    if (outcome === "timed-out" || message === undefined)
      throw new Error("it did not answer in time");
    const { message: answer } = message;
    if ("fault" in answer) throw new Error(answer.fault);
    return answer;
  }

  /** Sends something that nobody waits for, in the order of the questions. */
  tell(path: string, body: string): void {
    this.#before++;
    this.#send({ path, body, waits: false });
  }

  /** Ends when everything is sent, or soon. */
  async close(): Promise<void> {
    this.#worker.ref();
    const ended = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.#send({ path: undefined });
    const late = setTimeout(() => void this.#worker.terminate(), this.#patience + ENDING_MS);
    await ended;
    clearTimeout(late);
  }
}
