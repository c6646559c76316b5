import { rowOf, type PreparedCall } from "../engine/prepared-call.ts";
import { matchRule, type CompiledRule, type Test } from "../engine/compiled-rule.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { appliedDecision, PolicySession } from "../engine/policy-session.ts";
import type { TraceEvent } from "../trace/event.ts";
import { reallyRan } from "../trace/really-ran.ts";
import type { BenchResult } from "../documents/bench-result.ts";

/** Nanoseconds since any fixed moment. */
export type Clock = () => number;

/** So many calls a run decides at least: a short trace is walked again and again. */
const ENOUGH = 10_000;

/** How often a run walks a trace of so many calls. */
export function passesFor(calls: number): number {
  return Math.max(1, Math.ceil(ENOUGH / calls));
}

/** One run over the events: what a walk took, and what each call took, in nanoseconds. */
export interface RunTimes {
  readonly total: number;
  readonly calls: Float64Array;
}

function walk(
  set: CompiledSet,
  events: readonly TraceEvent[],
  step: (run: PolicySession, event: TraceEvent) => void,
): void {
  const run = new PolicySession(set);
  for (const event of events) {
    run.observe(event.session, event.time);
    if (event.type === "call") step(run, event);
    else run.pass(event);
  }
}

/**
 * Decides a call and keeps the state by the decision, with the outcome where the call really ran
 * (design 5.3).
 */
function decideOne(run: PolicySession, event: TraceEvent): PreparedCall {
  const call = run.prepare(event.request);
  const outcome = run.decide(call);
  run.advance(
    call,
    outcome,
    { ...appliedDecision(outcome), outcomeKnown: reallyRan(event) },
    event,
  );
  return call;
}

/**
 * Decides every call, `passes` times. WHY twice over: a clock asked for every call would slow down
 * the whole.
 */
export function timeRun(
  set: CompiledSet,
  events: readonly TraceEvent[],
  { passes, clock }: { readonly passes: number; readonly clock: Clock },
): RunTimes {
  const from = clock();
  for (let pass = 0; pass < passes; pass++) walk(set, events, decideOne);
  const total = (clock() - from) / passes;
  const times: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    walk(set, events, (run, event) => {
      const start = clock();
      decideOne(run, event);
      times.push(clock() - start);
    });
  }
  return { total, calls: Float64Array.from(times).sort() };
}

/** How the calls come out: what is the same in every run. */
export function countDecisions(
  set: CompiledSet,
  events: readonly TraceEvent[],
): BenchResult["decisions"] {
  const counts = { allow: 0, require_approval: 0, deny: 0, indeterminate: 0 };
  walk(set, events, (run, event) => {
    const call = run.prepare(event.request);
    const outcome = run.decide(call);
    const { effect, indeterminate } = outcome.decision;
    counts[indeterminate ? "indeterminate" : effect]++;
    run.advance(
      call,
      outcome,
      { ...appliedDecision(outcome), outcomeKnown: reallyRan(event) },
      event,
    );
  });
  return counts;
}

/** What was asked in one walk, and what that took together, in nanoseconds. */
interface Cost {
  asked: number;
  matched: number;
  time: number;
}

/** A part of a rule's condition, between its `&&`, in the order of the text. */
export interface AskedPart extends Cost {
  readonly text: string;
  readonly test: Test;
}

export interface Asked extends Cost {
  readonly rule: CompiledRule;
  readonly parts: readonly AskedPart[];
}

/** A question is over before a clock has moved on, so each is put so many times in a row. */
const REPEATS = 16;

/** Times a question whose answers are the same, and gives the answer. */
class Timer {
  readonly #clock: Clock;
  /** What the clock itself takes. */
  readonly #idle: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#idle = clockCost(clock);
  }

  put(cost: Cost, question: () => unknown): unknown {
    let answer: unknown;
    const start = this.#clock();
    for (let i = 0; i < REPEATS; i++) answer = question();
    cost.time += Math.max(0, this.#clock() - start - this.#idle) / REPEATS;
    cost.asked++;
    if (answer === true) cost.matched++;
    return answer;
  }
}

/**
 * Puts each rule, with its exceptions, to every call whose subject and action it fits, on the state
 * before the call, and then each part of its condition that has no false one before it. Rules on a
 * line with no condition and no resources cost a question too. What the clock itself takes is taken
 * off.
 */
export function timeRules(
  set: CompiledSet,
  events: readonly TraceEvent[],
  { passes, clock }: { readonly passes: number; readonly clock: Clock },
): readonly Asked[] {
  const timer = new Timer(clock);
  // the first walk is for what is compiled while it is used
  const walks = Array.from({ length: passes + 1 }, () => askAll(set, events, timer)).slice(1);
  const [first = []] = walks;
  const mean = (costs: readonly (Cost | undefined)[]): number =>
    costs.reduce((sum, cost) => sum + (cost?.time ?? 0), 0) / walks.length;
  return first.map((cost, i) => ({
    ...cost,
    time: mean(walks.map((walked) => walked[i])),
    parts: cost.parts.map((part, k) => ({
      ...part,
      time: mean(walks.map((walked) => walked[i]?.parts[k])),
    })),
  }));
}

const unasked = (): Cost => ({ asked: 0, matched: 0, time: 0 });

function askAll(set: CompiledSet, events: readonly TraceEvent[], timer: Timer): readonly Asked[] {
  const costs = new Map(
    set.rules.map((rule): [CompiledRule, Asked] => [
      rule,
      { rule, ...unasked(), parts: rule.conjuncts().map((part) => ({ ...part, ...unasked() })) },
    ]),
  );
  walk(set, events, (run, event) => {
    const call = run.prepare(event.request);
    const row = rowOf(call, call.subject, run.state);
    for (const { rule, fit } of set.plans.planFor(row, call.action)) {
      const cost = costs.get(rule);
      if (cost === undefined) continue;
      const of = { fit, action: call.action.name };
      timer.put(cost, () => matchRule(rule, row, of).truth);
      for (const part of cost.parts) if (timer.put(part, () => part.test(row)) === false) break;
    }
    decideOne(run, event);
  });
  return [...costs.values()];
}

/** The middle of what two looks at the clock, one after the other, differ by. */
function clockCost(clock: Clock): number {
  const gaps = Float64Array.from({ length: 1001 }, () => {
    const start = clock();
    return clock() - start;
  }).sort();
  return gaps[500] ?? 0;
}
