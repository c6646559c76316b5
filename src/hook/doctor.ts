import { existsSync, readFileSync } from "node:fs";
import type { Decider } from "./decider.ts";
import type { Asked, Host, HostFile } from "./host.ts";
import { readSettingsFile, whyPassedOver } from "../api/settings-file.ts";
import { fileOf, type Place } from "./install.ts";
import { installedHooks, isUpToDate, missingProgram, type InstalledHook } from "./installed.ts";
import { PLUGIN_MARK } from "./opencode-plugin.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly state: "ok" | "warning" | "failed";
  readonly what: string;
}

function installed(host: Host, place: Place): readonly Finding[] {
  const path = fileOf(host, place);
  const fix = `run \`agentz hook install ${host.name}\``;
  if (!existsSync(path)) return [{ state: "failed", what: `\`${path}\` is not there; ${fix}` }];
  if (host.file === undefined)
    return readFileSync(path, "utf8").startsWith(PLUGIN_MARK)
      ? [{ state: "ok", what: `the plugin is in \`${path}\`` }]
      : [{ state: "failed", what: `\`${path}\` is not the plugin of agentz; ${fix}` }];
  const file = readSettingsFile(path);
  const settings = file?.settings ?? {};
  const passedOver = file && whyPassedOver(file);
  const faults = [
    ...(passedOver === undefined ? [] : [`${passedOver} it; remove them`]),
    ...faultsOf(host.file, installedHooks(host, settings), path).map((what) => `${what}; ${fix}`),
    ...(settings["disableAllHooks"] === true
      ? [`\`disableAllHooks\` in \`${path}\` switches the hooks off`]
      : []),
  ];
  return faults.length === 0
    ? [{ state: "ok", what: `the hooks are in \`${path}\`` }]
    : faults.map((what) => ({ state: "failed", what }));
}

/** Why the hooks that are there do not ask as they should. */
function faultsOf(
  file: HostFile,
  hooks: readonly InstalledHook[],
  path: string,
): readonly string[] {
  const wanted = Object.keys(file.entries({ command: "" }));
  const missing = wanted.filter((event) => !hooks.some((hook) => hook.event === event));
  if (missing.length > 0) return [`\`${path}\` has no hook for ${missing.join(", ")}`];
  const stale = hooks.filter((hook) => !isUpToDate(file, hook)).map(({ event }) => event);
  const gone = hooks.flatMap(({ asked }) => (asked && missingProgram(asked)) ?? []);
  return [
    ...(stale.length > 0
      ? [
          `the hook for ${stale.join(", ")} differs from the one that this version writes, so ` +
            "a call may run without a decision",
        ]
      : []),
    ...[...new Set(gone)].map((program) => `\`${program}\` no longer exists`),
  ];
}

/** What the installed hooks ask; undefined where none are installed. */
export function installedAsked(host: Host, place: Place): Asked | undefined {
  const path = fileOf(host, place);
  if (host.file === undefined || !existsSync(path)) return undefined;
  const hooks = installedHooks(host, readSettingsFile(path)?.settings ?? {});
  return hooks.map(({ asked }) => asked).find((asked) => asked !== undefined);
}

/** Whether something answers: a call of a tool that nobody has is asked about. */
async function answers(decide: Decider): Promise<Finding> {
  const call = {
    subject: { type: "agent", id: "agentz-doctor" },
    action: { kind: "tool_call", server: "agentz-doctor", name: "probe" },
    args: {},
  };
  try {
    const decided = await decide({ kind: "call", call });
    const policy = decided?.context["policy"];
    if (decided?.decision === true)
      return {
        state: "warning",
        what: "an unknown tool is allowed: the policies allow tools that they do not name",
      };
    return {
      state: "ok",
      what: `the policies ${typeof policy === "string" ? policy : "?"} decide the calls`,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: "failed", what: `no policies decide, so every call is denied: ${why}` };
  }
}

/**
 * Whether a host's calls are decided, and what this host is known not to enforce. Who would decide is
 * asked only where something asks.
 */
export async function examine(
  host: Host,
  place: Place,
  decide: Decider,
): Promise<readonly Finding[]> {
  const found = installed(host, place);
  const isAsked = found.some(({ state }) => state === "ok");
  const known = [...(host.toDo === undefined ? [] : [host.toDo]), ...host.gaps];
  return [
    ...found,
    ...(isAsked ? [await answers(decide)] : []),
    ...known.map((what): Finding => ({ state: "warning", what })),
  ];
}
