import type { Policies } from "../api/policies.ts";
import type { JsonObject } from "../request/json.ts";
import type { Answer, DecisionService } from "../serve/decision-service.ts";

/** Whoever decides and records for a gateway: a decision point of this process, or another one. */
export interface Decisions
  extends Pick<DecisionService, "answerApproval" | "mayNotApprove" | "neverPermitted"> {
  /** The policies in force; undefined: only another decision point knows them. */
  readonly policies: Policies | undefined;
  readonly options: { readonly pdp: string };
  /** Decides a call for good; it is recorded. That there is no decision is thrown. */
  readonly decide: (event: JsonObject) => Answer;
  /** Records what came of a call. */
  readonly outcome: (id: string, outcome: JsonObject) => void;
  /** Records an event that is no call; gives its id. */
  readonly note: (event: JsonObject) => string;
}
