import { existsSync, readFileSync } from "node:fs";
import { member, objectMember, type Json } from "../request/json.ts";
import type { Decider } from "./decider.ts";
import type { Host } from "./host.ts";
import { fileOf, isOwn, readSettings, type Place } from "./install.ts";
import { PLUGIN_MARK } from "./opencode-plugin.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly state: "ok" | "warning" | "failed";
  readonly what: string;
}

async function installed(host: Host, place: Place): Promise<readonly Finding[]> {
  const path = fileOf(host, place);
  const fix = `run \`agentz hook install ${host.name}\``;
  if (!existsSync(path)) return [{ state: "failed", what: `\`${path}\` is not there; ${fix}` }];
  if (host.file === undefined)
    return readFileSync(path, "utf8").startsWith(PLUGIN_MARK)
      ? [{ state: "ok", what: `the plugin is in \`${path}\`` }]
      : [{ state: "failed", what: `\`${path}\` is not the plugin of agentz; ${fix}` }];
  const settings = await readSettings(path);
  const hooks = objectMember(settings, "hooks");
  const wanted = Object.keys(host.file.entries({ command: "" }));
  const missing = wanted.filter((event) => {
    const entries = member(hooks, event);
    return !Array.isArray(entries) || !entries.some((entry: Json) => isOwn(host, entry));
  });
  const off = settings["disableAllHooks"] === true;
  return [
    ...(missing.length === 0
      ? [{ state: "ok" as const, what: `the hooks are in \`${path}\`` }]
      : [
          {
            state: "failed" as const,
            what: `\`${path}\` has no hook for ${missing.join(", ")}; ${fix}`,
          },
        ]),
    ...(off
      ? [{ state: "failed" as const, what: `\`disableAllHooks\` in \`${path}\` switches it off` }]
      : []),
  ];
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
      what: `${typeof policy === "string" ? policy : "?"} decides the calls`,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: "failed", what: `nothing decides, so every call would be denied: ${why}` };
  }
}

/** Whether a host's calls are decided, and what this host is known not to enforce. */
export async function examine(
  host: Host,
  place: Place,
  decide: () => Decider,
): Promise<readonly Finding[]> {
  const gaps = host.gaps.map((what): Finding => ({ state: "warning", what }));
  const asked = await Promise.resolve()
    .then(() => answers(decide()))
    .catch((error: unknown): Finding => {
      const why = error instanceof Error ? error.message : String(error);
      return { state: "failed", what: `nothing decides, so every call would be denied: ${why}` };
    });
  return [...(await installed(host, place)), asked, ...gaps];
}
