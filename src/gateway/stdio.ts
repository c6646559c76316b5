import { constants } from "node:os";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { UserError } from "../diagnostics/user-error.ts";
import { errorCode, whyUnreadable } from "../node/file-error.ts";
import type { Channel } from "./in-flight.ts";
import { LineSplitter, type LineReader } from "./line-splitter.ts";
import { readLine } from "./message.ts";
import { Relay } from "./relay.ts";
import type { RelayOptions } from "./relay-options.ts";
import { sharedParts } from "./shared-parts.ts";

/** A server that is started by a command, and how it is waited for. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Longer messages are refused, in bytes. */
  readonly maxMessage: number;
  /** Milliseconds that a server has to end by itself, and again after SIGTERM. */
  readonly grace: number;
}

/** Where the client is. */
export interface ClientStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** Resolves when the process is asked to end. */
  readonly stopped: Promise<void>;
}

type ServerProcess = ChildProcessByStdio<Writable, Readable, null>;

/** How a server ended. */
interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the server; a command that cannot be run is a `UserError`. */
async function started({ command, args, cwd }: ServerCommand): Promise<ServerProcess> {
  const server = spawn(command, [...args], { cwd, stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    server.once("spawn", () => resolve());
    server.once("error", (cause) =>
      reject(
        new UserError(
          "cannot-start",
          `the server \`${command}\` cannot be started: ` +
            `${errorCode(cause) === "ENOENT" ? "there is no such program" : whyUnreadable(cause)}`,
          { help: "write the command of the server after `--`, as in its own instructions" },
        ),
      ),
    );
  });
  server.on("error", () => undefined);
  return server;
}

/** Waits until `from` may be read again where `to` takes no more for now. */
function pace(from: Readable, to: Writable, line: Uint8Array): void {
  if (to.destroyed || to.write(line) || from.isPaused()) return;
  from.pause();
  to.once("drain", () => from.resume());
}

/** One client and one server, joined by a relay. */
class StdioGateway {
  readonly #settings: ServerCommand;
  readonly #client: ClientStreams;
  readonly #server: ServerProcess;
  readonly #relay: Relay;
  readonly #tell: (what: string) => void;
  /** Whether the gateway was asked to end. */
  #isStopped = false;
  readonly #name: string;

  constructor(
    settings: ServerCommand,
    sides: { readonly client: ClientStreams; readonly server: ServerProcess },
    options: RelayOptions,
  ) {
    this.#settings = settings;
    this.#client = sides.client;
    this.#server = sides.server;
    this.#tell = options.tell;
    this.#name = options.caller.server;
    this.#relay = new Relay(sharedParts(options), {
      toServer: (line) => void this.#server.stdin.write(line),
    });
  }

  async run(): Promise<End> {
    const { input, output, stopped } = this.#client;
    const { stdin, stdout } = this.#server;
    // what cannot be written any more is answered when the server has ended
    stdin.on("error", () => undefined);
    const ended = new Promise<End>((resolve) =>
      this.#server.once("close", (status, signal) => resolve({ status, signal })),
    );
    const stop = (): void => this.#end();
    output.on("error", stop);
    this.#read(stdout, this.#serverLines());
    this.#read(input, this.#clientLines(), stop);
    void stopped.then(() => {
      this.#isStopped = true;
      stop();
    });
    const end = await ended;
    this.#relay.serverGone(
      this.#isStopped
        ? "the gateway was asked to end"
        : `the server \`${this.#name}\` ended (${endText(end)})`,
    );
    this.#relay.close();
    input.pause();
    return this.#isStopped ? STOPPED : end;
  }

  #read(stream: Readable, reader: LineReader, onEnd: () => void = () => undefined): void {
    const lines = new LineSplitter(this.#settings.maxMessage, reader);
    stream.on("data", (chunk: Buffer) => lines.push(chunk));
    stream.once("end", () => {
      lines.end();
      onEnd();
    });
    stream.on("error", onEnd);
  }

  #clientLines(): LineReader {
    const { input, output } = this.#client;
    const { stdin } = this.#server;
    const channelOf = (line: Buffer): Channel => ({
      forward: (edit) => pace(input, stdin, edit === undefined ? line : edit(line)),
      answer: (own) => void output.write(own),
      ask: (own) => void output.write(own),
    });
    return {
      line: (line) => this.#relay.fromClient(line, readLine(line, "lines"), channelOf(line)),
      tooLong: () => this.#relay.tooLong(channelOf(Buffer.alloc(0))),
      torn: (bytes) => this.#relay.torn("client", bytes),
    };
  }

  #serverLines(): LineReader {
    const { output } = this.#client;
    return {
      line: (line) => {
        const kept = this.#relay.fromServer(line);
        if (kept !== undefined) pace(this.#server.stdout, output, kept);
      },
      tooLong: () => {
        this.#relay.serverTooLong();
      },
      torn: (bytes) => this.#relay.torn("server", bytes),
    };
  }

  /** Ends the server as the protocol says: its input is closed, then SIGTERM, then SIGKILL. */
  #end(): void {
    const { grace } = this.#settings;
    this.#server.stdin.end();
    const late = setTimeout(() => {
      this.#tell("the server does not end; it gets SIGTERM");
      this.#server.kill("SIGTERM");
      const last = setTimeout(() => this.#server.kill("SIGKILL"), grace);
      this.#server.once("close", () => clearTimeout(last));
    }, grace);
    this.#server.once("close", () => clearTimeout(late));
  }
}

/** As `agentz serve`: to end because one is asked to is no failure. */
const STOPPED: End = { status: 0, signal: null };

function endText({ status, signal }: End): string {
  return signal === null ? `status ${status ?? 0}` : signal;
}

/**
 * Stands between the client on two streams and the server of a command, until one of them ends.
 * Gives the exit status of the server: 128 and the number of the signal that ended it; 0 if the process
 * was asked to end.
 */
export async function runStdio(
  settings: ServerCommand,
  client: ClientStreams,
  options: RelayOptions,
): Promise<number> {
  const server = await started(settings);
  const { status, signal } = await new StdioGateway(settings, { client, server }, options).run();
  return signal === null ? (status ?? 0) : 128 + constants.signals[signal];
}
