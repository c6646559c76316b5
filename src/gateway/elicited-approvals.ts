import type { JsonObject } from "../request/json.ts";
import { canShowForms, countApproval, type HeldCall } from "./approval-answer.ts";
import { ApprovalAsks } from "./approval-asks.ts";
import type { MessageId } from "./message.ts";
import type { RelaySession } from "./relay-session.ts";
import type { Said } from "./question-end.ts";

/** What becomes of a call that waited for an approval. */
export interface HeldCallSettled {
  /** Somebody said yes or no, and it counts: the call is decided once more. */
  readonly answered: (call: HeldCall, said: Said) => void;
  /** Nobody did; `why` is said besides, such as `; nobody answered in time`. */
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
  /** Whether the client said when it connected that it can put forms to its user. */
  canAsk = false;

  constructor(session: RelaySession, settled: HeldCallSettled) {
    const { caller, approvalPatience } = session.options;
    this.#session = session;
    this.#settled = settled;
    this.#asks = new ApprovalAsks(caller, approvalPatience);
  }

  /** Takes what the client says it can do. */
  greeted(capabilities: JsonObject | undefined): void {
    this.canAsk = canShowForms(capabilities);
  }

  waitsFor(id: MessageId): boolean {
    return this.#asks.waitsFor(id);
  }

  /** Holds a call while the person at the client is asked. */
  hold(call: HeldCall, ask: (line: Buffer) => void): void {
    const late = (): void => {
      this.#session.log.question(call, "expired");
      this.#settled.denied(call, "; nobody answered in time");
    };
    ask(this.#asks.ask(call, late));
  }

  /** Takes a response of the client; false: it is to no question of the gateway. */
  take(id: MessageId, body: JsonObject): boolean {
    const answered = this.#asks.answered(id, body);
    if (answered === undefined) return false;
    const { call, said } = answered;
    const fault = countApproval(this.#session.options, call, said);
    this.#session.log.question(call, said, fault);
    if (fault === undefined) this.#settled.answered(call, said);
    else this.#settled.denied(call, fault);
    return true;
  }

  /** Lets go of a call that the client cancelled; false: it does not wait. */
  cancel(id: MessageId): boolean {
    const call = this.#asks.cancel(id);
    if (call !== undefined) this.#session.log.question(call, "call_cancelled");
    return call !== undefined;
  }

  /** Denies every call that waits. */
  deny(why: string): void {
    for (const call of this.#asks.close()) {
      this.#session.log.question(call, "server_gone");
      this.#settled.denied(call, why);
    }
  }

  /** Lets go of every call. */
  close(): void {
    for (const call of this.#asks.close()) this.#session.log.question(call, "session_ended");
  }
}
