import type { CompiledSet } from "../engine/compile-set.ts";
import { appliedDecision, PolicySession } from "../engine/policy-session.ts";
import type { TraceEvent } from "../trace/event.ts";
import { reallyRan } from "../trace/really-ran.ts";
import type { Decided } from "./run-test.ts";

/**
 * Walks one version of the policies through a trace on its own history (design 7.5), for whoever
 * looks at single calls.
 */
export class TraceWalk {
  readonly run: PolicySession;

  constructor(set: CompiledSet, idle?: number) {
    this.run = new PolicySession(set, idle === undefined ? {} : { idle });
  }

  /** Takes the next event; `look` sees a call before it changes the state. */
  take(event: TraceEvent, look?: (decided: Decided, event: TraceEvent) => void): void {
    const { run } = this;
    run.observe(event.session, event.time);
    if (event.type === "call") {
      const call = run.prepare(event.request);
      const outcome = run.decide(call);
      const decided = {
        call,
        outcome,
        run,
        applied: { ...appliedDecision(outcome), outcomeKnown: reallyRan(event) },
      };
      look?.(decided, event);
      run.advance(call, outcome, decided.applied, event);
    } else run.pass(event);
  }
}
