// Runs the built command line again and again in one thread, for `agentz` of agentz.ts: a process of
// its own for each command costs ten times what the command does.
import { workerData } from "node:worker_threads";
import { runCommand } from "../../dist/agentz.js";

const { port } = workerData;
const answered = new Int32Array(workerData.answered);

/** The texts that were written, as a reader of a pipe gets them. */
const received = (texts) => Buffer.from(texts.join("")).toString();

async function answer({ args, cwd }) {
  const stdout = [];
  const stderr = [];
  const status = await runCommand(args, () => ({
    cwd,
    env: process.env,
    stdout: { write: (text) => void stdout.push(text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void stderr.push(text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => Date.now(),
  }));
  return { status, stdout: received(stdout), stderr: received(stderr) };
}

function send(message) {
  port.postMessage(message);
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
}

// what fails without anybody waiting for it would leave the test waiting
process.on("uncaughtException", (error) => send({ failure: String(error.stack) }));
port.on("message", (command) => {
  answer(command).then(send, (error) => send({ failure: String(error.stack) }));
});
