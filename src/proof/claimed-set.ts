import { parseExpression } from "../condition/parse.ts";
import { compileSet, type CompiledSet } from "../engine/compile-set.ts";
import type {
  Condition,
  Document,
  Invariant,
  InvariantRule,
  Policy,
  Rule,
  Scope,
} from "../policy/model.ts";
import { analyseSet, type AnalysedSet } from "./analysed-set.ts";
import type { Claim } from "./claim.ts";
import type { Formula } from "./formula.ts";
import { reachableState } from "./reachable-state.ts";
import { SessionSearch } from "./session-search.ts";

/** Which part of an invariant's rule a shadow rule stands for. */
export type ClaimPart = "calls" | "subjects" | "label";

/**
 * A policy set with the claims of its invariants beside it, as rules that decide nothing: so the
 * engine tells whether a call fits one, and the prover reads it as it reads any rule.
 */
export interface ClaimedSet {
  /** The set as it is, by which calls are decided. */
  readonly set: CompiledSet;
  readonly analysed: AnalysedSet;
  /** The name of the shadow rule that stands for a part of an invariant's rule. */
  readonly nameOf: (invariant: Invariant, rule: InvariantRule, part: ClaimPart) => string;
  readonly claimOf: (name: string) => Claim;
  /** What holds of session state before every call, wherever sessions lead. */
  readonly reachable: () => Formula;
  /**
   * Sessions that the engine permits, for all questions together; `listed`: of nothing but what the
   * catalog lists.
   */
  readonly sessions: (listed: boolean) => SessionSearch;
}

/** No policy can be called so. */
const POLICY = "\u0000invariants";

function labelHeld(label: string, rule: InvariantRule): Condition {
  const text = `${JSON.stringify(label)} in session.labels`;
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`the label ${text} cannot be asked for`);
  return { text, expr: parsed.expr, place: rule.place, toFile: (offset) => offset };
}

function shadow(
  id: string,
  { place }: InvariantRule,
  fits: Scope & { readonly when?: Condition },
): Rule {
  return {
    ...fits,
    id,
    effect: "deny",
    labels: [],
    mode: "shadow",
    exceptions: [],
    match: [],
    notMatch: [],
    place,
  };
}

function idOf(invariant: Invariant, rule: InvariantRule, part: ClaimPart): string {
  return `${part} ${invariant.name}/${rule.id}`;
}

function shadowsOf(invariant: Invariant): readonly Rule[] {
  return invariant.rules.flatMap((rule) => {
    const id = (part: ClaimPart): string => idOf(invariant, rule, part);
    const { subjects, actions, resources, when } = rule.calls;
    const calls = {
      ...(subjects !== undefined && { subjects }),
      ...(actions !== undefined && { actions }),
      ...(resources !== undefined && { resources }),
      ...(when !== undefined && { when }),
    };
    return [
      shadow(id("calls"), rule, calls),
      ...(rule.is === "only_by" ? [shadow(id("subjects"), rule, { subjects: rule.subjects })] : []),
      ...(rule.after === undefined
        ? []
        : [shadow(id("label"), rule, { when: labelHeld(rule.after.label, rule) })]),
    ];
  });
}

/** A policy of shadow rules that match where a claim holds; undefined: there is no invariant. */
function claimPolicy(documents: readonly Document[]): Policy | undefined {
  const invariants = documents.filter((document) => document.kind === "Invariant");
  const [first] = invariants;
  return (
    first && {
      kind: "Policy",
      name: POLICY,
      version: "0.0.0",
      session: { labels: [], counters: [], values: [] },
      delegation: "subject",
      rules: invariants.flatMap(shadowsOf),
      place: first.place,
    }
  );
}

/** Puts the claims of the set's invariants beside its rules. */
export function claimedSet(
  documents: readonly Document[],
  set: CompiledSet,
  now: number,
): ClaimedSet {
  const policy = claimPolicy(documents);
  const together = policy === undefined ? documents : [...documents, policy];
  const analysed = analyseSet(together, compileSet(together, set.sha256), { now });
  const claims = new Map(analysed.rules.map(({ name, claim }) => [name, claim]));
  let reachable: Formula | undefined;
  const sessions = new Map<boolean, SessionSearch>();
  return {
    set,
    analysed,
    reachable: () => (reachable ??= reachableState(analysed)),
    sessions: (listed) => {
      const found = sessions.get(listed) ?? new SessionSearch(analysed, set, listed);
      sessions.set(listed, found);
      return found;
    },
    nameOf: (invariant, rule, part) => `${POLICY}/${idOf(invariant, rule, part)}`,
    claimOf: (name) => {
      const claim = claims.get(name);
      if (claim === undefined) throw new Error(`no claim ${name}`);
      return claim;
    },
  };
}
