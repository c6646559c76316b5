import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

/** What a command left behind. */
export interface Done {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a command may take, in milliseconds. */
const PATIENCE = 120_000;

/**
 * A thread that runs commands of the built command line, one after the other. It ends with the
 * process.
 */
export class CommandThread {
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #port;

  constructor(environment: NodeJS.ProcessEnv) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.unref();
    new Worker(new URL("./command-thread.mjs", import.meta.url), {
      workerData: { answered: this.#answered.buffer, port: port2 },
      transferList: [port2],
      env: environment,
      execArgv: [],
    }).unref();
  }

  /** Runs a command in a folder, and waits until it has ended. */
  run(args: readonly string[], cwd: string): Done {
    const before = process.cwd();
    process.chdir(cwd);
    try {
      return this.#ask({ args, cwd });
    } finally {
      process.chdir(before);
    }
  }

  #ask(command: { readonly args: readonly string[]; readonly cwd: string }): Done {
    Atomics.store(this.#answered, 0, 0);
    this.#port.postMessage(command);
    if (Atomics.wait(this.#answered, 0, 0, PATIENCE) === "timed-out")
      throw new Error(`agentz ${command.args.join(" ")} did not end`);
    const answer: Done | { readonly failure: string } | undefined = receiveMessageOnPort(
      this.#port,
    )?.message;
    if (answer === undefined || "failure" in answer)
      throw new Error(answer?.failure ?? "no answer");
    return answer;
  }
}
