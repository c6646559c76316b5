import type { CompiledSet } from "../engine/compile-set.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import { asTruth } from "../engine/compiled-rule.ts";
import type { ActionName } from "../engine/scope.ts";
import { fitsAction, fitsEntity } from "../engine/scope.ts";
import type { Row } from "../engine/row.ts";
import { and, type Truth } from "../engine/truth.ts";
import { chainOperands } from "../condition/walk.ts";
import type { Expr } from "../condition/ast.ts";
import { atomsOf, compileReading, type Atom } from "../replay/columns/atoms.ts";
import type { KeyParts } from "../replay/columns/key-parts.ts";
import { ACTION, columnsOf, isHeld, RESOURCE, SUBJECT } from "../replay/columns/probe-plan.ts";

/** A call as one version sees it, as far as columns tell. */
export interface SeenCall {
  readonly row: Row;
  readonly action: ActionName;
}

/** What of a row tells a part: an entity, one column, or an atom on several of them. */
export type Source =
  | { readonly kind: "subject" | "action" | "resource" }
  | { readonly kind: "column" | "joint"; readonly index: number };

/** One thing that a rule asks of a call: all of a rule's parts are joined by AND. */
export interface Part {
  /**
   * Where the answer is looked up: parts of one name hang on the same sources, so one table serves
   * them all.
   */
  readonly input: string;
  readonly sources: readonly Source[];
  readonly test: (call: SeenCall) => Truth;
}

/** A rule of one version, or one that stands in both. */
export interface Slot {
  readonly rule: CompiledRule;
  /** In which versions it stands, by their place; the first one is asked. */
  readonly versions: readonly number[];
  readonly parts: readonly Part[];
  /** What tells whether an exception holds; undefined: the rule has none. */
  readonly exceptions: readonly Source[] | undefined;
  /** Why no column tells all that the rule reads; undefined: columns do. */
  readonly unheld: string | undefined;
}

/** The scopes of subjects, actions and resources: these tables come first. */
export const SCOPES = ["subjects", "actions", "resources"] as const;

function sourceName(source: Source): string {
  return "index" in source ? `${source.kind} ${source.index}` : source.kind;
}

/** What tells the outcome of an atom. */
function sourcesOfAtom(atom: Atom, version: number, parts: KeyParts): readonly Source[] {
  const columns = columnsOf(parts.layout, atom);
  const [only] = columns;
  if (only === undefined) return [];
  if (columns.length > 1) {
    const form = parts.versions[version]?.set.catalogForm();
    const index = parts.plan.joint.findIndex(
      ({ probe }) =>
        probe.atom.text === atom.text && parts.versions[probe.version]?.set.catalogForm() === form,
    );
    if (index < 0) throw new Error(`no table holds \`${atom.text}\``);
    return [{ kind: "joint", index }];
  }
  if (only === SUBJECT) return [{ kind: "subject" }];
  if (only === ACTION) return [{ kind: "action" }];
  if (only === RESOURCE) return [{ kind: "resource" }];
  const index = parts.columns.indexOf(only);
  if (index < 0) throw new Error(`no column holds what \`${atom.text}\` reads`);
  return [{ kind: "column", index }];
}

/** Why columns do not tell what a condition comes to; undefined: they do. */
function whyUnheld(expr: Expr, version: number, parts: KeyParts): string | undefined {
  const atoms = atomsOf(expr, hostOf(version, parts));
  const unheld = atoms.find((atom) => !isHeld(parts.layout, atom));
  if (unheld === undefined) return undefined;
  return unheld.dynamic ? "a rule reads the time" : "a rule reads more than columns hold";
}

function hostOf(version: number, parts: KeyParts): CompiledSet["host"] {
  const host = parts.versions[version]?.set.host;
  if (host === undefined) throw new Error("a rule is of no version");
  return host;
}

function sourcesOf(expr: Expr, version: number, parts: KeyParts): readonly Source[] {
  const sources = new Map<string, Source>();
  for (const atom of atomsOf(expr, hostOf(version, parts)))
    for (const source of sourcesOfAtom(atom, version, parts))
      sources.set(sourceName(source), source);
  return [...sources.keys()].sort().flatMap((name) => sources.get(name) ?? []);
}

function conjunctPart(expr: Expr, version: number, parts: KeyParts): Part {
  const { test } = compileReading(expr, hostOf(version, parts));
  const found = sourcesOf(expr, version, parts);
  const sources: readonly Source[] = found.length === 0 ? [{ kind: "action" }] : found;
  return {
    input: sources.map(sourceName).join(", "),
    sources,
    test: ({ row }) => asTruth(test(row)),
  };
}

function scopeParts({ target, scope }: CompiledRule): readonly Part[] {
  const subjects: Part = {
    input: SCOPES[0],
    sources: [{ kind: "subject" }],
    test: ({ row }) =>
      and(
        fitsEntity(target, row.subject, "subject"),
        fitsEntity(scope.subjects, row.subject, "subject"),
      ),
  };
  const actions: Part = {
    input: SCOPES[1],
    sources: [{ kind: "action" }],
    test: ({ action }) => fitsAction(scope.actions, action),
  };
  const resources: Part = {
    input: SCOPES[2],
    sources: [{ kind: "resource" }],
    test: ({ row }) => fitsEntity(scope.resources, row.resource, "resource"),
  };
  return [
    ...(target === undefined && scope.subjects === undefined ? [] : [subjects]),
    ...(scope.actions === undefined ? [] : [actions]),
    ...(scope.resources === undefined ? [] : [resources]),
  ];
}

function exceptionSources(
  { exceptions }: CompiledRule,
  version: number,
  parts: KeyParts,
): readonly Source[] | undefined {
  if (exceptions.length === 0) return undefined;
  const sources = exceptions.flatMap(({ scope, exception }): readonly Source[] => [
    ...(scope.subjects === undefined ? [] : [{ kind: "subject" } as const]),
    ...(scope.actions === undefined ? [] : [{ kind: "action" } as const]),
    ...(scope.resources === undefined ? [] : [{ kind: "resource" } as const]),
    ...(exception.when === undefined ? [] : sourcesOf(exception.when.expr, version, parts)),
  ]);
  return [...new Map(sources.map((source) => [sourceName(source), source])).values()];
}

function slotOf(rule: CompiledRule, version: number, parts: KeyParts): Slot {
  const when = rule.rule.when;
  const conjuncts = when === undefined ? [] : chainOperands(when.expr, "&&");
  const why = (expr: Expr): string | undefined => whyUnheld(expr, version, parts);
  const held = conjuncts.filter((expr) => why(expr) === undefined);
  const asked = [
    ...conjuncts,
    ...rule.exceptions.flatMap(({ exception }) => exception.when?.expr ?? []),
  ];
  const unheld = asked.map(why).find((found) => found !== undefined);
  return {
    rule,
    versions: [version],
    parts: [...scopeParts(rule), ...held.map((expr) => conjunctPart(expr, version, parts))],
    exceptions: unheld === undefined ? exceptionSources(rule, version, parts) : undefined,
    unheld,
  };
}

/** The rules of all versions; one that means the same over the same catalog stands once. */
export function slotsOf(parts: KeyParts): readonly Slot[] {
  const slots = new Map<string, Slot>();
  parts.versions.forEach(({ set }, version) => {
    for (const rule of set.rules) {
      const name = JSON.stringify([rule.name, rule.text(), set.catalogForm()]);
      const known = slots.get(name);
      slots.set(
        name,
        known === undefined
          ? slotOf(rule, version, parts)
          : { ...known, versions: [...known.versions, version] },
      );
    }
  });
  return [...slots.values()];
}
