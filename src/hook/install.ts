import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { replaceFile } from "../node/replace-file.ts";
import { readSettings } from "../api/settings-file.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { Asked, Host } from "./host.ts";
import { opencodePlugin, PLUGIN_MARK } from "./opencode-plugin.ts";

/** Where a host keeps its hooks. */
export interface Place {
  /** The project's folder, or the user's home. */
  readonly folder: string;
  readonly scope: "project" | "user";
}

/** The file of a host's hooks. */
export function fileOf(host: Host, { folder, scope }: Place): string {
  if (host.file !== undefined) return join(folder, host.file[scope]);
  return join(folder, scope === "user" ? ".config/opencode" : ".opencode", "plugin/agentz.js");
}

/** Whether a hook's entry is one that `install` wrote for this host. */
export function isOwn(host: Host, entry: Json | undefined): boolean {
  const asks = new RegExp(`\\bhook"? ${host.name}(?![\\w-])|/v1/hooks/${host.name}(?![\\w-])`);
  return asks.test(JSON.stringify(entry ?? null));
}

/** The entries of an event that others wrote. */
function othersOf(host: Host, entries: Json | undefined): readonly Json[] {
  return Array.isArray(entries) ? entries.filter((entry: Json) => !isOwn(host, entry)) : [];
}

function hooksOf(settings: JsonObject, path: string): JsonObject {
  const hooks = settings["hooks"] ?? {};
  if (isJsonObject(hooks)) return hooks;
  throw new UserError("settings", `\`hooks\` in \`${path}\` is not a map, so nothing was changed`);
}

async function write(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await replaceFile(path, path, text);
}

/** Adds the hooks of a host; what others wrote stays. Gives the file. */
export async function install(host: Host, place: Place, asked: Asked): Promise<string> {
  const path = fileOf(host, place);
  if (host.file === undefined) {
    await write(path, opencodePlugin("command" in asked ? asked.command : ""));
    return path;
  }
  const settings = await readSettings(path);
  const hooks = hooksOf(settings, path);
  const added = Object.entries(host.file.entries(asked)).map(
    ([event, entry]) => [event, [...othersOf(host, hooks[event]), entry]] as const,
  );
  const whole = {
    ...host.file.besides,
    ...settings,
    hooks: { ...hooks, ...Object.fromEntries(added) },
  };
  await write(path, `${JSON.stringify(whole, null, 2)}\n`);
  return path;
}

/** Takes away the hooks that `install` added, and nothing else; false where there were none. */
export async function uninstall(host: Host, place: Place): Promise<boolean> {
  const path = fileOf(host, place);
  if (!existsSync(path)) return false;
  if (host.file === undefined) {
    if (!readFileSync(path, "utf8").startsWith(PLUGIN_MARK)) return false;
    rmSync(path);
    return true;
  }
  const settings = await readSettings(path);
  const hooks = hooksOf(settings, path);
  const own = Object.values(hooks).some(
    (entries) => Array.isArray(entries) && entries.some((entry: Json) => isOwn(host, entry)),
  );
  if (!own) return false;
  const left = Object.entries(hooks).flatMap(([event, entries]) => {
    if (!Array.isArray(entries)) return [[event, entries] as const];
    const others = othersOf(host, entries);
    return others.length === 0 && entries.length > 0 ? [] : [[event, others] as const];
  });
  const rest = Object.fromEntries(Object.entries(settings).filter(([key]) => key !== "hooks"));
  const whole = left.length === 0 ? rest : { ...rest, hooks: Object.fromEntries(left) };
  await write(path, `${JSON.stringify(whole, null, 2)}\n`);
  return true;
}
