import { join } from "node:path";
import {
  editSettingsFile,
  memberOnce,
  readSettingsFile,
  type SettingsFile,
} from "../api/settings-file.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { PlacedJson, PlacedMember } from "../text/placed-json.ts";
import {
  unwrapped,
  wrapped,
  type Change,
  type Entry,
  type GatewayCommand,
} from "./wrapped-entry.ts";

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

function fileOf(host: McpHost, { folder, scope }: McpPlace): string {
  const path = host[scope];
  if (path !== undefined) return join(folder, path);
  throw new UserError("usage", `where ${host.title} keeps the servers of a user is not known`, {
    help: "leave out --user",
  });
}

/** The servers of a host, and the file that names them. */
export interface HostServers {
  /** Undefined: there is no file. */
  readonly file: SettingsFile | undefined;
  readonly path: string;
  /** The map of the servers; undefined: the file has none. */
  readonly map: PlacedJson | undefined;
  readonly servers: readonly PlacedMember[];
}

/** Reads the servers of a host; a file that cannot be used is a `UserError`. */
export function readHostServers(host: McpHost, place: McpPlace): HostServers {
  const path = fileOf(host, place);
  const file = readSettingsFile(path);
  const map = file && memberOnce(file.placed, host.member, path);
  if (map !== undefined && map.members === undefined)
    throw new UserError(
      "settings",
      `\`${host.member}\` in \`${path}\` is not a map, so nothing was changed`,
    );
  const servers = map?.members ?? [];
  if (map !== undefined) for (const { key } of servers) memberOnce(map, key, path);
  return { file, path, map, servers };
}

async function changedServers(
  { file, path, servers }: HostServers,
  change: (entry: Entry) => Change,
): Promise<Changed> {
  const text = file?.text ?? "";
  const results = servers.map(({ key, value }) => ({
    server: key,
    result: change({ text, server: key, placed: value }),
  }));
  const edits = results.flatMap(({ result }) => (typeof result === "string" ? [] : result));
  if (file !== undefined && edits.length > 0) await editSettingsFile(file, edits);
  const changed = results.flatMap(({ server, result }) =>
    typeof result === "string" ? [] : [server],
  );
  const kept = results.flatMap(({ server, result }) =>
    typeof result === "string" ? [{ server, why: result }] : [],
  );
  return { path, changed, kept };
}

/** Puts the gateway before every server that a host starts by a command; all else stays. */
export function install(host: McpHost, place: McpPlace, gateway: GatewayCommand): Promise<Changed> {
  return changedServers(readHostServers(host, place), (entry) => wrapped(entry, gateway));
}

/** Takes the gateway away again: each server's entry is what it was before. */
export function uninstall(host: McpHost, place: McpPlace): Promise<Changed> {
  return changedServers(readHostServers(host, place), unwrapped);
}
