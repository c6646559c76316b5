import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import type { Asked, Host, HostFile } from "./host.ts";
import { GUARD } from "./hosts.ts";
import { isOwn } from "./install.ts";

/** What `install` wrote of a host's hooks, as it stands in the settings. */
export interface InstalledHook {
  readonly event: string;
  readonly entry: Json;
  readonly asked: Asked | undefined;
}

/** The hooks of `install` in a host's settings. */
export function installedHooks(host: Host, settings: JsonObject): readonly InstalledHook[] {
  const hooks = objectMember(settings, "hooks");
  return Object.entries(hooks ?? {}).flatMap(([event, entries]) =>
    (Array.isArray(entries) ? entries : [])
      .filter((entry: Json) => isOwn(host, entry))
      .map((entry: Json) => ({ event, entry, asked: askedIn(entry) })),
  );
}

/** What an entry runs or asks, however deep it stands. */
function askedIn(entry: Json | undefined): Asked | undefined {
  if (Array.isArray(entry)) return entry.map(askedIn).find((asked) => asked !== undefined);
  if (!isJsonObject(entry)) return undefined;
  const [url, command] = [member(entry, "url"), member(entry, "command") ?? member(entry, "bash")];
  if (typeof url === "string") return { url };
  if (typeof command === "string") return { command: command.replace(GUARD, "") };
  return Object.values(entry)
    .map(askedIn)
    .find((asked) => asked !== undefined);
}

/** Whether a hook is what `install` of this version would write for what it asks. */
export function isUpToDate(file: HostFile, { event, entry, asked }: InstalledHook): boolean {
  return asked !== undefined && isDeepStrictEqual(file.entries(asked)[event], entry);
}

/** The words of a command that `install` wrote. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((word) =>
    word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word,
  );
}

/** A program that a hook runs and that no longer exists. */
export function missingProgram(asked: Asked): string | undefined {
  if (!("command" in asked)) return undefined;
  const words = wordsOf(asked.command);
  const programs = words.slice(0, words.indexOf("hook"));
  return programs.find((word) => isAbsolute(word) && !existsSync(word));
}

/** Servers on this machine: what stands in a project's settings gets no token elsewhere. */
const HERE = /^(?:unix:|https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$))/;

/** By what the installed hooks decide, for `doctor` to decide by the same. */
export function decidedBy(asked: Asked): {
  readonly candidate: readonly string[];
  readonly server: string | undefined;
} {
  const words = "command" in asked ? wordsOf(asked.command) : ["--server", asked.url];
  const after = (flag: string): readonly string[] =>
    words.flatMap((word, index) => (words[index - 1] === flag ? [word] : []));
  const [server] = after("--server");
  return {
    candidate: after("--candidate"),
    server: server !== undefined && HERE.test(server) ? server : undefined,
  };
}
