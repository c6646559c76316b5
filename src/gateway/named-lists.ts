import type { AskedCall } from "../api/never-permitted.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type JsonObject,
} from "../request/json.ts";

/** What one method lists, and which calls an item of it is shown for. */
export interface NamedList {
  /** The member of the result that holds the items. */
  readonly member: "tools" | "prompts" | "resources" | "resourceTemplates";
  /** What an item is called by; undefined: nothing that can be read. */
  readonly nameOf: (item: JsonObject) => string | undefined;
  /** All that can be done with an item of this name. */
  readonly calls: (name: string) => readonly AskedCall[];
}

function resourceCalls(more: Omit<AskedCall, "name">): readonly AskedCall[] {
  return ["resources/read", "resources/subscribe"].map((name) => ({ name, ...more }));
}

/** The lists of the protocol, by method. */
export const NAMED_LISTS: ReadonlyMap<string, NamedList> = new Map<string, NamedList>([
  [
    "tools/list",
    {
      member: "tools",
      nameOf: (item) => stringMember(item, "name"),
      calls: (name) => [{ name }],
    },
  ],
  [
    "prompts/list",
    {
      member: "prompts",
      nameOf: (item) => stringMember(item, "name"),
      calls: (name) => [{ name: "prompts/get", args: { name } }],
    },
  ],
  [
    "resources/list",
    {
      member: "resources",
      nameOf: (item) => stringMember(item, "uri"),
      calls: (uri) => resourceCalls({ args: { uri }, resource: { type: "mcp_resource", id: uri } }),
    },
  ],
  [
    "resources/templates/list",
    {
      member: "resourceTemplates",
      nameOf: (item) => stringMember(item, "uriTemplate"),
      // a template stands for any number of addresses
      calls: () => resourceCalls({}),
    },
  ],
]);

/** The items of a list's result; undefined: it has none. */
export function itemsOf(
  result: JsonObject | undefined,
  list: NamedList,
): readonly JsonObject[] | undefined {
  const items = member(result, list.member);
  return Array.isArray(items) ? items.filter(isJsonObject) : undefined;
}

/** A list's result without the items of some names, and how many are left out (design 15.2). */
export function withoutItems(
  result: JsonObject,
  list: NamedList,
  hidden: ReadonlySet<string>,
): JsonObject {
  const items = member(result, list.member);
  const isShown = (item: unknown): boolean =>
    !isJsonObject(item) || !hidden.has(list.nameOf(item) ?? "");
  const shown = Array.isArray(items) ? items.filter(isShown) : [];
  const meta = { ...objectMember(result, "_meta"), "dev.agentz/hidden": hidden.size };
  return { ...result, [list.member]: shown, _meta: meta };
}
