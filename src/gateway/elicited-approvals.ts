import { ApprovalAsks, canAsk, type HeldCall, type Said } from "./approval-asks.ts";
import { messageOf } from "./denial.ts";
import type { MessageId } from "./message.ts";
import type { RelaySession } from "./relay-session.ts";
import type { JsonObject } from "../request/json.ts";

/** What becomes of a call that waited for an approval. */
export interface HeldCallSettled {
  /** It was approved: it is decided once more. */
  readonly approved: (call: HeldCall) => void;
  /** It was not; `why` is said besides, such as `; nobody answered in time`. */
  readonly denied: (call: HeldCall, why: string) => void;
}

/**
 * Approvals by elicitation up to protocol 2025-11-25 (design 15.2): the gateway sends the client a
 * request of its own, and holds the call until the answer comes.
 */
export class ElicitedApprovals {
  readonly #session: RelaySession;
  readonly #settled: HeldCallSettled;
  readonly #asks: ApprovalAsks;
  #canAsk = false;

  constructor(session: RelaySession, settled: HeldCallSettled) {
    const { caller, approvalPatience } = session.options;
    this.#session = session;
    this.#settled = settled;
    this.#asks = new ApprovalAsks(caller, approvalPatience);
  }

  /** Takes what the client says it can do. */
  greeted(capabilities: JsonObject | undefined): void {
    this.#canAsk = canAsk(capabilities);
  }

  /** Whether somebody at the client can be asked. */
  get canAsk(): boolean {
    return this.#canAsk && this.#session.options.approver !== undefined;
  }

  waitsFor(id: MessageId): boolean {
    return this.#asks.waitsFor(id);
  }

  /** Holds a call while the person at the client is asked. */
  hold(call: HeldCall): void {
    const late = (): void => this.#settled.denied(call, "; nobody answered in time");
    call.channel.ask(this.#asks.ask(call, late));
  }

  /** Takes a response of the client; false: it is to no question of the gateway. */
  take(id: MessageId, body: JsonObject): boolean {
    const answered = this.#asks.answered(id, body);
    if (answered === undefined) return false;
    this.#answered(answered.call, answered.said);
    return true;
  }

  /** What the person said counts as it does everywhere; the call is then decided once more. */
  #answered(call: HeldCall, said: Said): void {
    const { service, approver = "" } = this.#session.options;
    if (said === undefined)
      return this.#settled.denied(call, "; the person at the client did not answer");
    if (service.policies.digest !== call.policy)
      return this.#settled.denied(call, "; the policies changed meanwhile, call again");
    try {
      service.answerApproval({ id: call.approval, decision: said }, approver);
    } catch (error) {
      return this.#settled.denied(call, `; ${messageOf(error)}`);
    }
    this.#settled.approved(call);
  }

  /** Lets go of a call that the client cancelled; false: it does not wait. */
  cancel(id: MessageId): boolean {
    return this.#asks.cancel(id);
  }

  /** Denies every call that waits. */
  deny(why: string): void {
    for (const call of this.#asks.close()) this.#settled.denied(call, why);
  }

  /** Lets go of every call. */
  close(): void {
    this.#asks.close();
  }
}
