import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { readSettings } from "../api/settings-file.ts";
import { replaceFile } from "../node/replace-file.ts";
import { isJsonObject, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { isServerName } from "./server-name.ts";

/** A program that keeps its MCP servers in a file. */
export interface McpHost {
  readonly name: string;
  readonly title: string;
  /** Below the project, and below the user's home; undefined: there is none that is known. */
  readonly project: string;
  readonly user: string | undefined;
  /** The member that holds the servers, by name. */
  readonly member: "mcpServers" | "servers";
}

/** The hosts whose files are known, by name. */
export const MCP_HOSTS: ReadonlyMap<string, McpHost> = new Map(
  [
    {
      name: "claude-code",
      title: "Claude Code",
      project: ".mcp.json",
      user: ".claude.json",
      member: "mcpServers",
    } as const,
    {
      name: "cursor",
      title: "Cursor",
      project: ".cursor/mcp.json",
      user: ".cursor/mcp.json",
      member: "mcpServers",
    } as const,
    {
      name: "vscode",
      title: "VS Code",
      project: ".vscode/mcp.json",
      user: undefined,
      member: "servers",
    } as const,
  ].map((host) => [host.name, host]),
);

/** What became of the servers of a file. */
export interface Changed {
  readonly path: string;
  /** Servers that go through the gateway now, or no longer. */
  readonly changed: readonly string[];
  /** Servers that stay as they are, each with why. */
  readonly kept: readonly { readonly server: string; readonly why: string }[];
}

/** Where a host keeps its servers. */
export interface McpPlace {
  readonly folder: string;
  readonly scope: "project" | "user";
}

/** How a server is started through the gateway: what stands before `--`. */
export type GatewayCommand = (server: string) => readonly string[];

function fileOf(host: McpHost, { folder, scope }: McpPlace): string {
  const path = host[scope];
  if (path !== undefined) return join(folder, path);
  throw new UserError("usage", `where ${host.title} keeps the servers of a user is not known`, {
    help: "leave out --user",
  });
}

function textsOf(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((item: Json) => typeof item === "string");
  return texts.length === value.length ? texts : undefined;
}

/** The words after `agentz proxy` of an entry; undefined: it does not start the gateway. */
export function gatewayWords(entry: Json | undefined): readonly string[] | undefined {
  const args = (isJsonObject(entry) && textsOf(entry["args"])) || [];
  const [program = "", word, ...words] = args;
  return /^agentz(?:\.js)?$/.test(basename(program)) && word === "proxy" ? words : undefined;
}

/** The command of a server that goes through the gateway; undefined: it does not. */
function wrappedCommand(entry: JsonObject): readonly string[] | undefined {
  const words = gatewayWords(entry) ?? [];
  const end = words.indexOf("--");
  return end >= 0 && end + 1 < words.length ? words.slice(end + 1) : undefined;
}

/** An entry through the gateway, or why it cannot be. */
function wrapped(
  server: string,
  entry: Json | undefined,
  gateway: GatewayCommand,
): JsonObject | string {
  if (!isJsonObject(entry)) return "it is not an object";
  if (wrappedCommand(entry) !== undefined) return "it goes through the gateway already";
  const command = stringMember(entry, "command");
  const args = textsOf(entry["args"]);
  if (command === undefined)
    return "it is not started by a command: put `agentz proxy --listen` before its address";
  if (args === undefined) return "its `args` are not texts";
  if (!isServerName(server)) return "its name cannot be the name of a server in policies";
  const [program = "", ...words] = gateway(server);
  return { ...entry, command: program, args: [...words, "--", command, ...args] };
}

/** An entry as it was before {@link install}, or why it stays. */
function unwrapped(entry: Json | undefined): JsonObject | string {
  const [command, ...args] = (isJsonObject(entry) && wrappedCommand(entry)) || [];
  if (!isJsonObject(entry) || command === undefined) return "it does not go through the gateway";
  return { ...entry, command, args };
}

/** The servers of a host, and the file that names them. */
export interface HostServers {
  readonly path: string;
  readonly servers: JsonObject;
  /** Replaces the servers; all else in the file stays. */
  readonly write: (servers: JsonObject) => Promise<void>;
}

/** Reads the servers of a host; a file that cannot be used is a `UserError`. */
export async function readHostServers(host: McpHost, place: McpPlace): Promise<HostServers> {
  const path = fileOf(host, place);
  const settings = await readSettings(path);
  const servers = settings[host.member] ?? {};
  if (!isJsonObject(servers))
    throw new UserError(
      "settings",
      `\`${host.member}\` in \`${path}\` is not a map, so nothing was changed`,
    );
  const write = async (next: JsonObject): Promise<void> => {
    mkdirSync(dirname(path), { recursive: true });
    const text = `${JSON.stringify({ ...settings, [host.member]: next }, null, 2)}\n`;
    await replaceFile(path, path, text);
  };
  return { path, servers, write };
}

async function changedServers(
  { path, servers, write }: HostServers,
  change: (server: string, entry: Json | undefined) => JsonObject | string,
): Promise<Changed> {
  const results = Object.entries(servers).map(([server, entry]) => ({
    server,
    entry,
    result: change(server, entry),
  }));
  const changed = results.flatMap(({ server, result }) =>
    typeof result === "string" ? [] : [server],
  );
  const next = results.map(({ server, entry, result }) => [
    server,
    typeof result === "string" ? entry : result,
  ]);
  if (changed.length > 0) await write(Object.fromEntries(next));
  const kept = results.flatMap(({ server, result }) =>
    typeof result === "string" ? [{ server, why: result }] : [],
  );
  return { path, changed, kept };
}

/** Puts the gateway before every server that a host starts by a command; all else stays. */
export async function install(
  host: McpHost,
  place: McpPlace,
  gateway: GatewayCommand,
): Promise<Changed> {
  const servers = await readHostServers(host, place);
  return changedServers(servers, (server, entry) => wrapped(server, entry, gateway));
}

/** Takes the gateway away again: each server's entry is what it was before. */
export async function uninstall(host: McpHost, place: McpPlace): Promise<Changed> {
  const servers = await readHostServers(host, place);
  return changedServers(servers, (_, entry) => unwrapped(entry));
}
