import { createHash } from "node:crypto";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { DecisionService } from "./decision-service.ts";
import { badRequest } from "./http-problem.ts";
import { EVALUATION, fromAuthzen, type Needed } from "./requests.ts";

/** What is searched for. */
export type Searched = "subject" | "resource" | "action";

const NEEDED: { readonly [searched in Searched]: Needed } = {
  subject: { ...EVALUATION, subject: ["type"] },
  resource: { ...EVALUATION, resource: ["type"] },
  action: { ...EVALUATION, action: undefined },
};

/** More results than these are not given at once. */
const MOST = 1000;

interface Page {
  readonly from: number;
  readonly limit: number;
  /** Stands for the question, so that a token of another one is refused. */
  readonly key: string;
}

function pageOf(body: JsonObject, searched: Searched): Page {
  const page = member(body, "page") ?? undefined;
  if (page !== undefined && !isJsonObject(page)) throw badRequest("`page` has to be an object");
  const limit = member(page, "limit") ?? undefined;
  if (limit !== undefined && !(typeof limit === "number" && Number.isInteger(limit) && limit > 0))
    throw badRequest("`page.limit` has to be a whole number above 0");
  const key = questionKey(body, searched);
  const token = member(page, "token") ?? undefined;
  if (token !== undefined && typeof token !== "string")
    throw badRequest("`page.token` has to be a text");
  const from = token === undefined || token === "" ? 0 : placeOf(token, key);
  return { from, limit: Math.min(typeof limit === "number" ? limit : MOST, MOST), key };
}

const QUESTION = ["subject", "action", "resource", "context"] as const;

/** Stands for what is asked, in whatever order its members are written. */
function questionKey(body: JsonObject, searched: Searched): string {
  const question = QUESTION.map((name) => (name === searched ? null : member(body, name)) ?? null);
  const own = stringMember(objectMember(body, searched), "type") ?? null;
  const asked = stableText([searched, own, ...question]);
  return createHash("sha256").update(asked).digest("base64url").slice(0, 16);
}

/** JSON with the members of each object in the order of their names. */
function stableText(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function placeOf(token: string, key: string): number {
  const [, place, own] = /^(\d{1,9})\.([\w-]{16})$/.exec(token) ?? [];
  if (place === undefined || own !== key)
    throw badRequest("`page.token` is not a token of this search");
  return Number(place);
}

/** The requests that a search asks about, each with what would be its result. */
function candidates(
  service: DecisionService,
  event: JsonObject,
  searched: Searched,
): readonly { readonly event: JsonObject; readonly result: JsonObject }[] {
  const named = service.named();
  const entity = objectMember(event, searched);
  if (searched === "action") {
    const results = named.actions.map(({ server, name }) => ({
      name,
      ...(server !== undefined && { properties: { server } }),
    }));
    return results.map((result) => ({ event: { ...event, action: result }, result }));
  }
  const type = stringMember(entity, "type");
  const known = searched === "subject" ? named.subjects : named.resources;
  return known
    .filter((one) => one.type === type)
    .map(({ id }) => ({
      event: { ...event, [searched]: { ...entity, type, id } },
      result: { type, id },
    }));
}

/**
 * Answers a search (AuthZEN 1.0, 8): which of the subjects, resources or actions that the set names
 * would be permitted. Nothing is recorded, and nothing changes; what nobody names is not found.
 */
export function search(service: DecisionService, body: JsonObject, searched: Searched): JsonObject {
  const event = fromAuthzen(body, NEEDED[searched]);
  const { from, limit, key } = pageOf(body, searched);
  const results: JsonObject[] = [];
  const all = candidates(service, event, searched);
  let at = from;
  for (; at < all.length && results.length < limit; at++) {
    const candidate = all[at];
    if (candidate !== undefined && service.preview(candidate.event)) results.push(candidate.result);
  }
  const rest = all.slice(at).some((candidate) => service.preview(candidate.event));
  const isPaged = rest || member(body, "page") !== undefined;
  return {
    ...(isPaged && { page: { next_token: rest ? `${at}.${key}` : "", count: results.length } }),
    results,
  };
}
