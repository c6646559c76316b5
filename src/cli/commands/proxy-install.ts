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
import { installAsOne, uninstallAsOne } from "../../gateway/install-as-one.ts";
import type { Io } from "../../node/io.ts";
import type { CommandContext } from "../command.ts";

interface Flags {
  readonly mode: string;
  readonly candidate?: readonly string[];
  readonly subject: string;
  readonly onBehalfOf?: string;
  readonly approver?: string;
  readonly user?: boolean;
  readonly asOne?: boolean;
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

/** The command of the gateway without its servers; paths do not depend on where the host starts it. */
function commandOf(flags: Flags, cwd: string, log: string): readonly string[] {
  const paths = (flags.candidate ?? []).flatMap((path) => [
    "--candidate",
    path.startsWith("git:") ? path : resolve(cwd, path),
  ]);
  return [
    ...[process.execPath, process.argv[1] ?? "agentz", "proxy"],
    ...["--mode", flags.mode, "--subject", flags.subject],
    ...paths,
    ...(flags.onBehalfOf === undefined ? [] : ["--on-behalf-of", flags.onBehalfOf]),
    ...(flags.approver === undefined ? [] : ["--approver", flags.approver]),
    ...["--log", resolve(cwd, `.agentz/proxy-${log}.jsonl`)],
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
  const place = placeOf(flags, io.cwd);
  const changed = await (flags.asOne === true
    ? installAsOne(host, place, (file) => [
        ...commandOf(flags, io.cwd, host.name),
        ...["--servers", file],
      ])
    : install(host, place, (server) => [
        ...commandOf(flags, io.cwd, `${host.name}-${server}`),
        ...["--server", server],
      ]));
  tellChanged(io, changed, "goes through agentz");
}

async function remove(name: string, flags: Flags, { io }: CommandContext): Promise<void> {
  const [host, place] = [hostOf(name), placeOf(flags, io.cwd)];
  const back = (await uninstallAsOne(host, place)) ?? [];
  const { path, changed, kept } = await uninstall(host, place);
  const others = kept.filter(({ server }) => !back.includes(server));
  const all = { path, changed: [...back, ...changed], kept: others };
  tellChanged(io, all, "no longer goes through agentz");
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
    .option("--as-one", "put one gateway before all servers: names of tools begin with `<server>_`")
    .action(act(add));
  command
    .command("uninstall <host>")
    .description("remove the gateway from the servers of a host")
    .option("--user", "use the settings of the user, not of the project")
    .action(act(remove));
}
