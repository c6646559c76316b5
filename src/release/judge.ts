import { isCutOff, type AtomTable, type Variable } from "./atoms.ts";
import { atomsOf, evaluate, formulaKey, type Formula } from "./formula.ts";
import { compareOutcomes, type Difference, type Said } from "./outcome-compare.ts";
import type { RuleFormula } from "./rule-model.ts";
import { ALL_VALUES, ERROR, FALSE, type TruthValue } from "./truth-value.ts";
import { CANNOT_TELL, type ChangeImpact } from "./verdict.ts";

/**
 * The rules of both versions that a comparison looks at: those that differ, and some that stand in
 * both.
 */
export interface Sides {
  readonly before: readonly RuleFormula[];
  readonly after: readonly RuleFormula[];
  readonly both: readonly RuleFormula[];
}

/** Rows tried at most: beyond that it cannot be told. */
const MAX_ROWS = 200_000;
const MAX_RULES = 12;
/** Ways in which the rules come out together, compared over every context, at most. */
const MAX_OUTCOMES = 1_500;

interface Part {
  readonly formula: Formula;
  readonly rules: Set<number>;
}

/** The distinct conjuncts of all rules, with the rules that hold each. */
function distinctParts(rules: readonly RuleFormula[]): readonly Part[] {
  const parts = new Map<string, Part>();
  rules.forEach((rule, i) => {
    for (const formula of rule.parts) {
      const key = formulaKey(formula);
      const part = parts.get(key) ?? { formula, rules: new Set<number>() };
      part.rules.add(i);
      parts.set(key, part);
    }
  });
  return [...parts.values()];
}

