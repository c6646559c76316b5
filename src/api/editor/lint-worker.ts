import { parentPort } from "node:worker_threads";
import { UserError } from "../../diagnostics/user-error.ts";
import { lintTexts, type LintedTexts, type TextsJob } from "./lint-texts.ts";

/** What the thread answers to a job. */
export type LintAnswer = LintedTexts | { readonly fault: string };

async function answer(job: TextsJob): Promise<LintAnswer> {
  try {
    return await lintTexts(job);
  } catch (error) {
    if (error instanceof UserError) return { fault: error.message };
    throw error;
  }
}

parentPort?.on("message", (job: TextsJob) => {
  void answer(job).then((found) => parentPort?.postMessage(found));
});
