import type { DecideResult } from "../documents/decide-result.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import type { JsonObject } from "../request/json.ts";
import { clockOf, decideDocument, answerOrDeny } from "./decide-document.ts";
import { Policies } from "./policies.ts";
import { readRequestValue } from "./request-document.ts";

/** State of a session, written down by hand: what is not named is empty (design 5.1). */
export interface SessionState {
  readonly labels?: readonly string[];
  readonly counters?: { readonly [name: string]: number };
  readonly values?: JsonObject;
}

/**
 * One call, as an event of a trace has it (design 3.1, 7.1). What is left out is unrecorded, unless
 * `complete` lists its container; `args`, when given, is complete.
 */
export interface RequestInput {
  readonly subject?: JsonObject;
  readonly action?: JsonObject;
  readonly resource?: JsonObject;
  readonly args?: JsonObject;
  readonly context?: JsonObject;
  /** RFC 3339 with a zone; without one `now` is that of the options, else the clock's. */
  readonly time?: string;
  /** An id, or state. */
  readonly session?: string | SessionState;
  readonly parent?: string;
  readonly complete?: readonly string[];
  readonly unrecorded?: readonly string[];
}

/** What a decision takes besides the request. */
export interface DecideOptions {
  /** Milliseconds since 1970: what `now` is for a request without a time; by default the clock's. */
  readonly now?: number;
}

/**
 * Decides one request on the state that it gives, as if nothing had run before it (design 4). The
 * document says `decision`, what `now` was, and `findings`: what of the request no policy and no
 * catalog knows. `permitted` is the answer; all else says why.
 *
 * Fails closed: an error of the engine is a deny with its reason. A request that has a field that no
 * request has, is no JSON, or gives state that no policy declares is a `UserError` that names the
 * place.
 */
export function decide(
  policies: Policies,
  request: RequestInput,
  options: DecideOptions = {},
): DecideResult {
  const { set } = Policies.open(policies).loaded;
  const written = readRequestValue(request);
  return decideDocument(policies, written, clockOf(options), (timed) =>
    answerOrDeny(() => decideWithState(set, timed, written.state)),
  );
}
