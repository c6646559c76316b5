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
import { tryGateway } from "./proxy-start.ts";
import { meantHelp } from "../../text/slip.ts";

interface Flags {
  readonly mode: string;
  readonly candidate?: readonly string[];
  readonly subject: string;
  readonly decisionPoint?: string;
  readonly user?: boolean;
  readonly asOne?: boolean;
}

function hostOf(name: string): McpHost {
  const host = MCP_HOSTS.get(name);
  if (host !== undefined) return host;
  throw new UserError("usage", `there is no host \`${name}\``, {
    help: meantHelp(name, MCP_HOSTS.keys(), `there is ${[...MCP_HOSTS.keys()].join(", ")}`),
  });
}

function placeOf({ user }: Flags, cwd: string): McpPlace {
  return user === true ? { folder: homedir(), scope: "user" } : { folder: cwd, scope: "project" };
}

/** What became of a flag of the gateway on the command line of `install`. */
interface Given {
  readonly flag: string;
  readonly value: string | undefined;
}

/** How `install` was asked. */
interface Asked {
  readonly context: CommandContext;
  readonly given: readonly Given[];
}

/** Flags that are written down for the host: the value of some is a path, others one as-one gateway alone takes. */
const WRITTEN: ReadonlyMap<string, "text" | "path" | "as-one"> = new Map([
  ...["mode", "subject", "on-behalf-of", "approver", "approval-wait", "approval-ttl", "id"].map(
    (flag) => [flag, "text"] as const,
  ),
  ...["decision-point", "decision-timeout", "results", "mask-above", "error-code", "timeout"].map(
    (flag) => [flag, "text"] as const,
  ),
  ...[
    "max-message",
    "grace",
    "redact",
    "reload",
    "at-least",
    "log-sync",
    "log-max-bytes",
    "server-wait",
  ].map((flag) => [flag, "text"] as const),
  ...["candidate", "config", "verify-key", "definitions", "credentials", "tls-cert", "tls-key"].map(
    (flag) => [flag, "path"] as const,
  ),
  ...["log", "approvals"].map((flag) => [flag, "as-one"] as const),
]);

/** Notes the gateway's flags as they are written on a command line. */
function givenFlags(command: Command): readonly Given[] {
  const given: Given[] = [];
  for (const option of command.options)
    command.on(`option:${option.name()}`, (value: unknown) =>
      given.push({
        flag: option.name(),
        value: typeof value === "string" ? value : undefined,
      }),
    );
  return given;
}

/** A flag as the host passes it; paths do not depend on where the host starts the gateway. */
function writtenFlag({ flag, value }: Given, { asOne }: Flags, cwd: string): readonly string[] {
  const kind = WRITTEN.get(flag);
  if (kind === undefined)
    throw new UserError("usage", `--${flag} does not go with \`install\``, {
      help: "leave it out, or write the command of the gateway into the host's file yourself",
    });
  if (kind === "as-one" && asOne !== true)
    throw new UserError("usage", `several gateways cannot share --${flag}`, {
      help: "leave it out, or pass --as-one",
    });
  if (value === undefined) return [`--${flag}`];
  const isPath = (kind === "path" && !value.startsWith("git:")) || flag === "log";
  return [`--${flag}`, isPath ? resolve(cwd, value) : value];
}

/** What starts the gateway; `log` names its log. */
function commandOf(
  given: readonly Given[],
  flags: Flags,
  { cwd, log }: { readonly cwd: string; readonly log: string },
): readonly string[] {
  const has = (flag: string): boolean => given.some((one) => one.flag === flag);
  const own = (flag: string, path: string): readonly string[] =>
    has(flag) ? [] : [`--${flag}`, resolve(cwd, path)];
  const rest = given.filter(({ flag }) => !["mode", "subject", "debug"].includes(flag));
  return [
    ...[process.execPath, process.argv[1] ?? "agentz", "proxy"],
    ...["--mode", flags.mode, "--subject", flags.subject],
    ...rest.flatMap((one) => writtenFlag(one, flags, cwd)),
    ...own("log", `.agentz/proxy-${log}.jsonl`),
    ...own("definitions", ".agentz/definitions.json"),
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

/** Refuses what the gateway would not start with, by starting it without a server. */
async function tryBefore(words: readonly string[], context: CommandContext): Promise<void> {
  const [, , , ...flags] = words;
  const at = flags.indexOf("--log") + 1;
  // a gateway that runs keeps its log to itself
  const beside = flags.map((word, i) => (i === at ? `${word}.check` : word));
  await tryGateway([...beside, "--", "none"], context);
}

async function add(name: string, flags: Flags, { context, given }: Asked): Promise<void> {
  const { cwd } = context.io;
  const host = hostOf(name);
  const isDecided = flags.candidate !== undefined || flags.decisionPoint !== undefined;
  if (flags.mode !== "record" && !isDecided)
    throw new UserError("usage", `mode \`${flags.mode}\` needs policies`, {
      help: "pass --candidate <path>, or --mode record",
    });
  const place = placeOf(flags, cwd);
  const command = (log: string): readonly string[] => commandOf(given, flags, { cwd, log });
  await tryBefore(command(host.name), context);
  const changed = await (flags.asOne === true
    ? installAsOne(host, place, (file) => [...command(host.name), "--servers", file])
    : install(host, place, (server) => [
        ...command(`${host.name}-${server}`),
        ...["--server", server],
      ]));
  tellChanged(context.io, changed, "goes through agentz");
}

async function remove(name: string, flags: Flags, { context: { io } }: Asked): Promise<void> {
  const [host, place] = [hostOf(name), placeOf(flags, io.cwd)];
  const back = (await uninstallAsOne(host, place)) ?? [];
  const { path, changed, kept } = await uninstall(host, place);
  const others = kept.filter(({ server }) => !back.includes(server));
  const all = { path, changed: [...back, ...changed], kept: others };
  tellChanged(io, all, "no longer goes through agentz");
}

/** Adds `install` and `uninstall`. */
export function addInstall(command: Command, context: CommandContext): void {
  const given = givenFlags(command);
  const act =
    (what: (name: string, flags: Flags, more: Asked) => Promise<void>) =>
    // WHY globals: an option that `proxy` has too is taken there, also behind the name of a command
    (name: string, _: Flags, own: Command): Promise<void> =>
      what(name, own.optsWithGlobals<Flags>(), { context, given });
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
