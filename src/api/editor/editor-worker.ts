import { parentPort } from "node:worker_threads";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { cacheFolder } from "../../node/private-folder.ts";
import { RuleCounter } from "./count-rules.ts";
import { lintTexts } from "./lint-texts.ts";
import { pinTexts, type PinRequest } from "./pin-texts.ts";
import { testTexts, type TestName } from "./test-texts.ts";
import type { TextsJob } from "./texts-job.ts";

/** What the thread is asked. */
export type ThreadQuestion =
  | { readonly ask: "lint"; readonly job: TextsJob }
  | { readonly ask: "test"; readonly job: TextsJob; readonly test: TestName }
  | { readonly ask: "count"; readonly job: TextsJob; readonly trace: readonly string[] }
  | { readonly ask: "pin"; readonly job: TextsJob; readonly request: PinRequest };

/** What it answers: what was found, or what the user has to change. */
export type ThreadAnswer<T> =
  | { readonly found: T }
  | { readonly fault: string; readonly code: string };

/** Keeps the trace between two counts. */
const counter = new RuleCounter(cacheFolder(process.env));

async function find(question: ThreadQuestion): Promise<unknown> {
  switch (question.ask) {
    case "lint":
      return lintTexts(question.job);
    case "test":
      return testTexts(question.job, question.test);
    case "count":
      return counter.count(question.job, question.trace);
    case "pin":
      return pinTexts(question.job, question.request);
  }
}

async function answer(question: ThreadQuestion): Promise<ThreadAnswer<unknown>> {
  try {
    return { found: await find(question) };
  } catch (error) {
    if (error instanceof UserError) return { fault: error.message, code: error.code };
    if (error instanceof TraceError) return { fault: error.message, code: "unreadable-trace" };
    throw error;
  }
}

parentPort?.on("message", (question: ThreadQuestion) => {
  void answer(question).then((found) => parentPort?.postMessage(found));
});
