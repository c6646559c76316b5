import { stringify } from "yaml";
import { askInvariants, type AskedInvariant, type Found } from "../proof/answer-invariants.ts";
import { sessionText, suiteCall } from "../proof/describe-calls.ts";
import type {
  AnalyzeResult,
  AnsweredInvariant,
  InvariantWitness,
  ProvedInvariants,
} from "../documents/analyze-result.ts";
import { indexText, positionIn, type IndexedText } from "../text/excerpt.ts";
import type { Source } from "../text/span.ts";
import { VERSION } from "../node/version.ts";
import { formatTime } from "../trace/time.ts";
import type { PolicySet } from "./policy-set.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** Times of the host: the moment of the calls that are shown, and a clock for what answers cost. */
export interface AnalyzeClock {
  /** Milliseconds. */
  readonly now: number;
  /** Undefined: what answers cost is not measured, so that the same set gives the same bytes. */
  readonly clock?: () => number;
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

type LineOf = (file: string, offset: number) => number;

/** The line of a place in the set's files, from 1. */
function lineFinder(sources: readonly Source[]): LineOf {
  const texts = new Map<string, IndexedText>();
  return (file, offset) => {
    const source = sources.find((one) => one.file === file);
    const indexed = texts.get(file) ?? indexText(source?.text ?? "");
    texts.set(file, indexed);
    return positionIn(indexed, offset).line;
  };
}

function answered(
  { id, rule, answer }: AskedInvariant,
  clock: (() => number) | undefined,
  lineOf: LineOf,
): AnsweredInvariant {
  const start = clock?.() ?? 0;
  const found = answer();
  const ms = clock === undefined ? null : Math.max(0, Math.round(clock() - start));
  return {
    id,
    answer: found.answer,
    witness: found.answer === "refuted" ? witnessOf(id, found) : null,
    why: found.answer === "refuted" ? null : (found.why ?? null),
    help: found.answer === "cannot_tell" ? found.help : null,
    file: rule.place.file,
    line: lineOf(rule.place.file, rule.place.span.start),
    ms,
  };
}

/** Answers every invariant of a set; undefined where it holds none, so that nothing is proved. */
export function proveInvariants(
  { documents, set, sources }: Pick<PolicySet, "documents" | "set" | "sources">,
  { now, clock }: AnalyzeClock,
): ProvedInvariants | undefined {
  const lineOf = lineFinder(sources);
  const asked = askInvariants(documents, set, now);
  if (asked.length === 0) return undefined;
  const answers = asked.map((one) => answered(one, clock, lineOf));
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

/** The result document of `agentz analyze`; a set without an invariant is a `UserError`. */
export function analyzeDocument(policies: PolicySet, clock: AnalyzeClock): AnalyzeResult {
  const proved = proveInvariants(policies, clock);
  if (proved !== undefined)
    return {
      schemaVersion: 1,
      command: "analyze",
      tool: { version: VERSION },
      candidate: policies.info,
      ...proved,
    };
  throw new UserError("no-invariants", "the set has no invariant, so there is nothing to prove", {
    help: "write a document of `kind: Invariant`; docs/invariants.md shows one",
  });
}
