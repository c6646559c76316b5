import { randomUUID } from "node:crypto";
import { objectMember, type JsonObject } from "../request/json.ts";
import type { Caller } from "./action.ts";
import { lineOf } from "./answers.ts";
import { approvalForm, saidIn, type HeldCall } from "./approval-answer.ts";
import type { Said } from "./question-end.ts";

interface Waiting {
  readonly call: HeldCall;
  readonly timer: NodeJS.Timeout;
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
    const params = approvalForm(call, this.#caller);
    return lineOf({ jsonrpc: "2.0", id, method: "elicitation/create", params });
  }

  /** The call that a response of the client is about, which waits no longer, and what was said. */
  answered(id: string | number, body: JsonObject): { call: HeldCall; said: Said } | undefined {
    const waiting = this.#take(String(id));
    const result = objectMember(body, "result");
    const said = result === undefined ? "failed" : saidIn(result);
    return waiting && { call: waiting.call, said };
  }

  /** Lets go of a call that the client cancelled, and gives it; undefined: it does not wait. */
  cancel(id: string | number): HeldCall | undefined {
    const [found] =
      [...this.#waiting].find(([, { call }]) => String(call.request.id) === String(id)) ?? [];
    return found === undefined ? undefined : this.#take(found)?.call;
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