/** Parts that share a variable, each set by itself. */
function connected(
  parts: readonly Part[],
  variableOf: (atom: number) => Variable | undefined,
): readonly (readonly Part[])[] {
  const groups: { readonly parts: Part[]; readonly variables: Set<Variable | undefined> }[] = [];
  for (const part of parts) {
    const variables = new Set([...atomsOf(part.formula)].map(variableOf));
    const met = groups.filter((group) =>
      [...variables].some((variable) => group.variables.has(variable)),
    );
    const joined = {
      parts: [...met.flatMap((group) => group.parts), part],
      variables: new Set([...met.flatMap((group) => [...group.variables]), ...variables]),
    };
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups.map((group) => group.parts);
}

interface Reduced {
  readonly parts: readonly (readonly Formula[])[];
  readonly variables: readonly Variable[];
}

/** Parts of the same rules that became one atom. */
interface Merged {
  readonly atom: number;
  readonly rules: ReadonlySet<number>;
  /** Whether one of them may be an error: scopes never are. */
  readonly fails: boolean;
}

function mayFail(variable: Variable): boolean {
  return variable.outcomes.some((outcome) => outcome.includes(ERROR));
}

function signature(part: Part): string {
  return [...part.rules].join();
}

/**
 * Joins what stands alike in the same rules and hangs together with nothing else to one atom that
 * may come out in any way: most of a rule is not what changed, and need not be taken apart.
 */
function reduce(rules: readonly RuleFormula[], atoms: AtomTable): Reduced {
  const variables = atoms.variables();
  const byAtom = new Map(
    variables.flatMap((variable) => variable.atoms.map((atom) => [atom, variable] as const)),
  );
  const groups = connected(distinctParts(rules), (atom) => byAtom.get(atom));
  const kept = new Set<Variable>();
  const formulas = rules.map((): Formula[] => []);
  const merged = new Map<string, Merged>();
  for (const group of groups) {
    const [first] = group;
    const variables = [
      ...new Set(
        group.flatMap(({ formula }) =>
          [...atomsOf(formula)].flatMap((atom) => byAtom.get(atom) ?? []),
        ),
      ),
    ];
    // a constant is known as it is, and must stay so
    if (
      first !== undefined &&
      variables.length > 0 &&
      group.every((part) => signature(part) === signature(first))
    ) {
      const known = merged.get(signature(first)) ?? {
        atom: atoms.size + merged.size,
        rules: first.rules,
        fails: false,
      };
      merged.set(signature(first), { ...known, fails: known.fails || variables.some(mayFail) });
      continue;
    }
    for (const variable of variables) kept.add(variable);
    for (const part of group) for (const i of part.rules) formulas[i]?.push(part.formula);
  }
  for (const { atom, rules: holders } of merged.values())
    for (const i of holders) formulas[i]?.push({ kind: "atom", index: atom });
  const free = [...merged.values()].map(({ atom, fails }) => ({
    atoms: [atom],
    outcomes: ALL_VALUES.filter((value) => fails || value !== ERROR).map((value) => [value]),
  }));
  return { parts: formulas, variables: [...kept, ...free] };
}

/**
 * The ways in which all rules can come out together, or undefined where there are too many to try.
 */
function reachable(
  rules: readonly RuleFormula[],
  atoms: AtomTable,
): readonly (readonly TruthValue[])[] | undefined {
  const { parts, variables } = reduce(rules, atoms);
  const rows = variables.reduce((product, variable) => product * variable.outcomes.length, 1);
  if (rows > MAX_ROWS || variables.some(isCutOff)) return undefined;
  const formulas = parts.map((list): Formula => ({ kind: "and", parts: list }));
  const values = new Uint8Array(
    1 + Math.max(0, ...variables.flatMap((variable) => variable.atoms)),
  );
  const found = new Map<string, readonly TruthValue[]>();
  for (let row = 0; row < rows; row++) {
    let rest = row;
    for (const { atoms: members, outcomes } of variables) {
      const outcome = outcomes[rest % outcomes.length] ?? [];
      rest = Math.floor(rest / outcomes.length);
      members.forEach((atom, i) => (values[atom] = outcome[i] ?? 0));
    }
    const out = formulas.map((formula) => evaluate(formula, values));
    if (out.some((value) => value !== FALSE)) found.set(out.join(""), out);
    if (found.size > MAX_OUTCOMES) return undefined;
  }
  return [...found.values()];
}

const SAME: Difference = { widens: false, narrows: false, moves: false };

/**
 * What a rule brings when it has a say, as a text: rules of the same text are one to a decision.
 */
function bearing({ effect, approval, obligations, onDeny }: RuleFormula): string {
  return JSON.stringify([effect, approval, obligations, onDeny]);
}

/**
 * Those that have a say, each kind once for each way in which it came out; sorted, so that alike is
 * equal.
 */
function distinct(
  said: readonly Said[],
  kinds: ReadonlyMap<RuleFormula, number>,
): { readonly key: string; readonly said: readonly Said[] } {
  const found = new Map(
    said.flatMap((one) =>
      one.value === FALSE ? [] : [[`${kinds.get(one.rule) ?? 0}:${one.value}`, one] as const],
    ),
  );
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return { key: sorted.map(([key]) => key).join(), said: sorted.map(([, one]) => one) };
}

function numbered(rules: readonly RuleFormula[]): ReadonlyMap<RuleFormula, number> {
  const texts = [...new Set(rules.map(bearing))];
  return new Map(rules.map((rule) => [rule, texts.indexOf(bearing(rule))]));
}

/**
 * What going from one list of rules to another can do, everything else left as it is. Sound: an
 * atom that is not understood may come out in any way, and other rules may say anything; so a
 * change called harmless is harmless.
 */
export function judgeRules(sides: Sides, atoms: AtomTable, joint: boolean): ChangeImpact {
  const { before, after, both } = sides;
  const rules = [...before, ...after, ...both];
  if (rules.length > MAX_RULES) return CANNOT_TELL;
  const outcomes = reachable(rules, atoms);
  if (outcomes === undefined) return CANNOT_TELL;
  const kinds = numbered(rules);
  const known = new Set<string>();
  let total = SAME;
  for (const values of outcomes) {
    const say = (of: readonly RuleFormula[], from: number): readonly Said[] =>
      of.map((rule, i) => ({ rule, value: values[from + i] ?? FALSE }));
    const shared = say(both, before.length + after.length);
    const [old, now] = [
      distinct([...say(before, 0), ...shared], kinds),
      distinct([...say(after, before.length), ...shared], kinds),
    ];
    if (old.key === now.key || known.has(`${old.key}>${now.key}`)) continue;
    known.add(`${old.key}>${now.key}`);
    const one = compareOutcomes(old.said, now.said, joint);
    total = {
      widens: total.widens || one.widens,
      narrows: total.narrows || one.narrows,
      moves: total.moves || one.moves,
    };
    if (total.widens && total.narrows) break;
  }
  return { ...total, conclusive: true };
}
