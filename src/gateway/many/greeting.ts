import { isJsonObject, objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import { VERSION } from "../../node/version.ts";

/** What of the capabilities of servers a gateway before several of them can keep. */
const KEPT = ["tools", "prompts", "resources", "completions"] as const;

/** One capability of several servers: what any of them can. */
function anyOf(all: readonly JsonObject[], name: string): JsonObject | undefined {
  const found = all.map((one) => objectMember(one, name)).filter((one) => one !== undefined);
  if (found.length === 0) return undefined;
  const flags = new Set(
    found.flatMap((one) => Object.keys(one).filter((key) => one[key] === true)),
  );
  return Object.fromEntries([...flags].map((key) => [key, true]));
}

/**
 * What a client is answered to `initialize`: the oldest version of the protocol that a server
 * speaks, and what any of them can. `logging` is the gateway's own: it says which server is down.
 */
export function greetingOf(results: ReadonlyMap<string, JsonObject>): JsonObject {
  const all = [...results.values()];
  const versions = all.flatMap((one) => stringMember(one, "protocolVersion") ?? []).sort();
  const can = all.map((one) => objectMember(one, "capabilities") ?? {});
  const kept = KEPT.flatMap((name) => {
    const capability = anyOf(can, name);
    return capability === undefined ? [] : [[name, capability] as const];
  });
  const instructions = [...results].flatMap(([server, one]) => {
    const text = stringMember(one, "instructions");
    return text === undefined ? [] : [`# ${server}\n\n${text}`];
  });
  return {
    protocolVersion: versions[0] ?? "",
    capabilities: { ...Object.fromEntries(kept), logging: {} },
    serverInfo: { name: "agentz", version: VERSION },
    ...(instructions.length > 0 && { instructions: instructions.join("\n\n") }),
  };
}

/** Whether a server said that it has something, such as `prompts`. */
export function hasCapability(greeting: JsonObject | undefined, name: string): boolean {
  return isJsonObject(objectMember(objectMember(greeting, "capabilities"), name));
}
