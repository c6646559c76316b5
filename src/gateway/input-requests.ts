import { isJsonObject, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { readServerRequest } from "./action.ts";
import { denialOf } from "./denial.ts";
import type { Denial } from "./answers.ts";
import type { OpenRequest } from "./in-flight.ts";
import type { Request } from "./message.ts";
import { callDigest } from "./modern.ts";
import { outcomeOf } from "./outcome.ts";
import type { RelaySession } from "./relay-session.ts";

/** So many rounds wait for their retry at most. */
const MOST = 1000;

/** Decisions on what a server asked for in one result, by the keys that it gave. */
type Round = ReadonlyMap<string, Answer>;

/**
 * What a server asks of the client inside results (protocol 2026-07-28) is decided like the requests
 * that servers send by themselves in earlier versions.
 */
export class InputRequests {
  readonly #session: RelaySession;
  readonly #rounds = new Map<string, Round>();

  constructor(session: RelaySession) {
    this.#session = session;
  }

  /** Has the requests in a result decided; gives why the client may not see them. */
  take(open: OpenRequest, result: JsonObject | undefined): Denial | undefined {
    const asked = Object.entries(objectMember(result, "inputRequests") ?? {});
    const decided = new Map<string, Answer>();
    for (const [key, request] of asked) {
      const answer = this.#decided(open, isJsonObject(request) ? request : {});
      if (answer === undefined) continue;
      if ("text" in answer) return this.#session.enforces ? answer : undefined;
      decided.set(key, answer);
    }
    this.#remember(open, decided);
    return undefined;
  }

  #decided(
    { modern, answer: call }: OpenRequest,
    request: JsonObject,
  ): Answer | Denial | undefined {
    const session = this.#session;
    const params = objectMember(request, "params") ?? {};
    const asked = readServerRequest(stringMember(request, "method") ?? "", params);
    if (asked.how === "pass") return undefined;
    if (asked.how === "refuse") {
      session.log.refused("server", asked.why);
      return denialBy(
        `agentz: ${session.server} asked for what no policy can decide: ${asked.why}`,
        call,
      );
    }
    const answer = session.decided(asked.action, modern);
    if ("failure" in answer) return denialBy(answer.failure, call);
    if (!session.enforces) return answer;
    if (!answer.permitted) return denialOf(answer, "; the server asked for it to answer this call");
    if (session.redactionOf(answer).fields.length === 0) return answer;
    session.options.service.outcome(answer.id, { status: "not_sent" });
    return denialBy("agentz: what has to be redacted cannot be asked for in a result", answer);
  }

  #remember({ request }: OpenRequest, round: Round): void {
    if (round.size === 0) return;
    this.#rounds.set(callDigest(request), round);
    const [oldest] = this.#rounds.keys();
    if (this.#rounds.size > MOST && oldest !== undefined) this.#rounds.delete(oldest);
  }

  /** Records what came of the requests that a retry brings the answers to. */
  answered(request: Request): void {
    const responses = objectMember(request.params, "inputResponses");
    if (responses === undefined || this.#rounds.size === 0) return;
    const round = this.#rounds.get(callDigest(request));
    this.#rounds.delete(callDigest(request));
    const { results } = this.#session.options;
    for (const [key, answer] of round ?? []) {
      const response = objectMember(responses, key);
      if (response !== undefined)
        this.#session.log.outcome(answer, outcomeOf({ result: response }, results));
    }
  }
}

/** A denial by the gateway itself; `decided`: the decision that it is about. */
function denialBy(text: string, decided: Answer | undefined): Denial {
  const id = decided === undefined ? {} : { id: decided.id };
  return { text, meta: { decision: "deny", rule: "input_required", ...id } };
}
