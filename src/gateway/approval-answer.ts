import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import { withStars } from "../request/without-secrets.ts";
import type { Answer } from "../serve/decision-service.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { Action, Caller } from "./action.ts";
import { messageOf, POLICIES_CHANGED } from "./denial.ts";
import type { Channel } from "./in-flight.ts";
import type { Request } from "./message.ts";
import type { Modern } from "./modern.ts";
import { decisionOf, toldOf, type Said } from "./question-end.ts";
import type { RelayOptions } from "./relay-options.ts";

/** A call that waits for the person at the client. */
export interface HeldCall {
  readonly request: Request;
  readonly channel: Channel;
  /** Undefined: the client began with `initialize`. */
  readonly modern: Modern | undefined;
  readonly action: Action;
  /** The decision that asks for an approval. */
  readonly answer: Answer;
  /** The id of the request for approval. */
  readonly approval: string;
  /** The policies that asked: under others the person was asked something else. */
  readonly policy: string;
}

const LONGEST = 2000;

/** What would do harm in a dialog: controls, and marks that change the direction of a text. */
const HARMFUL =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function shown(value: Json): string {
  const text = hideSecrets(JSON.stringify(withStars(value)));
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (cut off)` : text;
  return short.replace(HARMFUL, "?");
}

function question(
  { answer, action }: Pick<HeldCall, "answer" | "action">,
  { server, subject }: Caller,
): string {
  const reason = stringMember(answer.context, "reason");
  return [
    `${subject.type}:${subject.id} wants to call ${server}/${shown(action.name).slice(1, -1)}.`,
    `Arguments: ${shown(action.args)}`,
    `Rule: ${answer.decision.rules.join(", ")}${reason === undefined ? "" : ` (${reason})`}`,
  ].join("\n");
}

/** The parameters of the `elicitation/create` that asks a person for an approval. */
export function approvalForm(
  call: Pick<HeldCall, "answer" | "action">,
  caller: Caller,
): JsonObject {
  return {
    message: question(call, caller),
    requestedSchema: {
      type: "object",
      properties: {
        approve: {
          type: "boolean",
          title: "Approve",
          description: "Let exactly this call run, once",
          default: false,
        },
      },
      required: ["approve"],
    },
  };
}

/**
 * What the person said in the result of an elicitation: only a clear yes grants, and only a clear no
 * refuses.
 */
export function saidIn(result: JsonObject): Said {
  const action = stringMember(result, "action");
  const content = member(result, "content");
  const approve = isJsonObject(content) ? member(content, "approve") : undefined;
  if (action === "accept" && approve === true) return "granted";
  if (action === "accept" && approve === false) return "refused";
  if (action === "decline") return "declined";
  return action === "cancel" ? "cancelled" : "unreadable";
}

/** Whether a client with these capabilities can put forms to its user. */
export function canShowForms(capabilities: JsonObject | undefined): boolean {
  const elicitation = objectMember(capabilities, "elicitation");
  // without a mode it is forms
  return (
    elicitation !== undefined &&
    (Object.keys(elicitation).length === 0 || objectMember(elicitation, "form") !== undefined)
  );
}

/**
 * Lets what the person said count as it does everywhere; the call has to be decided once more then.
 * Gives why it does not count, such as {@link POLICIES_CHANGED}.
 */
export function countApproval(
  { service, approver = "" }: Pick<RelayOptions, "service" | "approver">,
  { approval, policy }: Pick<HeldCall, "approval" | "policy">,
  said: Said,
): string | undefined {
  const decision = decisionOf(said);
  if (decision === undefined) return toldOf(said);
  if ((service.policies?.digest ?? "") !== policy) return POLICIES_CHANGED;
  try {
    service.answerApproval({ id: approval, decision }, approver);
    return undefined;
  } catch (error) {
    return `; ${messageOf(error)}`;
  }
}
