import { CallTree, type TreeEvent } from "../engine/call-tree.ts";
import type { SeenIds } from "../engine/event-ids.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { ChangeClass } from "./classify.ts";
import { surelyStops, type VersionDecision } from "./version-decision.ts";

export interface ReplayOptions {
  /**
   * Counterfactual: each version sees the calls that it would have let run; recorded: what really
   * ran (design 7.5).
   */
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  /**
   * Milliseconds of silence after which a session's state is forgotten; undefined: never (design
   * 5.4).
   */
  readonly idle: number | undefined;
}

/** One call under both versions: what tallies, coverage and the decision log take. */
export interface CallResult {
  readonly event: TraceEvent;
  readonly baseline: VersionDecision;
  readonly candidate: VersionDecision;
  readonly class: ChangeClass | "unreachable";
  /**
   * Whether the versions differ on the baseline's history too; only on widened and narrowed (design
   * 7.5).
   */
  readonly direct: boolean | undefined;
}

/** Whatever takes the calls of a replay, and the other events, in their order. */
export interface ReplayObserver {
  call(result: CallResult): void;
  /** Events that are no calls. */
  other?(event: TraceEvent): void;
}

/**
 * The calls under sub-agent invocations that the baseline lets run and the candidate stops (design
 * 7.5).
 */
export class UnreachableCalls {
  readonly #tree: CallTree;

  constructor(seen: SeenIds) {
    this.#tree = new CallTree(seen);
  }

  /**
   * Whether a call is unreachable; `invokes`: whether it starts a sub-agent. Calls come in order,
   * each once.
   */
  take(
    event: TreeEvent,
    invokes: boolean,
    { baseline, candidate }: Pick<CallResult, "baseline" | "candidate">,
  ): boolean {
    const reached = this.#tree.made(event);
    const below = invokes && baseline.permitted && surelyStops(candidate) ? false : reached;
    if (invokes || below !== true) this.#tree.note(event.id, event.session, below);
    return reached === false;
  }

  /** Takes an event that is no call: calls may be below it. */
  pass(event: TreeEvent): void {
    const reached = this.#tree.made(event);
    if (reached !== true) this.#tree.note(event.id, event.session, reached);
  }
}
