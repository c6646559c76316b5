import {
  member as memberOf,
  objectMember,
  stringMember,
  type JsonObject,
} from "../../request/json.ts";
import { itemsOf, NAMED_LISTS, type NamedList } from "../named-lists.ts";
import { hasCapability } from "./greeting.ts";
import type { Member } from "./member.ts";
import { joinedItem } from "./names.ts";

/** More pages than these no list has that comes to an end. */
const MOST_PAGES = 1000;
const HIDDEN = "dev.agentz/hidden";

/** What a server lists, and how many items of it are left out. */
interface Listed {
  readonly items: readonly JsonObject[];
  readonly hidden: number;
}

/** All pages of what one server lists. */
async function wholeList(
  server: Member,
  method: string,
  { list, base }: { readonly list: NamedList; readonly base: JsonObject },
): Promise<Listed> {
  const items: JsonObject[] = [];
  let hidden = 0;
  let params = base;
  const until = Date.now() + server.patience;
  for (let page = 0; page < MOST_PAGES; page++) {
    const result = await server.ask(method, params, Math.max(0, until - Date.now()));
    items.push(...(itemsOf(result, list) ?? []).map((item) => joinedItem(server.name, list, item)));
    const left = memberOf(objectMember(result, "_meta"), HIDDEN);
    hidden += typeof left === "number" ? left : 0;
    const cursor = stringMember(result, "nextCursor");
    if (cursor === undefined) return { items, hidden };
    params = { ...base, cursor };
  }
  throw new Error(`its list has more than ${MOST_PAGES} pages`);
}

/** What a server has to say of itself to be asked for a list. */
const CAPABILITIES = {
  tools: "tools",
  prompts: "prompts",
  resources: "resources",
  resourceTemplates: "resources",
} as const;

/**
 * The lists of all servers as one, without pages. A server that cannot be used is named in `_meta`,
 * so that its absence is never silent; if none can be used that is an `Error`. `base`: params that all
 * of them get.
 */
export async function mergedList(
  servers: readonly Member[],
  method: string,
  base: JsonObject = {},
): Promise<JsonObject> {
  const list = NAMED_LISTS.get(method);
  if (list === undefined) throw new Error(`${method} is no list`);
  const asked = servers.filter(
    ({ greeting, fault }) =>
      fault !== undefined || hasCapability(greeting, CAPABILITIES[list.member]),
  );
  const results = await Promise.allSettled(
    asked.map((server) => wholeList(server, method, { list, base })),
  );
  const items: JsonObject[] = [];
  const unavailable: [string, string][] = [];
  let hidden = 0;
  results.forEach((result, i) => {
    const name = asked[i]?.name ?? "";
    if (result.status === "rejected") {
      const { reason } = result;
      unavailable.push([name, reason instanceof Error ? reason.message : String(reason)]);
      return;
    }
    items.push(...result.value.items);
    hidden += result.value.hidden;
  });
  if (unavailable.length > 0 && unavailable.length === asked.length)
    throw new Error(unavailable.map(([name, why]) => `the server \`${name}\`: ${why}`).join("; "));
  const meta = {
    ...(hidden > 0 && { [HIDDEN]: hidden }),
    ...(unavailable.length > 0 && { "dev.agentz/unavailable": Object.fromEntries(unavailable) }),
  };
  return { [list.member]: items, ...(Object.keys(meta).length > 0 && { _meta: meta }) };
}
