import { reallyRan } from "../replay/version-decision.ts";
import { objectMember } from "../request/json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { TextNumbers } from "../text/text-numbers.ts";
import { NumberList } from "../trace/number-list.ts";
import type { AuditTrail } from "../documents/coverage-result.ts";

const PROMPT = 1;
const RESPONSE = 2;
const CALL = 4;
const NO_RESULT = 8;
const NO_MODEL = 16;

function marksOf(event: TraceEvent): number {
  if (event.type === "prompt") return PROMPT;
  if (event.type === "response") return RESPONSE;
  if (event.type !== "call") return 0;
  const { action, context, outcome } = event.request;
  const response = action?.["kind"] === "response" ? RESPONSE : 0;
  const unanswered = outcome === undefined && reallyRan(event) ? NO_RESULT : 0;
  const unmodelled =
    objectMember(context, "model") === undefined && typeof context?.["model"] !== "string"
      ? NO_MODEL
      : 0;
  return CALL | response | unanswered | unmodelled;
}

/**
 * Whose record is whole: prompts, responses, calls, results and model, session by session; four
 * bytes and a hash each.
 */
export class AuditTally {
  readonly #sessions = new TextNumbers();
  readonly #marks = new NumberList();
  #outside = 0;

  add(event: TraceEvent): void {
    if (event.session === undefined) {
      if (event.type === "call") this.#outside++;
      return;
    }
    const session = this.#sessions.ordinal(event.session);
    this.#marks.set(session, this.#marks.at(session) | marksOf(event));
  }

  trail(): AuditTrail {
    const trail = {
      sessions: this.#sessions.size,
      prompts: 0,
      responses: 0,
      calls: 0,
      results: 0,
      models: 0,
      complete: 0,
      callsOutsideSessions: this.#outside,
    };
    for (let i = 0; i < this.#sessions.size; i++) {
      const marks = this.#marks.at(i);
      const has = (mark: number): number => ((marks & mark) === mark ? 1 : 0);
      const [results, models] = [has(CALL) & (1 - has(NO_RESULT)), has(CALL) & (1 - has(NO_MODEL))];
      trail.prompts += has(PROMPT);
      trail.responses += has(RESPONSE);
      trail.calls += has(CALL);
      trail.results += results;
      trail.models += models;
      trail.complete += has(PROMPT | RESPONSE | CALL) & results & models;
    }
    return trail;
  }
}
