import { sha256 } from "../node/hash.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { JsonObject } from "../request/json.ts";

/**
 * What a catalog's `definition_digest` and an event's `action.definition_digest` are of a tool that
 * an MCP server lists: `sha256:` and the SHA-256 of its RFC 8785 form, with all its members.
 */
export function definitionDigest(tool: JsonObject): string {
  return `sha256:${sha256(canonicalJson(tool))}`;
}
