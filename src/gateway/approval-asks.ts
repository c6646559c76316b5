import { randomUUID } from "node:crypto";
import type { Answer } from "../serve/decision-service.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type JsonObject,
} from "../request/json.ts";
import type { Action, Caller } from "./action.ts";
import { lineOf } from "./answers.ts";
import type { Channel } from "./in-flight.ts";
import type { Request } from "./message.ts";

/** A call that waits for the person at the client. */
export interface HeldCall {
  readonly request: Request;
  readonly channel: Channel;
  readonly action: Action;
  /** The decision that asks for an approval. */
  readonly answer: Answer;
  /** The id of the request for approval. */
  readonly approval: string;
  /** The policies that asked: under others the person was asked something else. */
  readonly policy: string;
}

/** What the person said; undefined: nothing. */
export type Said = "granted" | "refused" | undefined;

interface Waiting {
  readonly call: HeldCall;
  readonly timer: NodeJS.Timeout;
}

const LONGEST = 2000;

/** What would do harm in a dialog: controls, and marks that change the direction of a text. */
const HARMFUL =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function shown(value: unknown): string {
  const text = hideSecrets(JSON.stringify(value));
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (cut off)` : text;
  return short.replace(HARMFUL, "?");
}

function question({ answer, action }: HeldCall, { server, subject }: Caller): string {
  const reason = stringMember(answer.context, "reason");
  return [
    `${subject.type}:${subject.id} wants to call ${server}/${shown(action.name).slice(1, -1)}.`,
    `Arguments: ${shown(action.args)}`,
    `Rule: ${answer.decision.rules.join(", ")}${reason === undefined ? "" : ` (${reason})`}`,
  ].join("\n");
}

/** Puts calls that wait for an approval to the person at the client, by elicitation (design 15.2). */
export class ApprovalAsks {
  readonly #caller: Caller;
  readonly #patience: number;
  readonly #waiting = new Map<string, Waiting>();

  /** `patience`: milliseconds for which an answer is waited for. */
  constructor(caller: Caller, patience: number) {
    this.#caller = caller;
    this.#patience = patience;
  }

  /** Whether a call of this id waits. */
  waitsFor(id: string | number): boolean {
    return [...this.#waiting.values()].some(({ call }) => String(call.request.id) === String(id));
  }

  /** Holds a call; gives the request that the client is sent. Each has an id of its own, used once. */
  ask(call: HeldCall, onLate: () => void): Buffer {
    const id = `agentz-${randomUUID()}`;
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      onLate();
    }, this.#patience);
    this.#waiting.set(id, { call, timer });
    return lineOf({
      jsonrpc: "2.0",
      id,
      method: "elicitation/create",
      params: {
        message: question(call, this.#caller),
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
      },
    });
  }

  /** The call that a response of the client is about, which waits no longer, and what was said. */
  answered(id: string | number, body: JsonObject): { call: HeldCall; said: Said } | undefined {
    const waiting = this.#take(String(id));
    return waiting && { call: waiting.call, said: saidIn(objectMember(body, "result")) };
  }

  /** Lets go of a call that the client cancelled; false: it does not wait. */
  cancel(id: string | number): boolean {
    const [found] =
      [...this.#waiting].find(([, { call }]) => String(call.request.id) === String(id)) ?? [];
    return found !== undefined && this.#take(found) !== undefined;
  }

  /** Lets go of every call. */
  close(): readonly HeldCall[] {
    return [...this.#waiting.keys()].flatMap((id) => this.#take(id)?.call ?? []);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}

/** Only a clear yes grants, and only a clear no refuses. */
function saidIn(result: JsonObject | undefined): Said {
  const action = stringMember(result, "action");
  const content = member(result, "content");
  const approve = isJsonObject(content) ? member(content, "approve") : undefined;
  if (action === "accept" && approve === true) return "granted";
  return action === "decline" || (action === "accept" && approve === false) ? "refused" : undefined;
}

/** Whether a client said when it connected that it can put forms to its user. */
export function canAsk(capabilities: JsonObject | undefined): boolean {
  const elicitation = objectMember(capabilities, "elicitation");
  // without a mode it is forms
  return (
    elicitation !== undefined &&
    (Object.keys(elicitation).length === 0 || objectMember(elicitation, "form") !== undefined)
  );
}
