import { compileTest, type Test as RowTest } from "../engine/compiled-rule.ts";
import { prepareCall, rowOf, type PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { appliedDecision, PolicySession, type AppliedDecision } from "../engine/policy-session.ts";
import { parsePath } from "../request/attribute-path.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { JsonObject } from "../request/json.ts";
import { casesOf, type Case } from "./cases.ts";
import { judge } from "./judge.ts";
import { valueAt } from "./merge.ts";
import type { Expectation, Step, Suite, Test } from "./model.ts";
import type { Difference } from "../documents/test-result.ts";
import { RuleNames } from "./rule-names.ts";
import { stateReader } from "./session-state.ts";
import { RequestMaker } from "./test-request.ts";

/** One decided call of a test, on the state before it. */
export interface Decided {
  readonly call: PreparedCall;
  readonly outcome: Outcome;
  readonly run: PolicySession;
  readonly applied: AppliedDecision;
}

/** Where in a test a call stands. */
export interface CallPlace {
  readonly test: Test;
  readonly case: Case;
  /** From 0. */
  readonly step: number;
  readonly repetition: number;
}

/** What a test found: nothing it says is shown to people; `failure` hears the rest. */
export interface TestObserver {
  /** Hears every call before it changes the state. */
  decided?(decided: Decided, at: CallPlace): void;
  /**
   * Hears a call that is, or may be, not what was expected, before it changes the state; what it
   * gives hears in what it differs.
   */
  failing?(
    decided: Decided,
    at: CallPlace,
    expected: Expectation,
  ): (differences: readonly Difference[]) => void;
  /**
   * Hears a case that could not be run or that expects nothing, and expectations that no case met.
   */
  broken?(
    message: string,
    at: { readonly test: Test; readonly case?: Case; readonly step?: number },
  ): void;
  /** Hears the end of a case. */
  ended?(
    at: { readonly test: Test; readonly case: Case },
    end: { readonly passed: boolean; readonly last: Decided | undefined },
  ): void;
}

type Fits = (call: JsonObject, decided: Decided) => boolean;

const ALWAYS: Fits = () => true;

/** A policy set that runs the tests of one suite. Each case has a fresh history (design 8.1). */
export class SuiteRunner {
  readonly #set: CompiledSet;
  readonly #suite: Suite;
  readonly #names: RuleNames;
  readonly #maker: RequestMaker;
  readonly #shared = new Map<Step, PreparedCall | string>();
  readonly #wheres = new Map<Expectation, Fits>();

  constructor(set: CompiledSet, suite: Suite, names: RuleNames = new RuleNames(set)) {
    this.#set = set;
    this.#suite = suite;
    this.#names = names;
    this.#maker = new RequestMaker(set, suite);
  }

  #fits(expectation: Expectation): Fits {
    const known = this.#wheres.get(expectation);
    if (known !== undefined) return known;
    const made = compileWhere(expectation, this.#set);
    this.#wheres.set(expectation, made);
    return made;
  }

  /**
   * Runs every case of a test; true if all passed. Stops at the first failure where nobody listens
   * to the rest.
   */
  run(test: Test, observer: TestObserver, stopEarly = false): boolean {
    const met = new Set<Expectation>();
    let passed = true;
    for (const one of casesOf(this.#suite, test)) {
      passed = this.#runCase({ test, case: one }, observer, met) && passed;
      if (!passed && stopEarly) return false;
    }
    return this.#allMet(test, observer, met) && passed;
  }

  #allMet(test: Test, observer: TestObserver, met: ReadonlySet<Expectation>): boolean {
    let all = true;
    test.steps.forEach((step, index) => {
      const unmet = step.expect.filter((expectation) => !met.has(expectation)).length;
      if (unmet === 0) return;
      all = false;
      const which =
        step.expect.length === 1
          ? "the expectation"
          : `${unmet} of ${step.expect.length} expectations`;
      observer.broken?.(`no case meets ${which}, so it was not tested`, {
        test,
        step: index,
      });
    });
    return all;
  }

  #runCase(
    at: { readonly test: Test; readonly case: Case },
    observer: TestObserver,
    met: Set<Expectation>,
  ): boolean {
    const run = new PolicySession(this.#set);
    let passed = true;
    let last: Decided | undefined;
    for (let step = 0; step < at.test.steps.length; step++) {
      const repeat = at.test.steps[step]?.repeat ?? 1;
      const prepared = this.#prepare(at, step);
      if (typeof prepared === "string") {
        observer.broken?.(prepared, { ...at, step });
        passed = false;
        break;
      }
      for (let repetition = 0; repetition < repeat; repetition++) {
        const place = { test: at.test, case: at.case, step, repetition };
        last = decideCall(run, prepared);
        observer.decided?.(last, place);
        passed = this.#check(last, place, { observer, met }) && passed;
      }
    }
    observer.ended?.(at, { passed, last });
    return passed;
  }

  /**
   * The call of a step, ready to be decided; a text says why it is none. What the cases of a matrix
   * share is prepared once.
   */
  #prepare(at: { readonly test: Test; readonly case: Case }, index: number): PreparedCall | string {
    const step = at.test.steps[index];
    const json = at.case.calls[index];
    if (step === undefined || json === undefined) return "the call is missing";
    if (json !== step.call) return this.#prepareNew(json, step);
    const known = this.#shared.get(step) ?? this.#prepareNew(json, step);
    this.#shared.set(step, known);
    return known;
  }

  #prepareNew(json: JsonObject, step: Step): PreparedCall | string {
    const request = this.#maker.make(json, step);
    return typeof request === "string" ? request : prepareCall(this.#set, request);
  }

  /** Judges a call, and then lets it change the state. */
  #check(
    decided: Decided,
    at: CallPlace,
    { observer, met }: { observer: TestObserver; met: Set<Expectation> },
  ): boolean {
    const expectations = at.test.steps[at.step]?.expect ?? [];
    const call = at.case.calls[at.step] ?? {};
    const expected = expectations.find((expectation) => this.#fits(expectation)(call, decided));
    if (expected !== undefined) met.add(expected);
    else if (expectations.length > 0)
      observer.broken?.("no expectation fits this case, so nothing was tested", {
        test: at.test,
        case: at.case,
        step: at.step,
      });
    const isMet =
      expected === undefined ? undefined : this.#judging(expected, decided, { at, observer });
    decided.run.advance(decided.call, decided.outcome, decided.applied, { id: eventName(at) });
    return isMet === undefined ? expectations.length === 0 : isMet();
  }

  /**
   * Judges a call by an expectation; what is given says after the call whether it is met. WHY then:
   * an expected state is that after the call, all else is told by the decision.
   */
  #judging(
    expected: Expectation,
    decided: Decided,
    { at, observer }: { readonly at: CallPlace; readonly observer: TestObserver },
  ): () => boolean {
    if (expected.state === undefined) {
      const early = this.#judge(expected, decided);
      if (early.length > 0) observer.failing?.(decided, at, expected)(early);
      return () => early.length === 0;
    }
    const tell = observer.failing?.(decided, at, expected);
    return () => {
      const late = this.#judge(expected, decided);
      if (late.length > 0) tell?.(late);
      return late.length === 0;
    };
  }

  #judge(expected: Expectation, { call, outcome, run }: Decided): readonly Difference[] {
    return judge(
      expected,
      { decision: outcome.decision, state: stateReader(this.#set, { call }, run.state) },
      this.#names,
    );
  }
}

/** `call 3`, `call 3, repetition 2`: what stands for an event's id in a test. */
function eventName({
  test,
  step,
  repetition,
}: Pick<CallPlace, "test" | "step" | "repetition">): string {
  const repeats = (test.steps[step]?.repeat ?? 1) > 1;
  return `call ${step + 1}${repeats ? `, repetition ${repetition + 1}` : ""}`;
}

function decideCall(run: PolicySession, call: PreparedCall): Decided {
  run.observe(call.request.session, call.request.time);
  const outcome = run.decide(call);
  return { call, outcome, run, applied: appliedDecision(outcome) };
}

function compileWhere(expectation: Expectation, set: CompiledSet): Fits {
  const { where } = expectation;
  if (where === undefined) return ALWAYS;
  if (where.by === "condition") {
    const test: RowTest = compileTest(where.condition.expr, set.host);
    return (_, { call, run }) => test(rowOf(call, call.subject, run.state)) === true;
  }
  const wanted = where.values.map(({ path, value }) => ({
    segments: parsePath(path.replace(/^call\./, "")),
    text: canonicalJson(value),
  }));
  return (call) =>
    wanted.every(({ segments, text }) => canonicalJson(valueAt(call, segments) ?? null) === text);
}
