import { Command } from "commander";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { UserError } from "../../diagnostics/user-error.ts";
import { DefinitionStore } from "../../gateway/definition-store.ts";
import { readServersFile, type ServerEntries } from "../../gateway/many/servers-file.ts";
import type { RelayOptions } from "../../gateway/relay-options.ts";
import { subjectOf } from "../../hook/subject.ts";
import type { CommandContext } from "../command.ts";
import { openDecider, type GatewayDecider } from "./proxy-decider.ts";
import { addProxyOptions, type ProxyFlags } from "./proxy-flags.ts";

/** The accepted definitions; a file that cannot be used is a `UserError`. */
function definitionsOf({ definitions }: ProxyFlags, cwd: string): DefinitionStore {
  const store = new DefinitionStore(resolve(cwd, definitions));
  store.read();
  return store;
}

function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}:${id}`;
}

function relayOptions(
  flags: ProxyFlags,
  { service, approvalPlace }: GatewayDecider,
  { cwd, tell }: Pick<RelayOptions, "tell"> & { readonly cwd: string },
): RelayOptions {
  const { mode, results, errorCode, timeout, onBehalfOf } = flags;
  const session =
    flags.session ?? `mcp-${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`;
  return {
    service,
    mode,
    caller: {
      server: flags.server,
      session,
      subject: subjectOf(flags.subject),
      onBehalfOf:
        onBehalfOf === undefined || onBehalfOf === "nobody" ? onBehalfOf : subjectOf(onBehalfOf),
      // the configuration names everybody who is known to take part
      delegation: [],
    },
    definitions: flags.mode === "record" ? undefined : definitionsOf(flags, cwd),
    framing: "lines",
    approver: flags.approver === undefined ? undefined : nameOf(subjectOf(flags.approver)),
    approvalPlace,
    approvalPatience: flags.approvalWait,
    redactKinds: flags.redact ?? [],
    results: results === true,
    errorCode,
    timeout,
    tell,
  };
}

/** A server is started, or it is at an address, or several are in a file. */
function refuseBoth(command: string | undefined, { listen, upstream, servers }: ProxyFlags): void {
  if (servers !== undefined && (command !== undefined || upstream !== undefined))
    throw new UserError("usage", "--servers names all servers", {
      help: "leave out the command after `--`, and --upstream",
    });
  if (servers === undefined && (listen === undefined) !== (upstream === undefined))
    throw new UserError("usage", "--listen needs --upstream or --servers, and --upstream --listen");
  if (command !== undefined && listen !== undefined)
    throw new UserError("usage", "a server is either started by a command or at --upstream", {
      help: "leave out the command after `--`, or --listen and --upstream",
    });
}

/** A gateway that is ready: nothing of a server is started yet. */
export interface ReadyGateway {
  /** Undefined: one server is started by a command, or is at --upstream. */
  readonly servers: ServerEntries | undefined;
  readonly options: RelayOptions;
  readonly close: () => Promise<void>;
}

/** Readies a gateway by its command line; what stands in the way is a `UserError`. */
export async function readyGateway(
  words: readonly string[],
  flags: ProxyFlags,
  { context, tell }: { readonly context: CommandContext; readonly tell: (what: string) => void },
): Promise<ReadyGateway> {
  const { cwd } = context.io;
  const [command] = words;
  refuseBoth(command, flags);
  if (command === undefined && flags.listen === undefined && flags.servers === undefined)
    throw new UserError("usage", "there is no server to start", {
      help: "write its command after `--`, or pass --listen and --upstream, or --servers",
    });
  const servers =
    flags.servers === undefined ? undefined : readServersFile(resolve(cwd, flags.servers));
  const decider = await openDecider(flags, context, tell);
  try {
    const options = relayOptions(flags, decider, { cwd, tell });
    return { servers, options, close: () => decider.close() };
  } catch (error) {
    await decider.close();
    throw error;
  }
}

/**
 * Readies a gateway by the words of a command line, and ends it again: a `UserError` says why it would
 * not start.
 */
export async function tryGateway(words: readonly string[], context: CommandContext): Promise<void> {
  const command = addProxyOptions(new Command("proxy").exitOverride());
  command.configureOutput({ writeErr: () => undefined });
  command.action(async (server: readonly string[], flags: ProxyFlags) => {
    const ready = await readyGateway(server, flags, { context, tell: () => undefined });
    await ready.close();
  });
  await command.parseAsync([...words], { from: "user" });
}
