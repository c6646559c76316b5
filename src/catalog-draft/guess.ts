import type { ToolEffect } from "../policy/model.ts";
import { member, objectMember, type JsonObject } from "../request/json.ts";

/** What a tool seems to do, and what that was told by. */
export interface Guess {
  readonly effects: readonly ToolEffect[];
  readonly reversible: boolean | undefined;
  readonly openWorld: boolean | undefined;
  /** Words for a comment: a guess is always marked as one. */
  readonly by: string;
}

/** Verbs in names; the first that fits counts, so the graver ones stand first. */
const VERBS: readonly (readonly [ToolEffect, RegExp])[] = [
  [
    "pay",
    /^(pay|refund|transfer|charge|purchase|buy|payout|withdraw|deposit|reimburse|invoice|checkout)$/,
  ],
  ["grant", /^(grant|invite|share|authorize|permit|promote|assign|revoke|unlock)$/],
  ["delete", /^(delete|remove|drop|destroy|purge|erase|clear|cancel|kill|terminate|unlink|rm)$/],
  [
    "send",
    /^(send|email|mail|post|publish|reply|notify|message|tweet|forward|upload|respond|comment|sms|push)$/,
  ],
  [
    "execute",
    /^(execute|exec|run|bash|shell|eval|deploy|restart|invoke|command|terminal|script|trigger|start|stop|apply)$/,
  ],
  ["delegate", /^(delegate|task|agent|handoff|spawn|subagent)$/],
  ["remember", /^(remember|memorize|memory|note)$/],
  [
    "create",
    /^(create|add|insert|new|make|write|schedule|book|reserve|generate|append|save|store|open|register|upsert|copy)$/,
  ],
  [
    "update",
    /^(update|edit|set|modify|change|patch|rename|move|replace|merge|reset|reschedule|put)$/,
  ],
  [
    "read",
    new RegExp(
      String.raw`^(read|get|list|search|find|fetch|query|lookup|look|view|show|describe|count` +
        String.raw`|check|download|browse|grep|glob|select|inspect|summarize|status|recall|ask` +
        String.raw`|web)$`,
    ),
  ],
];
const IRREVERSIBLE: ReadonlySet<ToolEffect> = new Set(["pay", "delete", "send", "execute"]);
const OUTSIDE =
  /^(web|http|https|url|email|mail|tweet|publish|internet|browser|sms|fetch|slack|post|upload)$/;

/**
 * The effects of a tool as MCP annotations of its definition tell them, else as its name sounds.
 */
export function guessTool(name: string, definition: JsonObject | undefined): Guess {
  const words = wordsOf(name);
  const effect = VERBS.find(([, verb]) => words.some((word) => verb.test(word)))?.[0];
  const annotations = objectMember(definition, "annotations");
  if (annotations !== undefined) return fromAnnotations(annotations, effect);
  if (effect === undefined)
    return {
      effects: [],
      reversible: undefined,
      openWorld: undefined,
      by: "its name gives no hint",
    };
  const outside = words.some((word) => OUTSIDE.test(word));
  return {
    effects: [effect],
    reversible: !IRREVERSIBLE.has(effect),
    openWorld: outside || effect === "send",
    by: "its name",
  };
}

/**
 * WHY the specification's defaults: a hint that is left out means the worse (MCP, tool
 * annotations).
 */
function fromAnnotations(annotations: JsonObject, byName: ToolEffect | undefined): Guess {
  const hint = (name: string, otherwise: boolean): boolean => {
    const value = member(annotations, name);
    return typeof value === "boolean" ? value : otherwise;
  };
  const openWorld = hint("openWorldHint", true);
  if (hint("readOnlyHint", false))
    return { effects: ["read"], reversible: true, openWorld, by: "the server's own annotations" };
  const destructive = hint("destructiveHint", true);
  const changing = byName === undefined || byName === "read" ? "update" : byName;
  return {
    effects: [changing],
    reversible: !destructive,
    openWorld,
    by: "the server's own annotations and its name",
  };
}

/** `getUser`, `get_user` and `get-user` are two words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
