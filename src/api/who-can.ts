import { UserError } from "../diagnostics/user-error.ts";
import type { WhoCanResult } from "../documents/who-can-result.ts";
import { VERSION } from "../node/version.ts";
import { actionGlobFault } from "../policy/glob.ts";
import { Oracle } from "../access-analysis/question.ts";
import { whoCan } from "../access-analysis/who-can.ts";
import { formatTime } from "../text/time.ts";
import type { PolicySet } from "./policy-set.ts";

function resourceOf(
  text: string | undefined,
): { readonly type: string; readonly id: string } | undefined {
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  if (colon > 0 && colon < text.length - 1)
    return { type: text.slice(0, colon), id: text.slice(colon + 1) };
  throw new UserError("usage", `\`${text}\` is not a resource`, {
    help: "write it as type:id, such as volume:prod-7",
  });
}

/** What somebody asks: a pattern of actions, `type:id` of a resource, and the moment. */
export interface WhoCanQuestion {
  readonly action: string;
  readonly resource: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Who may do something, certainly, with an approval, or under conditions. What is no
 * action or resource, or is named by no catalog and no rule, is a `UserError`.
 */
export function whoCanDocument(policies: PolicySet, question: WhoCanQuestion): WhoCanResult {
  const { action, now } = question;
  const fault = actionGlobFault(action);
  if (fault !== undefined)
    throw new UserError("usage", `\`${action}\` is not an action: ${fault}`, {
      help: "write it as server/name",
    });
  const resource = resourceOf(question.resource);
  const oracle = new Oracle(policies.set, now);
  const answer = whoCan(oracle, policies.documents, { action, resource });
  if ("message" in answer)
    throw new UserError("unknown-name", answer.message, { help: answer.help });
  return {
    schemaVersion: 1,
    command: "who-can",
    tool: { version: VERSION },
    candidate: policies.info,
    now: formatTime(now),
    action,
    resource: question.resource ?? null,
    ...answer,
  };
}
