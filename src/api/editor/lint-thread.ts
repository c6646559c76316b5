import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { UserError } from "../../diagnostics/user-error.ts";
import { lintTexts, type LintedTexts, type TextsJob } from "./lint-texts.ts";
import type { LintAnswer } from "./lint-worker.ts";

/** The bundled program of the thread; it is missing where the sources run unbundled. */
const PROGRAM = new URL("./lint-worker.js", import.meta.url);

interface Waiting {
  readonly resolve: (found: LintedTexts) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lints in a thread of its own, so that whoever types waits for nothing. One job at a time: ask when
 * the last one was answered. A thread that ends by an error is started anew for the next job.
 */
export class LintThread {
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;

  /** What {@link lintTexts} gives; a `UserError` where a path cannot be read. */
  lint(job: TextsJob): Promise<LintedTexts> {
    if (!existsSync(PROGRAM)) return lintTexts(job);
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      worker.postMessage(job);
    });
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM);
    worker.unref();
    worker.on("message", (answer: LintAnswer) => {
      const waiting = this.#take();
      if ("fault" in answer) waiting?.reject(new UserError("unreadable", answer.fault));
      else waiting?.resolve(answer);
    });
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", (code) => this.#fail(new Error(`the thread of lint ended with ${code}`)));
    return worker;
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #fail(error: unknown): void {
    this.#worker = undefined;
    this.#take()?.reject(error);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
