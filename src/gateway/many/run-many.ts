import { LineSplitter } from "../line-splitter.ts";
import type { ClientStreams } from "../stdio.ts";
import { oneLine, openMany, type ManyOptions } from "./open-many.ts";
import type { ServerEntries } from "./servers-file.ts";

/** The way to the client, which may take no more for a while. */
class PacedOutput {
  readonly #output: ClientStreams["output"];
  #full: Promise<void> | undefined;

  constructor(output: ClientStreams["output"]) {
    this.#output = output;
  }

  write(line: Buffer): void {
    if (this.#output.write(line) || this.#full !== undefined) return;
    this.#full = new Promise((resolve) => {
      this.#output.once("drain", () => {
        this.#full = undefined;
        resolve();
      });
    });
  }

  readonly ready = (): Promise<void> | undefined => this.#full;
}

/** Stands between the client on two streams and several servers, until the client ends. */
export async function runMany(
  servers: ServerEntries,
  { input, output, stopped }: ClientStreams,
  options: ManyOptions,
): Promise<void> {
  const client = new PacedOutput(output);
  const many = openMany(servers, options, {
    ready: client.ready,
    toClient: (line) => client.write(oneLine(line)),
  });
  const lines = new LineSplitter(options.link.maxMessage, {
    line: (line) => many.fromClient(line),
    tooLong: () => many.tooLong(),
    torn: (bytes) => many.torn(bytes),
  });
  const ended = new Promise<void>((resolve) => {
    input.on("data", (chunk: Buffer) => lines.push(chunk));
    input.once("end", () => {
      lines.end();
      resolve();
    });
    input.on("error", () => resolve());
    output.on("error", () => resolve());
    void stopped.then(resolve);
  });
  await ended;
  input.pause();
  await many.close();
}
