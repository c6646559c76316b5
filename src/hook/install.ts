import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { makeFolder } from "../node/make-folder.ts";
import { replaceFile } from "../node/replace-file.ts";
import {
  memberOnce,
  readSettingsFile,
  whyPassedOver,
  writeSettings,
  type SettingsFile,
} from "../api/settings-file.ts";
import { addition, edited, removal } from "../text/json-edits.ts";
import { placedJson, type PlacedJson } from "../text/placed-json.ts";
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
export function isOwn(host: Host, entry: unknown): boolean {
  const asks = new RegExp(`\\bhook"? ${host.name}(?![\\w-])|/v1/hooks/${host.name}(?![\\w-])`);
  return asks.test(JSON.stringify(entry ?? null));
}

async function write(path: string, text: string): Promise<void> {
  makeFolder(dirname(path));
  await replaceFile(path, path, text);
}

/** A text of settings, read again after each edit of it. */
class SettingsText {
  readonly #path: string;
  #text: string;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  get root(): PlacedJson {
    const root = placedJson(this.#text);
    if ("brokenAt" in root) throw new Error("an edit broke the settings");
    return root;
  }

  /** The map of hooks; undefined: there is none. */
  get hooks(): PlacedJson | undefined {
    const hooks = memberOnce(this.root, "hooks", this.#path);
    if (hooks === undefined || hooks.members !== undefined) return hooks;
    throw this.#malformed("hooks", "a map");
  }

  /** The entries of an event; undefined: it has none. */
  entriesOf(event: string): PlacedJson | undefined {
    const entries = this.hooks && memberOnce(this.hooks, event, this.#path);
    if (entries === undefined || entries.items !== undefined) return entries;
    throw this.#malformed(event, "a list");
  }

  add(container: PlacedJson | undefined, value: { key?: string; value: unknown }): void {
    if (container !== undefined)
      this.#text = edited(this.#text, [addition(this.#text, container, value)]);
  }

  remove(container: PlacedJson | undefined, index: number): void {
    if (container !== undefined && index >= 0)
      this.#text = edited(this.#text, [removal(this.#text, container, index)]);
  }

  #malformed(key: string, what: string): UserError {
    return new UserError(
      "settings",
      `\`${key}\` in \`${this.#path}\` is not ${what}, so nothing was changed`,
    );
  }
}

/** Takes own entries of an event away; an event and a map that are empty then go too. */
function removeOwn(host: Host, settings: SettingsText, event: string): boolean {
  const nextOwn = (): number =>
    settings.entriesOf(event)?.items?.findIndex(({ value }) => isOwn(host, value)) ?? -1;
  if (nextOwn() < 0) return false;
  for (let own = nextOwn(); own >= 0; own = nextOwn())
    settings.remove(settings.entriesOf(event), own);
  return true;
}

function removeEmpty(settings: SettingsText, event: string): void {
  if (settings.entriesOf(event)?.items?.length !== 0) return;
  const { hooks } = settings;
  settings.remove(hooks, hooks?.members?.findIndex(({ key }) => key === event) ?? -1);
  const { root } = settings;
  if (settings.hooks?.members?.length === 0)
    settings.remove(root, root.members?.findIndex(({ key }) => key === "hooks") ?? -1);
}

/** WHY so strict: a host that passes over such a file runs every call without a decision. */
function checkPlainJson(file: SettingsFile | undefined): void {
  const why = file && whyPassedOver(file);
  if (why === undefined) return;
  throw new UserError("settings", `${why} such a file with its hooks`, {
    help: "nothing was changed; make it plain JSON first",
  });
}

/**
 * Adds the hooks of a host; what others wrote stays, byte for byte. Gives the file. Settings that are not
 * plain JSON are a `UserError`, and stay as they are.
 */
export async function install(host: Host, place: Place, asked: Asked): Promise<string> {
  const path = fileOf(host, place);
  if (host.file === undefined) {
    await write(path, opencodePlugin("command" in asked ? asked.command : ""));
    return path;
  }
  const file = readSettingsFile(path);
  checkPlainJson(file);
  const settings = new SettingsText(path, file?.text ?? "{}\n");
  for (const [key, value] of Object.entries(host.file.besides ?? {}))
    if (memberOnce(settings.root, key, path) === undefined)
      settings.add(settings.root, { key, value });
  if (settings.hooks === undefined) settings.add(settings.root, { key: "hooks", value: {} });
  for (const [event, entry] of Object.entries(host.file.entries(asked))) {
    removeOwn(host, settings, event);
    if (settings.entriesOf(event) === undefined)
      settings.add(settings.hooks, { key: event, value: [entry] });
    else settings.add(settings.entriesOf(event), { value: entry });
  }
  if (file === undefined) await write(path, settings.text);
  else await writeSettings(file, settings.text);
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
  const file = readSettingsFile(path);
  if (file === undefined) return false;
  const settings = new SettingsText(path, file.text);
  const lists = settings.hooks?.members?.filter(({ value }) => value.items !== undefined) ?? [];
  const events = lists.map(({ key }) => key);
  const found = events.filter((event) => removeOwn(host, settings, event));
  for (const event of found) removeEmpty(settings, event);
  if (found.length > 0) await writeSettings(file, settings.text);
  return found.length > 0;
}
