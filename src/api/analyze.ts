import { stringify } from "yaml";
import { askInvariants, type AskedInvariant, type Found } from "../proof/answer-invariants.ts";
import type { Decision } from "../engine/decision.ts";
import type { SessionExample } from "../policy/model.ts";
import type { ShownCall } from "../proof/dead-rules.ts";
import type { JsonObject } from "../request/json.ts";
import { callText, sessionText, suiteCall } from "../proof/describe-calls.ts";
import type {
  AnalyzeResult,
  AnsweredInvariant,
  InvariantWitness,
  ProvedInvariants,
} from "../documents/analyze-result.ts";
import { indexText, positionIn, type IndexedText } from "../text/excerpt.ts";
import type { Source } from "../text/span.ts";
import { VERSION } from "../node/version.ts";
import { formatTime } from "../text/time.ts";
import type { PolicySet } from "./policy-set.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** Times of the host: the moment of the calls that are shown, and a clock for what answers cost. */
export interface AnalyzeClock {
  /** Milliseconds. */
  readonly now: number;
  /** Undefined: what answers cost is not measured, so that the same set gives the same bytes. */
  readonly clock?: () => number;
}

interface Step {
  readonly call: JsonObject;
  readonly expect: JsonObject;
}

function suiteOf(id: string, steps: readonly Step[], time: number | undefined): string {
  const [only] = steps;
  const test = {
    name: `${id} holds`,
    ...(steps.length === 1 && only !== undefined ? only : { session: steps }),
  };
  const suite = {
    apiVersion: "agentz/v1",
    kind: "Suite",
    name: "invariants",
    ...(time !== undefined && { now: formatTime(time) }),
    tests: [test],
  };
  return stringify(suite, { lineWidth: 100 });
}

function witnessOf(id: string, refuted: Found & { readonly answer: "refuted" }): InvariantWitness {
  const { calls, outcome } = refuted;
  const steps = calls.map((request, i) => ({
    call: suiteCall(request),
    expect: { permitted: i < calls.length - 1 },
  }));
  return {
    sentence: sessionText(calls, outcome),
    calls: calls.map(suiteCall),
    effect: outcome.decision.effect,
    rules: outcome.decision.rules,
    test: suiteOf(id, steps, calls.at(-1)?.time),
  };
}

/** A call on a state, as a witness; its test expects what the other version decides. */
export function witnessOfCall(id: string, shown: ShownCall): InvariantWitness {
  const { request, state, outcome, expected } = shown;
  const { effect, rules } = outcome.decision;
  const session = stateExample(state);
  const call = { ...suiteCall(request), ...(session !== undefined && { session }) };
  // a test of a suite begins with empty state
  const test =
    session === undefined
      ? suiteOf(id, [{ call, expect: { effect: expected.effect } }], request.time)
      : `# a request of \`agentz decide\`, on the state that it names\n${stringify(call)}`;
  const on = session === undefined ? "" : ` on the session state ${JSON.stringify(session)}`;
  return {
    sentence:
      `${callText(request)}${on}: ${decidedText(outcome.decision)}, compared with ` +
      decidedText(expected),
    calls: [call],
    effect,
    rules,
    test,
  };
}

function decidedText({ effect, rules }: Decision): string {
  return `${EFFECT_WORDS[effect]}${rules.length === 0 ? "" : ` by ${rules.join(", ")}`}`;
}

const EFFECT_WORDS = { allow: "allowed", deny: "denied", require_approval: "held for an approval" };

function stateExample({ labels, counters, values }: SessionExample): JsonObject | undefined {
  const held = {
    ...(labels.length > 0 && { labels }),
    ...(Object.keys(counters).length > 0 && { counters }),
    ...(Object.keys(values).length > 0 && { values }),
  };
  return Object.keys(held).length === 0 ? undefined : held;
}

export type LineOf = (file: string, offset: number) => number;

/** The line of a place in the set's files, from 1. */
export function lineFinder(sources: readonly Source[]): LineOf {
  const texts = new Map<string, IndexedText>();
  return (file, offset) => {
    const source = sources.find((one) => one.file === file);
    const indexed = texts.get(file) ?? indexText(source?.text ?? "");
    texts.set(file, indexed);
    return positionIn(indexed, offset).line;
  };
}

function answered(
  { id, owner, rule, answer }: AskedInvariant,
  clock: (() => number) | undefined,
  lineOf: LineOf,
): AnsweredInvariant {
  const start = clock?.() ?? 0;
  const found = answer();
  const ms = clock === undefined ? null : Math.max(0, Math.round(clock() - start));
  return {
    id,
    ...(owner !== undefined && { owner }),
    answer: found.answer,
    witness: found.answer === "refuted" ? witnessOf(id, found) : null,
    why: found.why ?? null,
    help: found.answer === "cannot_tell" ? found.help : null,
    file: rule.place.file,
    line: lineOf(rule.place.file, rule.place.span.start),
    ms,
  };
}

/** Every invariant of a set, answered. */
export function answeredInvariants(
  { documents, set, sources }: Pick<PolicySet, "documents" | "set" | "sources">,
  { now, clock }: AnalyzeClock,
): readonly AnsweredInvariant[] {
  const lineOf = lineFinder(sources);
  return askInvariants(documents, set, now).map((one) => answered(one, clock, lineOf));
}

/** How many answers there are of each kind. */
export function countAnswers(answers: readonly AnsweredInvariant[]): AnalyzeResult["summary"] {
  const count = (answer: AnsweredInvariant["answer"]): number =>
    answers.filter((one) => one.answer === answer).length;
  return {
    proved: count("proved"),
    refuted: count("refuted"),
    cannotTell: count("cannot_tell"),
  };
}

/** Answers every invariant of a set; undefined where it holds none, so that nothing is proved. */
export function proveInvariants(
  policies: Pick<PolicySet, "documents" | "set" | "sources">,
  clock: AnalyzeClock,
): ProvedInvariants | undefined {
  const answers = answeredInvariants(policies, clock);
  return answers.length === 0
    ? undefined
    : { now: formatTime(clock.now), answers, summary: countAnswers(answers) };
}

/** The result document of `agentz analyze`; a set without an invariant is a `UserError`. */
export function analyzeDocument(policies: PolicySet, clock: AnalyzeClock): AnalyzeResult {
  const proved = proveInvariants(policies, clock);
  if (proved !== undefined)
    return {
      schemaVersion: 1,
      command: "analyze",
      tool: { version: VERSION },
      candidate: policies.info,
      question: null,
      ...proved,
    };
  throw new UserError("no-invariants", "the set has no invariant, so there is nothing to prove", {
    help: "write a document of `kind: Invariant`; docs/invariants.md shows one",
  });
}
