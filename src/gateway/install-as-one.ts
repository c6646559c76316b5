import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { replaceFile } from "../node/replace-file.ts";
import { isJsonObject, objectMember, type Json, type JsonObject } from "../request/json.ts";
import {
  gatewayWords,
  readHostServers,
  type Changed,
  type McpHost,
  type McpPlace,
} from "./install.ts";
import { isMemberName } from "./many/names.ts";
import { serverOf } from "./many/servers-file.ts";

/** The entry that stands for all servers behind the gateway. */
const ENTRY = "agentz";

/** How the gateway is started before the servers of a file. */
export type GatewayBefore = (serversFile: string) => readonly string[];

function serversFileOf({ name }: McpHost, { folder }: McpPlace): string {
  return join(folder, ".agentz", `servers-${name}.json`);
}

/** Why a server stays as it is; undefined: it can go behind the gateway with others. */
function whyKept(name: string, entry: Json | undefined, { title }: McpHost): string | undefined {
  if (gatewayWords(entry) !== undefined) return "it goes through the gateway already";
  const server = serverOf(entry ?? null);
  if (typeof server === "string") return server;
  if (!isMemberName(name)) return "its name has more than letters, digits and `-`";
  if (isJsonObject(entry) && entry["type"] === "sse")
    return "its transport is the old one with SSE";
  // WHY: the gateway would send the text itself
  if (JSON.stringify(entry).includes("${")) return `only ${title} can fill in its variables`;
  return undefined;
}

/**
 * Puts one gateway before all servers of a host that it can reach: they move to a file, and one entry
 * starts the gateway before that file. All else stays.
 */
export async function installAsOne(
  host: McpHost,
  place: McpPlace,
  gateway: GatewayBefore,
): Promise<Changed> {
  const { path, servers, write } = await readHostServers(host, place);
  const file = serversFileOf(host, place);
  for (const [taken, what] of [
    [Object.hasOwn(servers, ENTRY), `\`${path}\` has a server \`${ENTRY}\``],
    [existsSync(file), `\`${file}\` is there`],
  ] as const)
    if (taken)
      throw new UserError("settings", `${what} already, so nothing was changed`, {
        help: `run \`agentz proxy uninstall ${host.name}\` first`,
      });
  const all = Object.entries(servers).map(([server, entry]) => ({
    ...{ server, entry },
    why: whyKept(server, entry, host),
  }));
  const moved = all.filter(({ why }) => why === undefined);
  const kept = all.flatMap(({ server, why }) => (why === undefined ? [] : [{ server, why }]));
  const changed = moved.map(({ server }) => server);
  if (moved.length === 0) return { path, changed, kept };
  const entriesOf = (some: typeof all): JsonObject =>
    Object.fromEntries(some.map(({ server, entry }) => [server, entry ?? null]));
  await writeServersFile(file, entriesOf(moved));
  const [command = "", ...args] = gateway(file);
  const rest = entriesOf(all.filter(({ why }) => why !== undefined));
  await write({ ...rest, [ENTRY]: { command, args } });
  return { path, changed, kept };
}

/** WHY so private: entries may have credentials for their servers. */
async function writeServersFile(file: string, mcpServers: JsonObject): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, file, `${JSON.stringify({ mcpServers }, null, 2)}\n`);
  chmodSync(file, 0o600);
}

/** Puts back what {@link installAsOne} moved: the names of the servers; undefined: it moved nothing. */
export async function uninstallAsOne(
  host: McpHost,
  place: McpPlace,
): Promise<readonly string[] | undefined> {
  const { path, servers, write } = await readHostServers(host, place);
  const { [ENTRY]: own, ...rest } = servers;
  const words = gatewayWords(own) ?? [];
  const file = words[words.indexOf("--servers") + 1];
  if (!words.includes("--servers") || file === undefined) return undefined;
  const moved = movedServers(file);
  const twice = Object.keys(moved).find((name) => Object.hasOwn(rest, name));
  if (twice !== undefined)
    throw new UserError(
      "settings",
      `\`${path}\` and \`${file}\` both have a server \`${twice}\`, so nothing was changed`,
      { help: "remove one of them" },
    );
  await write({ ...rest, ...moved });
  rmSync(file);
  return Object.keys(moved);
}

function movedServers(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const moved = isJsonObject(value) ? objectMember(value, "mcpServers") : undefined;
    if (moved !== undefined) return moved;
  } catch {
    // said below
  }
  throw new UserError("settings", `\`${file}\` does not name the servers, so nothing was changed`, {
    help: "restore this file: it has the entries of the servers",
  });
}
