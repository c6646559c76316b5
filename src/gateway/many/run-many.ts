import { LineSplitter } from "../line-splitter.ts";
import type { RelayOptions } from "../relay-options.ts";
import type { ClientStreams } from "../stdio.ts";
import { openHttpLink } from "./http-link.ts";
import { ManyServers } from "./many-servers.ts";
import type { MemberOptions } from "./member.ts";
import type { ServerEntries } from "./servers-file.ts";
import { openStdioLink, type StdioLinkOptions } from "./stdio-link.ts";

/** So long a server has to answer a question of the gateway, such as for a list. */
const PATIENCE_MS = 30_000;

function memberOf(
  name: string,
  entry: ServerEntries extends ReadonlyMap<string, infer T> ? T : never,
  { relay, link }: { readonly relay: RelayOptions; readonly link: StdioLinkOptions },
): MemberOptions {
  const isStarted = "command" in entry;
  return {
    relay: {
      ...relay,
      caller: { ...relay.caller, server: name },
      framing: isStarted ? "lines" : "bodies",
    },
    open: (events) =>
      isStarted ? openStdioLink(entry, link, events) : openHttpLink(entry, link, events),
    patience: PATIENCE_MS,
  };
}

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
  options: { readonly relay: RelayOptions; readonly link: Omit<StdioLinkOptions, "ready"> },
): Promise<void> {
  const client = new PacedOutput(output);
  const link = { ...options.link, ready: client.ready };
  const many = new ManyServers({
    members: [...servers].map(([name, entry]) => memberOf(name, entry, { ...options, link })),
    toClient: (line) => client.write(oneLine(line)),
    tell: options.relay.tell,
  });
  const lines = new LineSplitter(options.link.maxMessage, {
    line: (line) => many.fromClient(line),
    tooLong: () =>
      options.relay.tell("refused a message of the client: it is longer than --max-message"),
    torn: () => undefined,
  });
  const ended = new Promise<void>((resolve) => {
    input.on("data", (chunk: Buffer) => lines.push(chunk));
    input.once("end", resolve);
    input.on("error", () => resolve());
    output.on("error", () => resolve());
    void stopped.then(resolve);
  });
  await ended;
  input.pause();
  await many.close();
}

/** A message on one line, with its end: a body may have line ends between its members. */
function oneLine(message: Buffer): Buffer {
  const text = message
    .toString("utf8")
    .replace(/[\r\n]+/g, " ")
    .trimEnd();
  return Buffer.from(`${text}\n`);
}
