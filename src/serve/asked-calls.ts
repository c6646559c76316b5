import type { AskedCall, AskedCalls } from "../api/never-permitted.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import { badRequest } from "./http-problem.ts";

/** Where a decision point is asked what is never permitted. */
export const NEVER_PERMITTED_PATH = "/v1/never-permitted";

function entityOf(value: JsonObject | undefined, at: string): AskedCalls["subject"] {
  const [type, id] = [stringMember(value, "type"), stringMember(value, "id")];
  if (type === undefined || id === undefined)
    throw badRequest(`${at} has to be an object with the texts \`type\` and \`id\``);
  return { type, id };
}

function callOf(item: Json, at: string): AskedCall {
  if (!isJsonObject(item)) throw badRequest(`${at} has to be an object`);
  const name = stringMember(item, "name");
  if (name === undefined) throw badRequest(`${at}.name has to be a text`);
  const args = Object.entries(objectMember(item, "args") ?? {}).map(([key, value]) => {
    if (typeof value !== "string") throw badRequest(`${at}.args may only have texts`);
    return [key, value] as const;
  });
  const hasResource = member(item, "resource") !== undefined;
  return {
    name,
    ...(args.length > 0 && { args: Object.fromEntries(args) }),
    ...(hasResource && { resource: entityOf(objectMember(item, "resource"), `${at}.resource`) }),
  };
}

/** The calls that a question about what is never permitted names; what is wrong with it is an `HttpProblem`. */
export function askedCalls(body: JsonObject): AskedCalls {
  const [server, calls] = [stringMember(body, "server"), member(body, "calls")];
  if (server === undefined) throw badRequest("`server` has to be a text");
  if (!Array.isArray(calls)) throw badRequest("`calls` has to be a list");
  return {
    subject: entityOf(objectMember(body, "subject"), "`subject`"),
    server,
    calls: calls.map((item: Json, i) => callOf(item, `\`calls[${i}]\``)),
  };
}
