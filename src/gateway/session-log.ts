import type { JsonObject } from "../request/json.ts";
import type { Answer, ServiceMode } from "../serve/decision-service.ts";
import type { Caller } from "./action.ts";
import type { Decisions } from "./decisions.ts";
import { messageOf } from "./denial.ts";
import type { OpenRequest } from "./in-flight.ts";
import type { QuestionEnd } from "./question-end.ts";

/** How many refused messages are told one by one. */
const MOST_TOLD = 100;

/** Where a session's events go, and what is said of them. */
export interface SessionLogOptions {
  readonly service: Decisions;
  readonly mode: ServiceMode;
  readonly caller: Caller;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/** A call that the person at the client is asked about. */
interface Asked {
  readonly answer: Pick<Answer, "id">;
  /** The id of the request for approval. */
  readonly approval: string;
}

/** What a relay records beside decisions: refused messages, outcomes, the end of the session. */
export class SessionLog {
  readonly #options: SessionLogOptions;
  #told = 0;

  constructor(options: SessionLogOptions) {
    this.#options = options;
  }

  /** Records an event; gives its id. One that cannot be written is told, and stops nothing. */
  note(event: JsonObject): string | undefined {
    try {
      return this.#options.service.note(event);
    } catch (error) {
      this.#options.tell(messageOf(error));
      return undefined;
    }
  }

  /**
   * Records that a message was refused, or would have been; nothing of it is written down.
   * `surface`: the server that it is for; empty: nobody knows which of several.
   */
  refused(
    side: "client" | "server",
    reason: string,
    surface: string = this.#options.caller.server,
  ): void {
    const { caller, tell, mode } = this.#options;
    const isKnown = surface !== "";
    if (this.#told++ < MOST_TOLD)
      tell(
        `${mode === "enforce" ? "refused" : "would refuse"} a message of the ${side}` +
          `${isKnown ? ` (${surface})` : ""}: ${reason}`,
      );
    this.note({
      type: "refused_message",
      session: caller.session,
      context: { ...(isKnown && { surface }), refused: { side, reason } },
    });
  }

  /** Records what came of a call, once; false where it cannot be written. */
  settle(open: OpenRequest, outcome: JsonObject): boolean {
    if (open.answer === undefined || open.isSettled) return true;
    open.isSettled = true;
    return [open.answer, ...(open.more ?? [])].every((answer) => this.outcome(answer, outcome));
  }

  /** Records what came of what was decided; false where it cannot be written. */
  outcome({ id }: Answer, outcome: JsonObject): boolean {
    try {
      this.#options.service.outcome(id, outcome);
      return true;
    } catch (error) {
      this.#options.tell(`an outcome cannot be recorded: ${messageOf(error)}`);
      return false;
    }
  }

  /** Records how a question to the person at the client ended; `why` it does not count, if it was answered. */
  question({ answer, approval }: Asked, ended: QuestionEnd, why?: string): void {
    const { session } = this.#options.caller;
    const counted = why === undefined ? {} : { why: why.replace(/^; /, "") };
    this.note({
      type: "approval_question",
      session,
      parent: answer.id,
      context: { approval_question: { request: approval, ended, ...counted } },
    });
  }

  /** Records the end of the session. */
  end(): void {
    const { session, server } = this.#options.caller;
    this.note({ type: "session_end", session, context: { surface: server } });
  }
}
