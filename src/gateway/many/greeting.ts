import { isJsonObject, objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import { VERSION } from "../../node/version.ts";
import { MODERN_VERSIONS, SERVER_INFO } from "../modern.ts";

/** What of the capabilities of servers a gateway before several of them can keep. */
const KEPT = ["tools", "prompts", "resources", "completions"] as const;

const SELF = { name: "agentz", version: VERSION };

/** One capability of several servers: what any of them can. */
function anyOf(all: readonly JsonObject[], name: string): JsonObject | undefined {
  const found = all.map((one) => objectMember(one, name)).filter((one) => one !== undefined);
  if (found.length === 0) return undefined;
  const flags = new Set(
    found.flatMap((one) => Object.keys(one).filter((key) => one[key] === true)),
  );
  return Object.fromEntries([...flags].map((key) => [key, true]));
}

/** What any of the servers can. */
function keptOf(results: ReadonlyMap<string, JsonObject>): JsonObject {
  const can = [...results.values()].map((one) => objectMember(one, "capabilities") ?? {});
  const kept = KEPT.flatMap((name) => {
    const capability = anyOf(can, name);
    return capability === undefined ? [] : [[name, capability] as const];
  });
  return Object.fromEntries(kept);
}

function instructionsOf(results: ReadonlyMap<string, JsonObject>): JsonObject {
  const all = [...results].flatMap(([server, one]) => {
    const text = stringMember(one, "instructions");
    return text === undefined ? [] : [`# ${server}\n\n${text}`];
  });
  return all.length > 0 ? { instructions: all.join("\n\n") } : {};
}

/**
 * What a client is answered to `initialize`: the oldest version of the protocol that a server
 * speaks, and what any of them can. `logging` is the gateway's own: it says which server is down.
 */
export function greetingOf(results: ReadonlyMap<string, JsonObject>): JsonObject {
  const all = [...results.values()];
  const versions = all.flatMap((one) => stringMember(one, "protocolVersion") ?? []).sort();
  return {
    protocolVersion: versions[0] ?? "",
    capabilities: { ...keptOf(results), logging: {} },
    serverInfo: SELF,
    ...instructionsOf(results),
  };
}

/** What a client is answered to `server/discover` (protocol 2026-07-28): what any of the servers can. */
export function discoveryOf(results: ReadonlyMap<string, JsonObject>): JsonObject {
  return modernResult({
    supportedVersions: [...MODERN_VERSIONS],
    capabilities: keptOf(results),
    ...instructionsOf(results),
  });
}

/** A result as those without a handshake have to be: not kept, because it is for one caller. */
export function modernResult(result: JsonObject): JsonObject {
  const _meta = { ...objectMember(result, "_meta"), [SERVER_INFO]: SELF };
  return { ...result, resultType: "complete", ttlMs: 0, cacheScope: "private", _meta };
}

/** Whether a server said that it speaks a version without a handshake that the gateway knows. */
export function isModernServer(discovery: JsonObject | undefined): boolean {
  const listed = discovery?.["supportedVersions"];
  return (
    Array.isArray(listed) &&
    listed.some((one) => typeof one === "string" && MODERN_VERSIONS.includes(one))
  );
}

/** Whether a server said that it has something, such as `prompts`. */
export function hasCapability(greeting: JsonObject | undefined, name: string): boolean {
  return isJsonObject(objectMember(objectMember(greeting, "capabilities"), name));
}
