import type { Outcome } from "../engine/decide.ts";
import type { DecideResult } from "../documents/decide-result.ts";
import { PolicySession } from "../engine/policy-session.ts";
import type { Request } from "../request/request.ts";
import { isJsonObject } from "../request/json.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { DecideOptions, RequestInput } from "./decide.ts";
import { clockOf, decideDocument, answerOrDeny } from "./decide-document.ts";
import { Policies } from "./policies.ts";
import { readRequestValue, type RequestDocument } from "./request-document.ts";

/** How a session is opened. */
export interface SessionOptions {
  /** Its id: what `session` of its requests is. */
  readonly id?: string;
  /**
   * Another session of the same policies whose history this one shares: counters, labels and
   * containments that are kept by subject, person or tenant hold for both.
   */
  readonly beside?: Session;
}

/** The calls so far of sessions that share a history. */
interface History {
  readonly policies: Policies;
  readonly run: PolicySession;
  calls: number;
  /** Set where the engine failed halfway: nobody knows the state any more. */
  broken: boolean;
}

const LOST = "the state was lost by an earlier internal error";

/**
 * A session that decides call after call on what the calls before it left (design 5): a call that is
 * permitted is taken as made, one that is not as stopped.
 */
export class Session {
  readonly id: string;
  readonly #history: History;

  /** @internal */
  constructor(policies: Policies, { id = "session", beside }: SessionOptions) {
    this.id = id;
    this.#history =
      beside === undefined
        ? {
            policies,
            run: new PolicySession(Policies.open(policies).loaded.set),
            calls: 0,
            broken: false,
          }
        : beside.#sharedBy(policies);
  }

  #sharedBy(policies: Policies): History {
    if (this.#history.policies === policies) return this.#history;
    throw new UserError("usage", "sessions of different policies cannot share their history", {
      help: "open both with the same policies",
    });
  }

  /**
   * Decides a call, as `decide` does, on the state that earlier calls left, and changes the state by
   * it. After an error of the engine every call is denied, since nobody knows the state any more.
   */
  decide(request: RequestInput, options: DecideOptions = {}): DecideResult {
    const history = this.#history;
    return this.#answer(request, options, (timed) => {
      history.broken = true;
      const outcome = history.run.step(timed, `${this.id}/${++history.calls}`);
      history.broken = false;
      return outcome;
    });
  }

  /** Decides a call and changes nothing: what `decide` would say to it now. */
  preview(request: RequestInput, options: DecideOptions = {}): DecideResult {
    const { run } = this.#history;
    return this.#answer(request, options, (timed) => run.decide(run.prepare(timed)));
  }

  #answer(
    request: RequestInput,
    options: DecideOptions,
    decide: (timed: Request) => Outcome,
  ): DecideResult {
    const { policies } = this.#history;
    const written = this.#own(readRequestValue(request));
    return decideDocument(policies, written, clockOf(options), (timed) =>
      answerOrDeny(() => {
        if (this.#history.broken) throw new Error(LOST);
        return decide(timed);
      }),
    );
  }

  /** The request as one of this session; that of another session is refused. */
  #own(written: RequestDocument): RequestDocument {
    const { session } = written.json;
    if (isJsonObject(session))
      throw new UserError("request", "request $.session: a session keeps its state itself", {
        help: "leave out `session`, or pass the state to `decide(policies, request)`",
      });
    if (typeof session === "string" && session !== this.id)
      throw new UserError("request", "request $.session: this is a call of another session", {
        help: "leave out `session`, or open a session with that id",
      });
    return { ...written, request: { ...written.request, session: this.id } };
  }
}

/**
 * Opens a session of its own history. `beside` that is of other policies is a `UserError`. State is
 * kept in memory, as long as the session is (design 5.4).
 */
export function openSession(policies: Policies, options: SessionOptions = {}): Session {
  return new Session(policies, options);
}
