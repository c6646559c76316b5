import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { editSettingsFile } from "../api/settings-file.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { makeFolder } from "../node/make-folder.ts";
import { replaceFile } from "../node/replace-file.ts";
import {
  isJsonObject,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import { blanksBefore, edited, type Edit } from "../text/json-edits.ts";
import type { PlacedJson, PlacedMember } from "../text/placed-json.ts";
import { readHostServers, type Changed, type McpHost, type McpPlace } from "./install.ts";
import { isMemberName } from "./many/names.ts";
import { serverOf } from "./many/servers-file.ts";
import { gatewayWords } from "./wrapped-entry.ts";

/** The entry that stands for all servers behind the gateway. */
const ENTRY = "agentz";

/** How the gateway is started before the servers of a file. */
export type GatewayBefore = (serversFile: string) => readonly string[];

function serversFileOf({ name }: McpHost, { folder }: McpPlace): string {
  return join(folder, ".agentz", `servers-${name}.json`);
}

/** Why a server stays as it is; undefined: it can go behind the gateway with others. */
function whyKept(
  { key: name, value: { value: entry } }: PlacedMember,
  { title }: McpHost,
): string | undefined {
  if (gatewayWords(entry) !== undefined) return "it goes through the gateway already";
  const server = isJsonObject(entry) ? serverOf(entry) : "it is not an object";
  if (typeof server === "string") return server;
  if (!isMemberName(name)) return "its name has more than letters, digits and `-`";
  if (isJsonObject(entry) && entry["type"] === "sse")
    return "its transport is the old one with SSE";
  // WHY: the gateway would send the text itself
  if (JSON.stringify(entry).includes("${")) return `only ${title} can fill in its variables`;
  return undefined;
}

/** What the file of the servers says besides them, for {@link uninstallAsOne}. */
interface Undo {
  /** The text of the host's map of servers before, and what it and the servers were right after. */
  readonly before: string;
  readonly digest: string;
}

function digestOf(map: string, servers: JsonObject): string {
  return createHash("sha256")
    .update(JSON.stringify([map, servers]))
    .digest("hex");
}

/** The text of a part, which may be edited. */
function cut(
  text: string,
  { start, end }: Pick<PlacedJson, "start" | "end">,
  edits: readonly Edit[],
) {
  const own = edits.map((edit) => ({
    ...edit,
    start: edit.start - start,
    end: edit.end - start,
  }));
  return edited(text.slice(start, end), own);
}

/** Edits that put one member in the place of the first of some, and remove the others. */
function replacing(
  members: readonly PlacedMember[],
  some: readonly PlacedMember[],
  by: string,
): readonly Edit[] {
  return some.map((member, index) => {
    const end = member.value.end;
    if (index === 0) return { start: member.start, end, text: by };
    const before = members[members.indexOf(member) - 1];
    return { start: before?.value.end ?? member.start, end, text: "" };
  });
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
  const { file: hostFile, path, map, servers } = readHostServers(host, place);
  const file = serversFileOf(host, place);
  for (const [taken, what] of [
    [servers.some(({ key }) => key === ENTRY), `\`${path}\` has a server \`${ENTRY}\``],
    [existsSync(file), `\`${file}\` is there`],
  ] as const)
    if (taken)
      throw new UserError("settings", `${what} already, so nothing was changed`, {
        help: `run \`agentz proxy uninstall ${host.name}\` first`,
      });
  const all = servers.map((member) => ({ member, why: whyKept(member, host) }));
  const moved = all.filter(({ why }) => why === undefined).map(({ member }) => member);
  const kept = all.flatMap(({ member: { key }, why }) =>
    why === undefined ? [] : [{ server: key, why }],
  );
  const changed = moved.map(({ key }) => key);
  if (hostFile === undefined || map === undefined || moved.length === 0)
    return { path, changed, kept };
  const [command = "", ...args] = gateway(file);
  const at = moved[0]?.start ?? map.end;
  const own = membersAt(hostFile.text, at, { [ENTRY]: { command, args } });
  const edits = replacing(servers, moved, own);
  const entries = Object.fromEntries(moved.map(({ key, value }) => [key, jsonOf(value)]));
  const before = hostFile.text.slice(map.start, map.end);
  const digest = digestOf(cut(hostFile.text, map, edits), entries);
  await writeServersFile(file, entries, { before, digest });
  try {
    await editSettingsFile(hostFile, edits);
  } catch (error) {
    // what did not move is not to stand there twice
    rmSync(file);
    throw error;
  }
  return { path, changed, kept };
}

/** INVARIANT: {@link whyKept} saw that it is an object. */
function jsonOf({ value }: PlacedJson): Json {
  return isJsonObject(value) ? value : null;
}

/** WHY so private: entries may have credentials for their servers. */
async function writeServersFile(file: string, mcpServers: JsonObject, undo: Undo): Promise<void> {
  makeFolder(dirname(file), 0o700);
  await replaceFile(file, file, `${JSON.stringify({ mcpServers, undo }, null, 2)}\n`);
  chmodSync(file, 0o600);
}

/**
 * Puts back what {@link installAsOne} moved: the names of the servers; undefined: it moved nothing. If
 * nobody changed the servers since then, their map has the bytes of before.
 */
export async function uninstallAsOne(
  host: McpHost,
  place: McpPlace,
): Promise<readonly string[] | undefined> {
  const { file: hostFile, path, map, servers } = readHostServers(host, place);
  const own = servers.find(({ key }) => key === ENTRY);
  const words = gatewayWords(own?.value.value) ?? [];
  const file = words[words.indexOf("--servers") + 1];
  if (!words.includes("--servers") || file === undefined) return undefined;
  if (hostFile === undefined || map === undefined || own === undefined) return undefined;
  const { moved, undo } = movedServers(file);
  const twice = servers.find(({ key }) => key !== ENTRY && Object.hasOwn(moved, key));
  if (twice !== undefined)
    throw new UserError(
      "settings",
      `\`${path}\` and \`${file}\` both have a server \`${twice.key}\`, so nothing was changed`,
      { help: "remove one of them" },
    );
  const { text } = hostFile;
  const isUntouched = undo?.digest === digestOf(text.slice(map.start, map.end), moved);
  const back =
    undo !== undefined && isUntouched
      ? [{ start: map.start, end: map.end, text: undo.before }]
      : [{ start: own.start, end: own.value.end, text: membersAt(text, own.start, moved) }];
  await editSettingsFile(hostFile, back);
  rmSync(file);
  return Object.keys(moved);
}

/** Members in the layout of the one that stands at a place. */
function membersAt(text: string, at: number, members: JsonObject): string {
  const blanks = blanksBefore(text, at);
  const line = /\r?\n[ \t]*$/.exec(blanks)?.[0];
  const written = Object.entries(members).map(([name, entry]) => {
    const value = JSON.stringify(entry, null, line === undefined ? 0 : 2);
    return `${JSON.stringify(name)}: ${value.replaceAll("\n", line ?? "")}`;
  });
  return written.join(`,${blanks}`);
}

interface MovedServers {
  readonly moved: JsonObject;
  readonly undo: Undo | undefined;
}

function movedServers(file: string): MovedServers {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const moved = isJsonObject(value) ? objectMember(value, "mcpServers") : undefined;
    const undo = isJsonObject(value) ? objectMember(value, "undo") : undefined;
    const [before, digest] = [stringMember(undo, "before"), stringMember(undo, "digest")];
    const isWhole = before !== undefined && digest !== undefined;
    if (moved !== undefined && Object.keys(moved).length > 0)
      return { moved, undo: isWhole ? { before, digest } : undefined };
  } catch {
    // said below
  }
  throw new UserError("settings", `\`${file}\` does not name the servers, so nothing was changed`, {
    help: "restore this file: it has the entries of the servers",
  });
}
