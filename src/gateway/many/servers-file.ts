import { readFileSync } from "node:fs";
import { UserError } from "../../diagnostics/user-error.ts";
import { whyUnreadable } from "../../node/file-error.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../../request/json.ts";
import { isMemberName } from "./names.ts";

/** A server that is started by a command. */
export interface StartedServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A server at an address. */
export interface RemoteServer {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** The servers behind one gateway, by name. */
export type ServerEntries = ReadonlyMap<string, StartedServer | RemoteServer>;

const KEYS: readonly string[] = ["command", "args", "env", "url", "headers", "type"];
const FORM =
  'write {"mcpServers": {"<name>": {"command": "...", "args": [...]} or {"url": "..."}}}';

function malformed(path: string, why: string): UserError {
  return new UserError("servers", `\`${path}\` cannot be used: ${why}`, { help: FORM });
}

function textsOf(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return {};
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).flatMap(([key, text]) =>
    typeof text === "string" ? [[key, text] as const] : [],
  );
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
}

function listOf(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((one: Json) => typeof one === "string");
  return texts.length === value.length ? texts : undefined;
}

/** One server, or why its entry is none. */
export function serverOf(entry: Json): StartedServer | RemoteServer | string {
  if (!isJsonObject(entry)) return "it is not an object";
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `\`${unknown}\` is not a member of a server`;
  const [command, url] = [stringMember(entry, "command"), stringMember(entry, "url")];
  if ((command === undefined) === (url === undefined)) return "it needs either `command` or `url`";
  const [args, env] = [listOf(member(entry, "args")), textsOf(member(entry, "env"))];
  const headers = textsOf(member(entry, "headers"));
  if (args === undefined || env === undefined || headers === undefined)
    return "`args`, `env` and `headers` have to consist of texts";
  if (command !== undefined) return { command, args, env };
  if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url))
    return "`url` is not an address";
  return { url: new URL(url), headers };
}

/** The servers of a text; what is wrong with it is a `UserError`. */
function serversOf(text: string, path: string): ServerEntries {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(path, "it is not JSON");
  }
  const named: JsonObject | undefined = isJsonObject(value)
    ? objectMember(value, "mcpServers")
    : undefined;
  if (named === undefined || Object.keys(named).length === 0)
    throw malformed(path, "it names no servers");
  const servers = new Map<string, StartedServer | RemoteServer>();
  for (const [name, entry] of Object.entries(named)) {
    if (!isMemberName(name))
      throw malformed(
        path,
        `\`${name}\` cannot be the name of a server here: use letters, digits and \`-\``,
      );
    const server = serverOf(entry ?? null);
    if (typeof server === "string") throw malformed(path, `the server \`${name}\`: ${server}`);
    servers.set(name, server);
  }
  return servers;
}

/** Reads a file of servers, in the form of MCP clients; what is wrong with it is a `UserError`. */
export function readServersFile(path: string): ServerEntries {
  try {
    return serversOf(readFileSync(path, "utf8"), path);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError("no-such-path", `\`${path}\` cannot be read: ${whyUnreadable(cause)}`);
  }
}
