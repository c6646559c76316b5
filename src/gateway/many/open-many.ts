import type { RelayOptions } from "../relay-options.ts";
import { SessionLog } from "../session-log.ts";
import { openHttpLink } from "./http-link.ts";
import { ManyServers, type ManyServersOptions } from "./many-servers.ts";
import type { MemberOptions } from "./member.ts";
import type { ServerEntries } from "./servers-file.ts";
import { openStdioLink, type StdioLinkOptions } from "./stdio-link.ts";

/** How several servers are opened for one client. */
export interface ManyOptions {
  readonly relay: RelayOptions;
  readonly link: Omit<StdioLinkOptions, "ready">;
  /** Milliseconds that a server has to answer `initialize`, or to give a list. */
  readonly serverWait: number;
}

function memberOf(
  name: string,
  entry: ServerEntries extends ReadonlyMap<string, infer T> ? T : never,
  { relay, link, serverWait }: Omit<ManyOptions, "link"> & { readonly link: StdioLinkOptions },
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
    patience: serverWait,
  };
}

/** What is recorded of messages that reach no server: they are refused in every mode. */
export function logOfMany(relay: RelayOptions): SessionLog {
  return new SessionLog({ ...relay, mode: "enforce", caller: { ...relay.caller, server: "" } });
}

/** Starts the servers of a file, or connects to them, for one client. */
export function openMany(
  servers: ServerEntries,
  { relay, link, serverWait }: ManyOptions,
  client: Pick<ManyServersOptions, "toClient"> & Pick<StdioLinkOptions, "ready">,
): ManyServers {
  const paced = { ...link, ready: client.ready };
  return new ManyServers({
    members: [...servers].map(([name, entry]) =>
      memberOf(name, entry, { relay, link: paced, serverWait }),
    ),
    toClient: client.toClient,
    tell: relay.tell,
    log: logOfMany(relay),
  });
}

/** A message on one line, with its end: a body may have line ends between its members. */
export function oneLine(message: Buffer): Buffer {
  const text = message
    .toString("utf8")
    .replace(/[\r\n]+/g, " ")
    .trimEnd();
  return Buffer.from(`${text}\n`);
}
