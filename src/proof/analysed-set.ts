import { DEFAULT_NOW } from "../text/time.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { Document, Policy, Rule } from "../policy/model.ts";
import { isJsonObject, type Json } from "../request/json.ts";
import { Atoms } from "./atoms.ts";
import { every, rememberedClaim, type Claim } from "./claim.ts";
import { Constants } from "./constants.ts";
import { catalogFacts } from "./facts.ts";
import { functionFacts } from "./function-facts.ts";
import { ruleParts, type RulePart } from "./rule-claim.ts";
import type { Infer } from "./solver.ts";
import type { Salt } from "./variables.ts";
import { limitsFor, Work } from "./work.ts";

/** One rule with the claim that it makes when it matches. */
export interface AnalysedRule {
  /** `<policy>/<rule>`. */
  readonly name: string;
  readonly policy: Policy;
  readonly rule: Rule;
  readonly compiled: CompiledRule;
  readonly claim: Claim;
  /** What all has to hold for it to match. */
  readonly parts: readonly RulePart[];
}

/** A policy set that loaded, ready to be reasoned about. */
export interface AnalysedSet {
  readonly documents: readonly Document[];
  readonly set: CompiledSet;
  readonly atoms: Atoms;
  /** In the order of their names, shadow rules included. */
  readonly rules: readonly AnalysedRule[];
  /** What the catalog says of what a model has settled on. */
  readonly facts: Infer;
  /** Milliseconds: the time of witnesses that do not ask for another. */
  readonly now: number;
  /**
   * Values that inline examples give, by attribute: likely ones for what only the engine
   * understands.
   */
  readonly seeds: () => ReadonlyMap<string, readonly Json[]>;
  /** What questions about the set may cost, and have cost. */
  readonly work: Work;
  /** The resource patterns of the catalog. */
  readonly patterns: readonly string[];
}

function collect(
  value: Json | undefined,
  path: readonly string[],
  into: Map<string, Json[]>,
): void {
  if (value === undefined || value === null) return;
  const key = JSON.stringify(path);
  const known = into.get(key);
  if (known === undefined) into.set(key, [value]);
  else known.push(value);
  if (isJsonObject(value) && path.length < 8)
    for (const [name, inner] of Object.entries(value)) collect(inner, [...path, name], into);
}

function seedsOf(policies: readonly Policy[]): ReadonlyMap<string, readonly Json[]> {
  const seeds = new Map<string, Json[]>();
  for (const rule of policies.flatMap((policy) => policy.rules)) {
    for (const example of [...rule.match, ...rule.notMatch])
      for (const root of ["args", "context", "resource", "subject"])
        collect(example.request[root], [root], seeds);
  }
  return seeds;
}

export interface AnalysisOptions {
  /** Milliseconds. */
  readonly now?: number;
  /** As in {@link Atoms}. */
  readonly salt?: Salt;
  /** False where a catalog could not be read in full: what it seems not to know may then be so. */
  readonly knowsCatalogs?: boolean;
}

function analysedRules(
  policies: readonly Policy[],
  set: CompiledSet,
  atoms: Atoms,
): readonly AnalysedRule[] {
  const compiled = new Map(set.rules.map((rule) => [rule.name, rule]));
  const rules = policies.flatMap((policy) =>
    policy.rules.flatMap((rule): readonly AnalysedRule[] => {
      const name = `${policy.name}/${rule.id}`;
      const found = compiled.get(name);
      if (found === undefined) return [];
      const parts = ruleParts(policy, rule, atoms);
      const claim = rememberedClaim(() => every(parts.map((part) => part.claim)));
      return [{ name, policy, rule, compiled: found, claim, parts }];
    }),
  );
  return rules.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Makes a set ready for analysis. */
export function analyseSet(
  documents: readonly Document[],
  set: CompiledSet,
  options: AnalysisOptions = {},
): AnalysedSet {
  const atoms = new Atoms(new Constants(set.catalog.data), options.salt);
  const policies = documents.filter((document) => document.kind === "Policy");
  const rules = analysedRules(policies, set, atoms);
  return {
    documents,
    set,
    atoms,
    rules,
    facts: factsOf(options.knowsCatalogs === false ? () => [] : catalogFacts(set)),
    now: options.now ?? DEFAULT_NOW,
    work: new Work(limitsFor(rules.length)),
    seeds: once(() => seedsOf(policies)),
    patterns: documents.flatMap((document) =>
      document.kind === "Catalog" ? document.resources.map((entry) => entry.match) : [],
    ),
  };
}

/** What catalogs say of a model, and what its terms come to. */
function factsOf(catalogs: Infer): Infer {
  return (model) => [...catalogs(model), ...functionFacts(model)];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
