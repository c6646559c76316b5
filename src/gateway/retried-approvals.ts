import { randomUUID } from "node:crypto";
import { member, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { lineOf } from "./answers.ts";
import { approvalForm, saidIn, type HeldCall, type Said } from "./approval-answer.ts";
import { editedLine } from "./edited-json.ts";
import type { Request } from "./message.ts";
import { callDigest, withParams } from "./modern.ts";
import type { RelayOptions } from "./relay-options.ts";
import { isSealed, SealedState } from "./sealed-state.ts";

/** The gateway's question among those of a server, which have keys of their own. */
const QUESTION = "dev.agentz/approval";
/** Members of a retry that the gateway asked for. */
const GATEWAYS: ReadonlySet<string> = new Set(["inputResponses", "requestState"]);
/** So many questions wait at most; the oldest is forgotten, so its answer counts no more. */
const MOST = 10_000;

/** What the retry of a call brings back. */
export interface RetriedCall {
  readonly said: Said;
  /** The decision that asked. */
  readonly answer: Answer;
  readonly approval: string;
  readonly policy: string;
  readonly isLate: boolean;
  /** The call as the server gets it: without what is the gateway's, with what is the server's. */
  readonly edit: (line: Buffer) => Buffer;
}

/** A question that nobody answered yet. */
interface Pending {
  readonly answer: Answer;
  readonly expires: number;
}

/**
 * Approvals by elicitation since protocol 2026-07-28 (design 15.2): the call is answered by
 * `input_required`, and comes again with what the person said. Nothing is held meanwhile but that
 * the question is open: the rest is sealed in the state that the client brings back.
 */
export class RetriedApprovals {
  readonly #options: RelayOptions;
  readonly #sealed: SealedState;
  readonly #pending = new Map<string, Pending>();

  constructor(options: RelayOptions) {
    const { session, subject, onBehalfOf, delegation } = options.caller;
    this.#options = options;
    this.#sealed = new SealedState(
      JSON.stringify([session, subject, onBehalfOf ?? null, delegation]),
    );
  }

  /** The result that asks for the approval of a call. */
  ask(call: HeldCall): Buffer {
    const { request, answer, approval, policy } = call;
    const { caller, approvalPatience } = this.#options;
    const nonce = randomUUID();
    const expires = Date.now() + approvalPatience;
    this.#remember(nonce, { answer, expires });
    const { inputResponses, requestState } = request.params;
    const held = { inputResponses, requestState };
    const state = { nonce, expires, call: callDigest(request), policy, approval, held };
    const form = { mode: "form", ...approvalForm(call, caller) };
    return lineOf({
      jsonrpc: "2.0",
      id: request.id,
      result: {
        resultType: "input_required",
        inputRequests: { [QUESTION]: { method: "elicitation/create", params: form } },
        requestState: this.#sealed.seal(state),
      },
    });
  }

  #remember(nonce: string, pending: Pending): void {
    this.#pending.set(nonce, pending);
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > MOST && oldest !== undefined) this.#pending.delete(oldest);
  }

  /** Whether a request brings back a state of the gateway. */
  owns({ params }: Request): boolean {
    const state = stringMember(params, "requestState");
    return state !== undefined && isSealed(state);
  }

  /** What a retry brings back, once; a text says why it cannot be used. */
  take(request: Request): RetriedCall | string {
    const { params } = request;
    const state = this.#sealed.open(stringMember(params, "requestState") ?? "");
    const nonce = stringMember(state, "nonce");
    if (state === undefined || nonce === undefined)
      return "the `requestState` was not made for this session, or was changed";
    if (stringMember(state, "call") !== callDigest(request))
      return "the `requestState` was made for another call";
    const pending = this.#pending.get(nonce);
    this.#pending.delete(nonce);
    if (pending === undefined) return "the `requestState` was used before";
    const held = objectMember(state, "held") ?? {};
    return {
      said: saidIn(objectMember(objectMember(params, "inputResponses"), QUESTION)),
      answer: pending.answer,
      approval: stringMember(state, "approval") ?? "",
      policy: stringMember(state, "policy") ?? "",
      isLate: pending.expires < Date.now() || member(state, "expires") !== pending.expires,
      edit: (line) => editedLine(line, (message) => withHeld(message, held)),
    };
  }
}

/** The call without what the gateway asked, and with what the client had sent to the server before. */
function withHeld(message: JsonObject, held: JsonObject): JsonObject {
  return withParams(message, (params) => ({
    ...Object.fromEntries(Object.entries(params).filter(([name]) => !GATEWAYS.has(name))),
    ...held,
  }));
}
