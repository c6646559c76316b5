import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import {
  install,
  MCP_HOSTS,
  uninstall,
  type Changed,
  type McpHost,
  type McpPlace,
} from "../../gateway/install.ts";
import type { Io } from "../../node/io.ts";
import type { CommandContext } from "../command.ts";

interface Flags {
  readonly mode: string;
  readonly candidate?: readonly string[];
  readonly subject: string;
  readonly onBehalfOf?: string;
  readonly approver?: string;
  readonly user?: boolean;
}

function hostOf(name: string): McpHost {
  const host = MCP_HOSTS.get(name);
  if (host !== undefined) return host;
  throw new UserError("usage", `there is no host \`${name}\``, {
    help: `there is ${[...MCP_HOSTS.keys()].join(", ")}`,
  });
}

function placeOf({ user }: Flags, cwd: string): McpPlace {
  return user === true ? { folder: homedir(), scope: "user" } : { folder: cwd, scope: "project" };
}

/** What stands before `--` in the entry of a server; paths do not depend on where the host starts it. */
function commandOf(
  host: McpHost,
  flags: Flags,
  cwd: string,
): (server: string) => readonly string[] {
  const paths = (flags.candidate ?? []).flatMap((path) => [
    "--candidate",
    path.startsWith("git:") ? path : resolve(cwd, path),
  ]);
  const named = [
    ...(flags.onBehalfOf === undefined ? [] : ["--on-behalf-of", flags.onBehalfOf]),
    ...(flags.approver === undefined ? [] : ["--approver", flags.approver]),
  ];
  return (server) => [
    process.execPath,
    process.argv[1] ?? "agentz",
    "proxy",
    ...["--mode", flags.mode, "--server", server, "--subject", flags.subject],
    ...paths,
    ...named,
    ...["--log", resolve(cwd, `.agentz/proxy-${host.name}-${server}.jsonl`)],
    ...["--definitions", resolve(cwd, ".agentz/definitions.json")],
  ];
}

function tellChanged(
  { stdout }: Pick<Io, "stdout">,
  { path, changed, kept }: Changed,
  what: string,
): void {
  const lines = [
    ...changed.map((server) => `${what}: ${server}`),
    ...kept.map(({ server, why }) => `unchanged: ${server}, ${why}`),
  ];
  const none = [`${path} names no servers`];
  stdout.write(inertText(`${[...(lines.length === 0 ? none : lines), ""].join("\n")}`));
}

async function add(name: string, flags: Flags, { io }: CommandContext): Promise<void> {
  const host = hostOf(name);
  if (flags.mode !== "record" && flags.candidate === undefined)
    throw new UserError("usage", `mode \`${flags.mode}\` needs policies`, {
      help: "pass --candidate <path>, or --mode record",
    });
  const changed = await install(host, placeOf(flags, io.cwd), commandOf(host, flags, io.cwd));
  tellChanged(io, changed, "goes through agentz");
}

async function remove(name: string, flags: Flags, { io }: CommandContext): Promise<void> {
  const changed = await uninstall(hostOf(name), placeOf(flags, io.cwd));
  tellChanged(io, changed, "no longer goes through agentz");
}

/** Adds `install` and `uninstall`. */
export function addInstall(command: Command, context: CommandContext): void {
  const act =
    (what: (name: string, flags: Flags, context: CommandContext) => Promise<void>) =>
    // WHY globals: an option that `proxy` has too is taken there, also behind the name of a command
    (name: string, _: Flags, own: Command): Promise<void> =>
      what(name, own.optsWithGlobals<Flags>(), context);
  const hosts = [...MCP_HOSTS.keys()].join(", ");
  command
    .command("install <host>")
    .description(`put the gateway before the servers of a host: ${hosts}`)
    .option("--user", "use the settings of the user, not of the project")
    .action(act(add));
  command
    .command("uninstall <host>")
    .description("remove the gateway from the servers of a host")
    .option("--user", "use the settings of the user, not of the project")
    .action(act(remove));
}
