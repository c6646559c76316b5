import { randomUUID } from "node:crypto";
import { member, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { lineOf } from "./answers.ts";
import { approvalForm, saidIn, type HeldCall } from "./approval-answer.ts";
import { editedLine } from "./edited-json.ts";
import type { Request } from "./message.ts";
import { callDigest, withParams } from "./modern.ts";
import type { RelayOptions } from "./relay-options.ts";
import type { SessionLog } from "./session-log.ts";
import { isSealed, SealedState } from "./sealed-state.ts";
import type { QuestionEnd, Said } from "./question-end.ts";

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
  readonly approval: string;
  readonly expires: number;
  /** Records that nobody answered in time. */
  readonly timer: NodeJS.Timeout;
  /** Whether it is recorded that it ended. */
  isOver: boolean;
}

/**
 * Approvals by elicitation since protocol 2026-07-28 (design 15.2): the call is answered by
 * `input_required`, and comes again with what the person said. Nothing is held meanwhile but that
 * the question is open: the rest is sealed in the state that the client brings back.
 */
export class RetriedApprovals {
  readonly #options: RelayOptions;
  readonly #log: SessionLog;
  readonly #sealed: SealedState;
  readonly #pending = new Map<string, Pending>();

  constructor(options: RelayOptions, log: SessionLog) {
    const { session, subject, onBehalfOf, delegation } = options.caller;
    this.#options = options;
    this.#log = log;
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
    const timer = setTimeout(() => this.#end(pending, "expired"), approvalPatience).unref();
    const pending: Pending = { answer, approval, expires, timer, isOver: false };
    this.#remember(nonce, pending);
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
    const [oldest] = this.#pending;
    if (this.#pending.size <= MOST || oldest === undefined) return;
    this.#pending.delete(oldest[0]);
    this.#end(oldest[1], "forgotten");
  }

  /** Records the end of a question that nobody answered, once. */
  #end(pending: Pending, ended: QuestionEnd): void {
    clearTimeout(pending.timer);
    if (!pending.isOver) this.#log.question(pending, ended);
    pending.isOver = true;
  }

  /** Lets go of every question. */
  close(): void {
    for (const pending of this.#pending.values()) this.#end(pending, "session_ended");
    this.#pending.clear();
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
    const isLate = pending.expires < Date.now() || member(state, "expires") !== pending.expires;
    if (isLate) this.#end(pending, "expired");
    clearTimeout(pending.timer);
    const held = objectMember(state, "held") ?? {};
    const answered = objectMember(objectMember(params, "inputResponses"), QUESTION);
    return {
      said: answered === undefined ? "unanswered" : saidIn(answered),
      answer: pending.answer,
      approval: stringMember(state, "approval") ?? "",
      policy: stringMember(state, "policy") ?? "",
      isLate,
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
