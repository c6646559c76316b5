import type { JsonObject } from "../../request/json.ts";

/** What the words of a failed result say about permission: who decided, and what. */
export interface Verdict {
  readonly effect: "deny" | "require_approval";
  readonly pdp: "user" | "claude-code";
}

/**
 * WHY by their words: a transcript has no other record of a refusal than the result that the model
 * was given.
 */
const VERDICTS: readonly (readonly [RegExp, Verdict])[] = [
  [
    /^(?:Error: )?(?:The )?user (?:doesn['’]t want to (?:proceed|take this action)|rejected|declined|denied|has denied)\b/i,
    { effect: "deny", pdp: "user" },
  ],
  [
    /\brequires? approval\b|requested permissions? .*\bhaven['’]t granted|\bneeds? (?:your |user )?approval\b/i,
    { effect: "require_approval", pdp: "claude-code" },
  ],
  [
    /^(?:<tool_use_error>)?(?:Error: )?Permission (?:to|for) .*\b(?:denied|rejected|blocked)\b/is,
    { effect: "deny", pdp: "claude-code" },
  ],
  [
    /\bwas blocked\. For security\b|\bdenied by (?:your |the )?(?:permission|project|policy|hook)|\bhook (?:blocked|denied)\b/i,
    { effect: "deny", pdp: "claude-code" },
  ],
  [
    /^(?:<tool_use_error>)?(?:Error: )?(?:Hook )?PreToolUse:.*(?:\bdenied\b|\bblock(?:ed|ing)\b)/is,
    { effect: "deny", pdp: "claude-code" },
  ],
];

/** How much of a result's text is looked at: refusals say so at once, and results may be long. */
const LOOKED_AT = 400;

/** The verdict that the text of a failed result reports; undefined: the tool ran, and failed. */
export function verdictOf(text: string | undefined): Verdict | undefined {
  if (text === undefined) return undefined;
  const start = text.slice(0, LOOKED_AT);
  return VERDICTS.find(([words]) => words.test(start))?.[1];
}

/**
 * A refusal by the user as the approval that was not given; who it was is known only if the
 * operator says so.
 */
export function refusal(
  approver: { readonly type: string; readonly id: string } | undefined,
): JsonObject {
  return {
    by: approver === undefined ? { type: "human" } : `${approver.type}:${approver.id}`,
    decision: "refused",
  };
}
