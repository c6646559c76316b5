import type { Expr } from "../condition/ast.ts";
import { atomsOfBranches } from "../condition/structure.ts";
import { declaredConditions, ruleConditions } from "../policy/conditions.ts";
import type { Catalog, Policy } from "../policy/model.ts";
import { Reads } from "../policy/reads.ts";
import { Atoms } from "../proof/atoms.ts";
import type { Claim } from "../proof/claim.ts";
import { Constants } from "../proof/constants.ts";
import { ALWAYS, allOf, anyOf, type Formula } from "../proof/formula.ts";
import type { ChangeImpact } from "../proof/judge-change.ts";
import { readsDataOf } from "../proof/variables.ts";
import { limitsFor, Work } from "../proof/work.ts";
import { member, type Json, type JsonObject } from "../request/json.ts";
import type { Change } from "./change.ts";
import { firstNames, listed } from "../text/listed.ts";
import { type CatalogSets, catalogsOf, changesOf } from "./catalog-pairs.ts";
import { canonicalText as text } from "./changed-text.ts";
import {
  decidesJointly,
  deniesAlone,
  judgeChanges,
  verdictOf,
  workOnShares,
} from "./compare-policies.ts";
import { driftOf, type Drift } from "./monotone.ts";
import { enforcedRules, type RuleModel } from "./rule-model.ts";
import { CANNOT_TELL, joinVerdicts, NOTHING_MOVES } from "./verdict.ts";

/** What a changed list or map may do to conditions that read it: undefined values are absent. */
function driftOfData(before: Json | undefined, after: Json | undefined): Drift {
  if (!Array.isArray(before) || !Array.isArray(after)) return "any";
  const [a, b] = [new Set(before.map(text)), new Set(after.map(text))];
  if ([...a].every((item) => b.has(item))) return "grows";
  return [...b].every((item) => a.has(item)) ? "shrinks" : "any";
}

/** That a part of a condition holds at least as often, or at most as often, as before. */
function driftFormula(before: Claim, after: Claim, drift: Drift): Formula {
  if (drift === "any") return ALWAYS;
  const [low, high] = drift === "grows" ? [before, after] : [after, before];
  return allOf([anyOf([low("notTrue"), high("true")]), anyOf([high("notFalse"), low("false")])]);
}

/** One list or map of `data` that changed. */
interface ChangedData {
  readonly name: string;
  readonly drift: Drift;
  /** All of `data` beside it, with the changes that come before this one. */
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Parts of the conditions of rules that read a list of data. */
function partsReading(models: readonly RuleModel[], data: ReadonlySet<string>): readonly Expr[] {
  return models
    .flatMap(({ rule }) => ruleConditions(rule).flatMap(({ expr }) => atomsOfBranches(expr)))
    .filter((part) => readsDataOf(part, data));
}

/** The atoms of both versions of the data; what reads it is another term in the later one. */
function atomsOfBoth({ name, before, after }: ChangedData): readonly [Atoms, Atoms] {
  return [
    new Atoms(new Constants(before)),
    new Atoms(new Constants(after), { text: "later ", data: new Set([name]) }),
  ];
}

function dataVerdict(policies: readonly Policy[], changed: ChangedData): ChangeImpact {
  const { name, drift } = changed;
  const data = new Set([name]);
  const declared = new Reads(policies.flatMap(declaredConditions)).has("data", name)
    ? CANNOT_TELL
    : NOTHING_MOVES;
  const [before, after] = atomsOfBoth(changed);
  const [old, now] = [enforcedRules(policies, before), enforcedRules(policies, after)];
  const isTouched = ({ rule }: RuleModel): boolean =>
    ruleConditions(rule).some(({ expr }) => readsDataOf(expr, data));
  const touched = now.filter(isTouched);
  const changes = touched.map((model) => ({
    name: model.name,
    before: old.find(({ rule }) => rule === model.rule),
    after: model,
  }));
  const drifts = partsReading(touched, data).map((part) =>
    driftFormula(before.claim(part), after.claim(part), driftOf(part, name, drift)),
  );
  const steps = judgeChanges(changes, {
    unchanged: old.filter((model) => !isTouched(model)),
    open: deniesAlone(old),
    joint: decidesJointly(policies),
    always: allOf(drifts),
    permitted: ALWAYS,
    infer: () => [],
    work: new Work(limitsFor(old.length)),
    shares: workOnShares(),
  });
  return joinVerdicts([declared, verdictOf(steps)]);
}

function dataOf(catalogs: readonly Catalog[]): JsonObject {
  return Object.fromEntries(
    catalogs.flatMap((catalog) => catalog.data.map(({ name, value }) => [name, value] as const)),
  );
}

function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const others = Object.entries(object).filter(([key]) => key !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
}

/** Rules that are named as readers of a list. */
const READERS = 3;

/** Which rules a change of a list can reach: ` (read by `a/b` and `a/c`)`; empty: none reads it. */
function readersText(policies: readonly Policy[], name: string): string {
  const data = new Set([name]);
  const readers = policies.flatMap((policy) =>
    policy.rules
      .filter((rule) => rule.mode === "enforce")
      .filter((rule) => ruleConditions(rule).some(({ expr }) => readsDataOf(expr, data)))
      .map(({ id }) => `\`${policy.name}/${id}\``),
  );
  return readers.length === 0 ? "" : ` (read by ${listed(firstNames(readers, READERS))})`;
}

/** What each change of `data` does, in the order of names, those before it made already. */
export function dataChanges(sets: CatalogSets): readonly Change[] {
  const policies = sets.after.filter((document) => document.kind === "Policy");
  const [old, now] = [dataOf(catalogsOf(sets.before)), dataOf(catalogsOf(sets.after))];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  let data = old;
  return names.flatMap((name) => {
    const before = data;
    const value = member(now, name);
    data = withMember(before, name, value);
    const after = data;
    return changesOf(
      "data",
      [{ name, before: member(old, name), after: value }],
      (a, b) => dataVerdict(policies, { name, drift: driftOfData(a, b), before, after }),
      (entry) => entry,
    ).map((change) => ({
      ...change,
      sentence: `${change.sentence}${readersText(policies, name)}`,
    }));
  });
}
