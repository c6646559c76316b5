import { createHash } from "node:crypto";
import { compileSet } from "../../src/engine/compile-set.ts";
import type { Outcome } from "../../src/engine/decide.ts";
import { PolicySession, type AppliedDecision } from "../../src/engine/policy-session.ts";
import type { Decision as EngineDecision } from "../../src/engine/decision.ts";
import type { Document } from "../../src/policy/model.ts";
import { counterfactual, type VersionDecision } from "../../src/replay/version-decision.ts";
import { ReplayWalk } from "../replay/replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { writtenNumbers } from "../../src/text/exact-number.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import { readEventText } from "../../src/trace/read-event.ts";
import type { Decision } from "../reference/decision.ts";
import type { Event } from "../reference/request.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function lineOf(event: Event): unknown {
  return {
    ...event,
    time: event.time === undefined ? undefined : new Date(event.time).toISOString(),
  };
}

/** The `i`-th event of a trace as the engine takes it. */
export function traceEvent(one: Event, i: number): TraceEvent {
  const event = readEventText(writtenNumbers(JSON.stringify(lineOf(one))), {
    file: "trace",
    line: i + 1,
  });
  if (typeof event === "string") throw new Error(event);
  return event;
}

/**
 * What the engine says, in the reference's words: of the nearest rule its name alone, of errors
 * their rules.
 */
export function seen(decision: EngineDecision): Decision {
  return {
    ...decision,
    nearest: decision.nearest?.rule ?? null,
    errors: [...new Set(decision.errors.map((one) => one.rule))].sort(),
  };
}

/** One call of a trace: the run before the call changed it, and what it decided. */
export interface Visit {
  readonly run: PolicySession;
  readonly event: TraceEvent;
  readonly outcome: Outcome;
}

/**
 * What each call leaves behind, by default what the documents let run; and how long a silence makes
 * a run forget, by default none.
 */
export interface Walking {
  readonly history?: (outcome: Outcome, event: TraceEvent) => AppliedDecision;
  readonly idle?: number | undefined;
}

/** Walks the calls of a trace in the engine. */
export function walkEngine(
  documents: readonly Document[],
  events: readonly Event[],
  visit: (at: Visit) => void,
  { history = counterfactual, idle }: Walking = {},
): void {
  const run = new PolicySession(compileSet(documents, sha256), { idle });
  for (const [i, one] of events.entries()) {
    const event = traceEvent(one, i);
    run.observe(event.session, event.time);
    if (event.type !== "call") {
      run.pass(event);
      continue;
    }
    const call = run.prepare(event.request);
    const outcome = run.decide(call);
    visit({ run, event, outcome });
    run.advance(call, outcome, history(outcome, event), event);
  }
}

/** One call under two versions, as the replay tells it. */
export interface EngineChange {
  readonly id: string;
  readonly baseline: Decision;
  readonly candidate: Decision;
  readonly class: CallResult["class"];
  readonly direct: boolean | undefined;
}

function decisionOf({ engine }: VersionDecision): Decision {
  if (engine === undefined) throw new Error("both versions decide");
  return seen(engine.outcome.decision);
}

/** The replay of two versions side by side. */
export function engineReplay(
  versions: { readonly baseline: readonly Document[]; readonly candidate: readonly Document[] },
  events: readonly Event[],
  idle: number | undefined,
): readonly EngineChange[] {
  const changes: EngineChange[] = [];
  const sets = {
    baseline: compileSet(versions.baseline, sha256),
    candidate: compileSet(versions.candidate, sha256),
  };
  const call = ({ event, baseline, candidate, class: change, direct }: CallResult): void =>
    void changes.push({
      id: event.id,
      baseline: decisionOf(baseline),
      candidate: decisionOf(candidate),
      class: change,
      direct,
    });
  const walk = new ReplayWalk(sets, { history: "counterfactual", approvals: "recorded", idle }, [
    { call },
  ]);
  for (const [i, one] of events.entries()) walk.take(traceEvent(one, i));
  return changes;
}

/**
 * The engine's decisions on all calls of a trace, each on the history that the documents would have
 * made themselves.
 */
export function engineRun(
  documents: readonly Document[],
  events: readonly Event[],
  walking?: Walking,
): readonly Decision[] {
  const decisions: Decision[] = [];
  walkEngine(documents, events, ({ outcome }) => decisions.push(seen(outcome.decision)), walking);
  return decisions;
}
