import { Worker } from "node:worker_threads";
import { UserError } from "../../diagnostics/user-error.ts";
import type { RuleCount } from "../../replay/rule-counts.ts";
import type { ThreadAnswer, ThreadQuestion } from "./editor-worker.ts";
import type { LintedTexts } from "./lint-texts.ts";
import type { PinnedText, PinRequest } from "./pin-texts.ts";
import type { TestName, TestVerdict } from "./test-texts.ts";
import type { TextsJob } from "./texts-job.ts";

/** The bundled program of the thread, which stands beside this one. */
const PROGRAM = new URL("./editor-worker.js", import.meta.url);

/**
 * Answers what takes long in a thread of its own, one question after the other, so that whoever
 * types waits for nothing. What the user has to change is a `UserError`. A thread that ends by an
 * error is started anew for the next question.
 */
export class EditorThread {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  lint(job: TextsJob): Promise<LintedTexts> {
    return this.#ask({ ask: "lint", job });
  }

  test(job: TextsJob, test: TestName): Promise<TestVerdict> {
    return this.#ask({ ask: "test", job, test });
  }

  count(job: TextsJob, trace: readonly string[]): Promise<readonly RuleCount[]> {
    return this.#ask({ ask: "count", job, trace });
  }

  pin(job: TextsJob, request: PinRequest): Promise<PinnedText> {
    return this.#ask({ ask: "pin", job, request });
  }

  #ask<T>(question: ThreadQuestion): Promise<T> {
    const turn = this.#last.then(() => this.#answer<T>(question));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM);
    worker.unref();
    return worker;
  }

  #answer<T>(question: ThreadQuestion): Promise<T> {
    const worker = (this.#worker ??= this.#start());
    return new Promise<T>((resolve, reject) => {
      const failed = (error: unknown): void => {
        // nobody waits for what was still asked when the editor went
        if (this.#isClosed) return;
        this.#worker = undefined;
        worker.off("message", answered);
        reject(error);
      };
      const ended = (code: number): void =>
        failed(new Error(`the editor's thread ended with ${code}`));
      const answered = (answer: ThreadAnswer<T>): void => {
        worker.off("error", failed);
        worker.off("exit", ended);
        if ("fault" in answer) reject(new UserError(answer.code, answer.fault));
        else resolve(answer.found);
      };
      worker.once("message", answered);
      worker.once("error", failed);
      worker.once("exit", ended);
      worker.postMessage(question);
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }
}
