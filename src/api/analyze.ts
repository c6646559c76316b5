import { stringify } from "yaml";
import { askInvariants, type AskedInvariant, type Found } from "../proof/answer-invariants.ts";
import { sessionText, suiteCall } from "../proof/describe-calls.ts";
import type {
  AnalyzeResult,
  AnsweredInvariant,
  InvariantWitness,
} from "../documents/analyze-result.ts";
import { formatTime } from "../trace/time.ts";
import type { PolicySet } from "./policy-set.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** Times of the host: the moment of the calls that are shown, and a clock for what answers cost. */
export interface AnalyzeClock {
  /** Milliseconds. */
  readonly now: number;
  readonly clock: () => number;
}

function suiteOf(id: string, refuted: Found & { readonly answer: "refuted" }): string {
  const { calls } = refuted;
  const steps = calls.map((request, i) => ({
    call: suiteCall(request),
    expect: { permitted: i < calls.length - 1 },
  }));
  const [only] = steps;
  const test = {
    name: `${id} holds`,
    ...(steps.length === 1 && only !== undefined ? only : { session: steps }),
  };
  const time = calls.at(-1)?.time;
  const suite = {
    apiVersion: "agentz/v1",
    kind: "Suite",
    name: "invariants",
    ...(time !== undefined && { now: new Date(time).toISOString() }),
    tests: [test],
  };
  return stringify(suite, { lineWidth: 100 });
}

function witnessOf(id: string, refuted: Found & { readonly answer: "refuted" }): InvariantWitness {
  const { calls, outcome } = refuted;
  return {
    sentence: sessionText(calls, outcome),
    calls: calls.map(suiteCall),
    effect: outcome.decision.effect === "allow" ? "allow" : "require_approval",
    rules: outcome.decision.rules,
    test: suiteOf(id, refuted),
  };
}

function answered({ id, rule, answer }: AskedInvariant, clock: () => number): AnsweredInvariant {
  const start = clock();
  const found = answer();
  const ms = Math.max(0, Math.round(clock() - start));
  return {
    id,
    answer: found.answer,
    witness: found.answer === "refuted" ? witnessOf(id, found) : null,
    why: found.answer === "refuted" ? null : (found.why ?? null),
    help: found.answer === "cannot_tell" ? found.help : null,
    file: rule.place.file,
    ms,
  };
}

/** Answers every invariant of a set: the part of the document that the set decides. */
export function analyzeSet(
  { documents, set }: Pick<PolicySet, "documents" | "set">,
  { now, clock }: AnalyzeClock,
): Pick<AnalyzeResult, "now" | "answers" | "summary"> {
  const asked = askInvariants(documents, set, now);
  if (asked.length === 0)
    throw new UserError("no-invariants", "the set holds no invariant, so nothing was proved", {
      help: "write a document of `kind: Invariant`; docs/invariants.md shows one",
    });
  const answers = asked.map((one) => answered(one, clock));
  const count = (answer: AnsweredInvariant["answer"]): number =>
    answers.filter((one) => one.answer === answer).length;
  return {
    now: formatTime(now),
    answers,
    summary: {
      proved: count("proved"),
      refuted: count("refuted"),
      cannotTell: count("cannot_tell"),
    },
  };
}
