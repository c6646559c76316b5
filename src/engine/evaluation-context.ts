import type { NoValue, PartialList, Unknown, Value } from "../condition/value.ts";
import type { Effect } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import type { Entity } from "./entity.ts";
import type { Mask } from "./mask.ts";

/** Session state as one call reads it (design 5.2). Indexes are those of the set's declarations. */
export interface StateView {
  label(index: number, row: EvaluationContext): boolean | Unknown;
  counter(index: number, row: EvaluationContext): number | Unknown;
  values(index: number, row: EvaluationContext): readonly Value[] | PartialList;
}

/** What a declaration may read of the call's decision (design 5.3). */
export interface PriorDecision {
  readonly effect: Effect | Unknown;
  readonly permitted: boolean | Unknown;
  readonly approved: boolean | Unknown;
}

/** What was read of a row already, so that each attribute is read once for all rules. */
export interface ContextReads {
  /** By the number that the set's host gave the attribute. */
  readonly values: (Value | NoValue | undefined)[];
  /** The person acted for; undefined until somebody asks, null where nobody is named. */
  person: Entity | null | undefined;
}

/** One call, prepared for one version of the policies: what compiled conditions read. */
export interface EvaluationContext {
  readonly request: Request;
  readonly mask: Mask | undefined;
  readonly subject: Entity;
  readonly action: Entity;
  readonly resource: Entity;
  readonly state: StateView;
  /** Set only where declarations are evaluated, after the decision. */
  readonly verdict?: PriorDecision;
  /**
   * False where the version lets run what the record says did not run: its outcome is unrecorded
   * (design 5.3).
   */
  readonly outcomeKnown: boolean;
  /** Only where all else of the row stays as it is while it is read; undefined: nothing is kept. */
  readonly reads?: ContextReads | undefined;
}
