import { Option } from "commander";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { DefinitionStore } from "../../gateway/definition-store.ts";
import type { RelayOptions } from "../../gateway/relay-options.ts";
import { readServersFile } from "../../gateway/many/servers-file.ts";
import { serverName } from "../../gateway/server-name.ts";
import { runStdio } from "../../gateway/stdio.ts";
import { subjectOf } from "../../hook/subject.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { logSizeOption, maskOption } from "../log-options.ts";
import { redactOption } from "../redact-option.ts";
import {
  addDeciderOptions,
  openDecider,
  type DeciderFlags,
  type GatewayDecider,
} from "./proxy-decider.ts";
import { addHttpOptions, type HttpFlags } from "./proxy-http-flags.ts";
import { addInstall } from "./proxy-install.ts";
import { addSetOptions, repeatable, timed } from "../options.ts";
import { sized, untilStopped } from "../server-flags.ts";

interface Flags extends HttpFlags, DeciderFlags {
  readonly servers?: string;
  readonly subject: string;
  readonly onBehalfOf?: string;
  readonly session?: string;
  readonly definitions: string;
  readonly results?: boolean;
  readonly errorCode: number;
  readonly timeout: number;
  readonly approver?: string;
  readonly approvalWait: number;
  readonly redact?: readonly string[];
  // of both
  readonly listen?: string;
  readonly server: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

const HELP = `
Starts the MCP server of the command after \`--\` and relays between it and the client on standard
input and output. With --listen and --upstream, it relays between clients and a server over
streamable HTTP. With --servers, several servers are one: the names of tools and prompts begin with
\`<server>_\`; with --listen too, each client on HTTP has servers of its own.

Messages of one server are forwarded byte for byte. Calls of tools, reads of resources, prompts,
completions, and the server's requests for sampling and elicitation are actions of the policies:
\`<server>/<tool>\`, \`<server>/resources/read\`, \`<server>/prompts/get\`,
\`<server>/sampling/createMessage\` and so on. It supports the protocol versions 2024-11-05 to 2026-07-28.

Modes:
  record   every call and its outcome is a line of the log; nothing is decided
  shadow   decides too, and reports the calls that \`enforce\` would stop; every call runs
  enforce  a call that is not permitted does not reach the server; the default

With --decision-point, a running \`agentz serve\` decides and keeps the state; the gateway sends it
each call and its outcome, and denies what it does not answer in time.

The log is a trace: \`agentz replay\` reads it. A line is written before the call is forwarded.
The exit status is that of the server.

Examples:
  agentz proxy --mode record --server files -- npx -y @modelcontextprotocol/server-filesystem .
  agentz proxy --candidate policies --server files --subject agent:coder -- node server.js
  agentz proxy --decision-point https://pdp.example:8181 --server files -- node server.js
  agentz proxy install claude-code --candidate policies
  agentz proxy --candidate policies --servers servers.json
  agentz proxy --candidate policies --servers servers.json --listen 127.0.0.1:8282
  agentz proxy --candidate policies --server crm --listen 127.0.0.1:8282 --upstream http://127.0.0.1:3001/mcp`;

/** The accepted definitions; a file that cannot be used is a `UserError`. */
function definitionsOf({ definitions }: Flags, cwd: string): DefinitionStore {
  const store = new DefinitionStore(resolve(cwd, definitions));
  store.read();
  return store;
}

function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}:${id}`;
}

function relayOptions(
  flags: Flags,
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
function refuseBoth(command: string | undefined, { listen, upstream, servers }: Flags): void {
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

async function act(words: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { io, finish } = context;
  const [command, ...args] = words;
  refuseBoth(command, flags);
  if (command === undefined && flags.listen === undefined && flags.servers === undefined)
    throw new UserError("usage", "there is no server to start", {
      help: "write its command after `--`, or pass --listen and --upstream, or --servers",
    });
  const servers =
    flags.servers === undefined ? undefined : readServersFile(resolve(io.cwd, flags.servers));
  const tell = (what: string): void => io.stderr.write(inertText(`agentz: ${what}\n`));
  const { cwd } = io;
  const decider = await openDecider(flags, context, tell);
  try {
    const options = relayOptions(flags, decider, { cwd, tell });
    const stopped = untilStopped();
    if (servers !== undefined && flags.listen !== undefined) {
      const { runManyHttp } = await import("./proxy-http.ts");
      return finish(await runManyHttp(flags, options, { servers, cwd, stopped }));
    }
    if (servers !== undefined) {
      const { runMany } = await import("../../gateway/many/run-many.ts");
      const client = { input: process.stdin, output: process.stdout, stopped };
      await runMany(servers, client, { relay: options, link: { cwd, ...flags } });
      return finish(0);
    }
    if (command === undefined) {
      const { runHttp } = await import("./proxy-http.ts");
      return finish(await runHttp(flags, options, { cwd, stopped }));
    }
    const settings = { command, args, cwd, maxMessage: flags.maxMessage, grace: flags.grace };
    const client = { input: process.stdin, output: process.stdout, stopped };
    finish(await runStdio(settings, client, options));
  } finally {
    await decider.close();
  }
}

function errorCodeOf(value: string): number {
  const code = Number(value);
  if (code === 0) throw new UserError("usage", "an error code cannot be 0");
  if (/^-?\d{1,9}$/.test(value)) return code;
  throw new UserError("usage", `\`${value}\` is not an error code`, { help: "use a whole number" });
}

