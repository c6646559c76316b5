import { compileSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import type { Decision } from "../engine/decision.ts";
import type { Sha256 } from "../policy/digest.ts";
import type { Document, Place } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import type { SessionExample } from "../policy/model.ts";
import { analyseSet, type AnalysedRule } from "./analysed-set.ts";
import { mayExist } from "./call-existence.ts";
import { compareSets, type ComparedSet } from "./compare-sets.ts";
import { canMatch } from "./questions.ts";
import type { Witness } from "./witness.ts";

/** A call that a rule decides, and what would be decided without the rule. */
export interface ShownCall {
  readonly request: Request;
  readonly state: SessionExample;
  readonly outcome: Outcome;
  readonly expected: Decision;
}

/** Whether a rule decides no call at all. */
export interface DeadRule {
  readonly name: string;
  readonly place: Place;
  /** `refuted`: it decides the call that is shown. */
  readonly answer: "proved" | "refuted" | "cannot_tell";
  readonly why: string | undefined;
  readonly shown: ShownCall | undefined;
}

const EFFORT = { branches: 8_000, visits: 40 };

function withoutRule(documents: readonly Document[], one: AnalysedRule): readonly Document[] {
  return documents.map((document) =>
    document.kind === "Policy" && document.name === one.policy.name
      ? { ...document, rules: document.rules.filter((rule) => rule !== one.rule) }
      : document,
  );
}

function answered(
  one: AnalysedRule,
  context: { readonly whole: ComparedSet; readonly sha256: Sha256; readonly now: number },
): Pick<DeadRule, "answer" | "why" | "shown"> {
  const { whole, now } = context;
  const documents = withoutRule(whole.documents, one);
  const less = { documents, set: compileSet(documents, context.sha256) };
  const exists = (call: Witness): boolean => mayExist(whole.set, call);
  const { widens, narrows, stateChanged } = compareSets(less, whole, { ...EFFORT, now, exists });
  const found = [widens, narrows].find((answer) => answer.kind === "yes");
  if (found?.kind === "yes") {
    const { request, state } = found.witness;
    const outcome = decideWithState(whole.set, request, state);
    const expected = decideWithState(less.set, request, state).decision;
    return { answer: "refuted", why: undefined, shown: { request, state, outcome, expected } };
  }
  const isDead = widens.kind === "no" && narrows.kind === "no" && !stateChanged;
  return {
    answer: isDead ? "proved" : "cannot_tell",
    why: isDead
      ? "other rules decide every call that it matches"
      : "agentz found no call that it decides, and no proof that there is none",
    shown: undefined,
  };
}

/** For each enforced rule of a set, whether it decides no call at all, and why. */
export function* findDeadRules(
  whole: ComparedSet,
  { now, sha256 }: { readonly now: number; readonly sha256: Sha256 },
): Generator<DeadRule> {
  const analysed = analyseSet(whole.documents, whole.set, { now });
  for (const one of analysed.rules.filter(({ rule }) => rule.mode === "enforce")) {
    const named = { name: one.name, place: one.rule.place };
    yield canMatch(analysed, one).kind === "no"
      ? { ...named, answer: "proved", why: "no call matches it", shown: undefined }
      : { ...named, ...answered(one, { whole, sha256, now }) };
  }
}
