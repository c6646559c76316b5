import type { CompiledSet } from "../../engine/compile-set.ts";
import type { CompiledRule } from "../../engine/compiled-rule.ts";
import type {
  CounterDeclaration,
  LabelDeclaration,
  StateKey,
  Tool,
  ValuesDeclaration,
} from "../../policy/model.ts";
import { compiledAtoms, compileReading, type Atom } from "./atoms.ts";

/** What one rule reads of a call besides subject and action. */
export interface RuleReads {
  readonly rule: CompiledRule;
  readonly atoms: readonly Atom[];
}

/** Everything of a call that a set reads: what its columns must hold. */
export interface SetReads {
  readonly set: CompiledSet;
  readonly rules: readonly RuleReads[];
  /** The atoms of when a declaration of state is triggered. */
  readonly triggers: readonly Atom[];
  /** Everything that each declaration reads, in the order of labels, counters, values. */
  readonly declarations: readonly (readonly Atom[])[];
  /** By `server/name`: the paths off which a tool's resource is read. */
  readonly resourcePaths: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** The moments at which something of the set expires, ascending. */
  readonly moments: readonly number[];
  readonly paths: readonly (readonly string[])[];
}

function readsOfRule(rule: CompiledRule, set: CompiledSet): RuleReads {
  const conditions = [rule.rule.when, ...rule.rule.exceptions.map((exception) => exception.when)];
  return {
    rule,
    atoms: conditions.flatMap((condition) =>
      condition === undefined ? [] : compiledAtoms(condition.expr, set.host),
    ),
  };
}

function keyAtoms(key: StateKey, set: CompiledSet): readonly Atom[] {
  return key.by === "condition" ? [compileReading(key.condition.expr, set.host)] : [];
}

/** How a tool's resource is read off the arguments; undefined: it is not. */
export function resourcePath(set: CompiledSet, { resource }: Tool): Atom | undefined {
  return resource === undefined || resource === "none"
    ? undefined
    : compileReading(resource.id.expr, set.host);
}

function resourcePaths(set: CompiledSet): SetReads["resourcePaths"] {
  const paths = new Map<string, readonly (readonly string[])[]>();
  for (const [name, { tool }] of set.catalog.tools) {
    const read = resourcePath(set, tool);
    if (read !== undefined) paths.set(name, read.paths);
  }
  return paths;
}

function momentsOf(set: CompiledSet): readonly number[] {
  const agents = [...set.catalog.agents.values()].map(({ agent }) => agent.expires);
  const exceptions = set.rules.flatMap(({ rule }) =>
    rule.exceptions.map((exception) => exception.expires),
  );
  return [...new Set([...agents, ...exceptions].filter((moment) => moment !== undefined))].sort(
    (a, b) => a - b,
  );
}

/** What a set reads of a call, by what its conditions read when they are compiled. */
export function readsOf(set: CompiledSet): SetReads {
  const rules = set.rules.map((rule) => readsOfRule(rule, set));
  const { labels, counters, values } = set.declarations;
  const declarations: readonly (LabelDeclaration | CounterDeclaration | ValuesDeclaration)[] = [
    ...labels,
    ...counters,
    ...values,
  ];
  const read = declarations.map((one) => ({
    triggers: one.when === undefined ? [] : compiledAtoms(one.when.expr, set.host),
    others: [
      ...("add" in one ? [compileReading(one.add.expr, set.host)] : []),
      ...keyAtoms(one.key, set),
    ],
  }));
  const triggers = read.flatMap((one) => one.triggers);
  const others = read.flatMap((one) => one.others);
  const resources = resourcePaths(set);
  const paths = [...rules.flatMap(({ atoms }) => atoms), ...triggers, ...others].flatMap(
    (atom) => atom.paths,
  );
  return {
    set,
    rules,
    triggers,
    declarations: read.map((one) => [...one.triggers, ...one.others]),
    resourcePaths: resources,
    moments: momentsOf(set),
    paths: [...paths, ...[...resources.values()].flat()],
  };
}
