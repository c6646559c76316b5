import { Unknown } from "../condition/value.ts";
import { isRuledOut, subjectFit, type CompiledRule } from "./compiled-rule.ts";
import type { IdentifiedAction } from "./identify.ts";
import { NameMemo } from "./name-memo.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { fitsAction } from "./scope.ts";
import { and, type Truth } from "./truth.ts";

/**
 * The rules whose scope the call's subject and action may fit, with how surely: the rest has no
 * say.
 */
export type ScopedRules = readonly { readonly rule: CompiledRule; readonly fit: Truth }[];

/** Kinds are few where rules speak of kinds of subjects; more than so many are forgotten. */
const MOST_KINDS = 2_000;

/** The rules that may have a say on a call. */
export interface ApplicableRules {
  readonly plan: ScopedRules;
  /** Those of them that the names of subject and action do not rule out by their condition. */
  readonly asked: ScopedRules;
}

/**
 * What the rules say of a subject: subjects of one kind fit the same rules as surely. One entry for
 * each rule of the set.
 */
interface SubjectKind {
  readonly fits: readonly Truth[];
  readonly ruledOut: readonly boolean[];
  readonly byAction: NameMemo<ApplicableRules>;
}

/** A text that two kinds share only where they are the same. */
function formOf(fits: readonly Truth[], ruledOut: readonly boolean[]): string {
  const parts = fits.map((fit, i) => {
    if (typeof fit !== "boolean") return JSON.stringify(fit instanceof Unknown ? fit.paths : fit);
    return fit ? (ruledOut[i] === true ? "x" : "1") : "0";
  });
  return `${parts.join("")} ${ruledOut.map(Number).join("")}`;
}

/**
 * The rules that may apply, remembered by kind of subject and by action, so that a thousand rules
 * cost what the few that can match cost. INVARIANT: they depend on the names alone, never on what
 * else the event says.
 */
export class PlanMemo {
  readonly #rules: readonly CompiledRule[];
  readonly #subjects = new NameMemo<SubjectKind>();
  #kinds = new Map<string, SubjectKind>();

  constructor({ rules }: { readonly rules: readonly CompiledRule[] }) {
    this.#rules = rules;
  }

  /** Every rule whose scope the subject and the action may fit. */
  planFor(row: EvaluationContext, action: IdentifiedAction): ScopedRules {
    return this.applicableRules(row, action).plan;
  }

  applicableRules(row: EvaluationContext, action: IdentifiedAction): ApplicableRules {
    const { type, id } = row.subject;
    const kind = this.#subjects.get(type, id) ?? this.#subjects.put(type, id, this.#kindOf(row));
    const { server, name } = action.name;
    return (
      kind.byAction.get(server, name) ??
      kind.byAction.put(server, name, this.#rulesFor(kind, row, action))
    );
  }

  #rulesFor(kind: SubjectKind, row: EvaluationContext, action: IdentifiedAction): ApplicableRules {
    const plan: { readonly rule: CompiledRule; readonly fit: Truth }[] = [];
    const asked: typeof plan = [];
    this.#rules.forEach((rule, i) => {
      const subject = kind.fits[i] ?? false;
      const fit =
        subject === false ? false : and(subject, fitsAction(rule.scope.actions, action.name));
      if (fit === false) return;
      plan.push({ rule, fit });
      if (kind.ruledOut[i] !== true && !isRuledOut(rule, row, "action")) asked.push({ rule, fit });
    });
    return { plan, asked };
  }

  #kindOf(row: EvaluationContext): SubjectKind {
    const fits = this.#rules.map((rule) => subjectFit(rule, row.subject));
    const ruledOut = this.#rules.map(
      (rule, i) => fits[i] !== false && isRuledOut(rule, row, "subject"),
    );
    const form = formOf(fits, ruledOut);
    const known = this.#kinds.get(form);
    if (known !== undefined) return known;
    const kind = { fits, ruledOut, byAction: new NameMemo<ApplicableRules>() };
    if (this.#kinds.size >= MOST_KINDS) this.#kinds = new Map();
    this.#kinds.set(form, kind);
    return kind;
  }
}