export const proxyCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[command...]", "the command of the server, after `--`")
      .addOption(
        new Option("--mode <mode>", "what happens to calls that are not permitted")
          .choices(["record", "shadow", "enforce"])
          .default("enforce"),
      )
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(
        new Option("--server <name>", "the name of the server in policies and in the log")
          .argParser(serverName)
          .default("mcp"),
      )
      .option("--servers <file>", "the servers of this file, as one: .mcp.json and the like")
      .option("--subject <name>", "who makes the calls, as type:id", "agent:mcp-client")
      .option("--on-behalf-of <name>", "for whom, as type:id, or `nobody`; default: unrecorded")
      .option("--session <id>", "the session of the calls; default: a new one for each start")
      .option("--log <file>", "the file of the log; default: .agentz/proxy-<server>.jsonl")
      .addOption(logSizeOption())
      .option("--log-sync", "force each line to the disk before its call is forwarded")
      .option(
        "--definitions <file>",
        "the accepted definitions of tools",
        ".agentz/definitions.json",
      )
      .option("--results", "record the results of calls too, not only whether they succeeded")
      .addOption(maskOption())
      .option("--id <name>", "the name of this gateway in the log", "agentz-proxy")
      .addOption(
        new Option(
          "--error-code <code>",
          "the JSON-RPC code of a denied request that is not a call of a tool",
        )
          .argParser(errorCodeOf)
          .default(403),
      )
      .addOption(
        timed("--timeout <time>", "maximum time for an answer of the server; 0s: no limit", "0s"),
      )
      .addOption(sized("--max-message <size>", "refuse longer messages", 128 * 1024 ** 2, "128M"))
      .addOption(timed("--grace <time>", "time for the server to end before it is killed", "5s"))
      .addOption(redactOption("--redact"))
      .option(
        "--approver <name>",
        "the person at the client who may approve calls there, as type:id; default: nobody",
      )
      .addOption(
        timed("--approval-wait <time>", "time for the person at the client to answer", "5m"),
      )
      .addOption(timed("--approval-ttl <time>", "time for which an approval is valid", "1h"))
      .addOption(timed("--reload <time>", "time between two checks of the policy files", "2s"))
      .addHelpText("after", HELP)
      .action((words: readonly string[], flags: Flags) => act(words, flags, context));
    addHttpOptions(command);
    addDeciderOptions(command);
    addInstall(command, context);
    addSetOptions(command);
  },
};
