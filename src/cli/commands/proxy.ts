import { inertText } from "../../diagnostics/inert-text.ts";
import { runStdio } from "../../gateway/stdio.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { untilStopped } from "../server-flags.ts";
import { addProxyOptions, type ProxyFlags } from "./proxy-flags.ts";
import { addInstall } from "./proxy-install.ts";
import { readyGateway } from "./proxy-start.ts";

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
The exit status is that of the server. If the gateway is asked to end (SIGTERM, SIGINT), it ends the
server, and the exit status is 0; with --listen or --servers it always is.

Examples:
  agentz proxy --mode record --server files -- npx -y @modelcontextprotocol/server-filesystem .
  agentz proxy --candidate policies --server files --subject agent:coder -- node server.js
  agentz proxy --decision-point https://pdp.example:8181 --server files -- node server.js
  agentz proxy install claude-code --candidate policies
  agentz proxy --candidate policies --servers servers.json
  agentz proxy --candidate policies --servers servers.json --listen 127.0.0.1:8282
  agentz proxy --candidate policies --server crm --listen 127.0.0.1:8282 --upstream http://127.0.0.1:3001/mcp`;

async function act(
  words: readonly string[],
  flags: ProxyFlags,
  context: CommandContext,
): Promise<void> {
  const { io, finish } = context;
  const [command, ...args] = words;
  const tell = (what: string): void => io.stderr.write(inertText(`agentz: ${what}\n`));
  const { cwd } = io;
  const { servers, options, close } = await readyGateway(words, flags, { context, tell });
  try {
    const stopped = untilStopped();
    if (servers !== undefined && flags.listen !== undefined) {
      const { runManyHttp } = await import("./proxy-http.ts");
      return finish(await runManyHttp(flags, options, { servers, cwd, stopped }));
    }
    if (servers !== undefined) {
      const { runMany } = await import("../../gateway/many/run-many.ts");
      const client = { input: process.stdin, output: process.stdout, stopped };
      await runMany(servers, client, {
        ...{ relay: options, link: { cwd, ...flags } },
        serverWait: flags.serverWait,
      });
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
    await close();
  }
}

export const proxyCommand: CommandModule = {
  define: (command, context) => {
    addProxyOptions(command)
      .addHelpText("after", HELP)
      .action((words: readonly string[], flags: ProxyFlags) => act(words, flags, context));
    addInstall(command, context);
  },
};
