import { parentPort, workerData } from "node:worker_threads";
import { post } from "./post.ts";
import type { Question, ThreadAnswer, ThreadData } from "./thread-messages.ts";

async function answerTo(data: ThreadData, path: string, body: string): Promise<ThreadAnswer> {
  try {
    return await post(data, path, body, data.patience);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

async function take(data: ThreadData, question: Question): Promise<void> {
  const { port, signal } = data;
  if (question.path === undefined) return port.close();
  const { path, body, waits } = question;
  const answer = await answerTo(data, path, body);
  if (waits) {
    port.postMessage(answer);
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
    return;
  }
  const fault = "fault" in answer ? answer.fault : `it answered with status ${answer.status}`;
  if ("fault" in answer || answer.status !== 200) parentPort?.postMessage(`${path}: ${fault}`);
}

/** Answers questions one after the other, so that an outcome is there before the next decision. */
function serve(data: ThreadData): void {
  let last = Promise.resolve();
  data.port.on("message", (question: Question) => {
    last = last.then(() => take(data, question));
  });
}

serve(workerData);
