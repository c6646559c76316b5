import type { CompiledRule } from "../engine/compiled-rule.ts";
import { asTruth } from "../engine/compiled-rule.ts";
import type { ActionName } from "../engine/scope.ts";
import { fitsAction, fitsEntity } from "../engine/scope.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { and, type Truth } from "../engine/truth.ts";
import { conjuncts } from "../condition/structure.ts";
import type { Expr } from "../condition/ast.ts";
import type { NoValue, Value } from "../condition/value.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { compiledAtoms, compileReading, type Atom } from "./values/atoms.ts";
import { declarationsForm } from "../policy/canonical-policy.ts";
import type { Condition } from "../policy/model.ts";
import type { ClassParts } from "./values/class-parts.ts";
import type { Source } from "./values/source.ts";
import {
  ACTION,
  columnsOf,
  entityReads,
  isHeld,
  readsName,
  rootOf,
  type EntityReads,
} from "./values/probe-plan.ts";

/** A call as one version sees it, as far as columns tell. */
export interface SeenCall {
  readonly row: EvaluationContext;
  readonly action: ActionName;
}

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

/** What is cut into parts: each has a bit in the words. */
export interface Cut {
  /** In which versions it stands, by their place; the first one is asked. */
  readonly versions: readonly number[];
  readonly parts: readonly Part[];
  /** Whether it reads more of a call than columns hold. */
  readonly unheld: boolean;
}

/** A rule of one version, or one that stands in both. */
export interface Slot extends Cut {
  readonly rule: CompiledRule;
  /** What tells whether an exception holds; undefined: the rule has none. */
  readonly exceptions: readonly Source[] | undefined;
  /** What of the rule reads what earlier calls left, or the time: asked on each call's own state. */
  readonly live: readonly LivePart[];
}

/** A part of a rule that no column tells. */
export interface LivePart {
  /** True where the rule does not match once this is false: an exception is none of those. */
  readonly conjunct: boolean;
  readonly expr: Expr;
  readonly test: (row: EvaluationContext) => Value | NoValue;
}

/** A declaration of state of one version: where its state-free parts may hold, a call may write it. */
export interface Write extends Cut {
  /** Its place among labels, counters and values. */
  readonly place: number;
  /** Whether its condition reads more than its parts: what earlier calls left, the time, the decision. */
  readonly live: boolean;
}

/** The scopes of subjects, actions and resources: these tables come first. */
export const SCOPES = ["subjects", "actions", "resources"] as const;

function sourceName(source: Source): string {
  return "index" in source ? `${source.kind} ${source.index}` : source.kind;
}

/** What tells the outcome of an atom. */
export function sourcesOfAtom(atom: Atom, version: number, parts: ClassParts): readonly Source[] {
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
  if (only === ACTION) return [{ kind: "action" }];
  const root = rootOf(only);
  if (root !== undefined) return [entitySource(entityReads(parts.layout, atom, root), parts)];
  const index = parts.columns.indexOf(only);
  if (index < 0) throw new Error(`no column holds what \`${atom.text}\` reads`);
  return [{ kind: "column", index }];
}

/** What tells the outcome of an atom that reads one entity alone. */
function entitySource(reads: EntityReads, parts: ClassParts): Source {
  const name = readsName(reads);
  const index = parts.plan.entities.findIndex((group) => readsName(group.reads) === name);
  if (index < 0) throw new Error(`no table holds what is read of \`${name}\``);
  return { kind: "attributes", index };
}

function hostOf(version: number, parts: ClassParts): CompiledSet["host"] {
  const host = parts.versions[version]?.set.host;
  if (host === undefined) throw new Error("a rule is of no version");
  return host;
}

/** Whether columns hold all that a condition reads of a call. */
function isColumnar(expr: Expr, version: number, parts: ClassParts): boolean {
  return compiledAtoms(expr, hostOf(version, parts)).every((atom) => isHeld(parts.layout, atom));
}

function sourcesOf(expr: Expr, version: number, parts: ClassParts): readonly Source[] {
  const host = hostOf(version, parts);
  const sources = new Map<string, Source>();
  for (const atom of compiledAtoms(expr, host))
    for (const source of sourcesOfAtom(atom, version, parts))
      sources.set(sourceName(source), source);
  return [...sources.keys()].sort().flatMap((name) => sources.get(name) ?? []);
}

/** What a condition is, conjunct by conjunct: what columns tell, and what only the state does. */
function conjunctsOf(
  when: Condition | undefined,
  version: number,
  parts: ClassParts,
): {
  readonly parts: readonly Part[];
  readonly live: readonly LivePart[];
  readonly unheld: boolean;
} {
  const host = hostOf(version, parts);
  const told: Part[] = [];
  const live: LivePart[] = [];
  let unheld = false;
  for (const expr of when === undefined ? [] : conjuncts(when.expr)) {
    const { test, dynamic } = compileReading(expr, host);
    if (!isColumnar(expr, version, parts)) unheld = true;
    else if (dynamic) live.push({ conjunct: true, expr, test });
    else told.push(conjunctPart({ expr, test }, version, parts));
  }
  return { parts: told, live, unheld };
}

function conjunctPart(
  { expr, test }: { readonly expr: Expr; readonly test: LivePart["test"] },
  version: number,
  parts: ClassParts,
): Part {
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
  parts: ClassParts,
): readonly Source[] | undefined {
  if (exceptions.length === 0) return undefined;
  const sources = exceptions.flatMap(({ scope, exception }): readonly Source[] => [
    ...(scope.subjects === undefined ? [] : [{ kind: "subject" } as const]),
    ...(scope.actions === undefined ? [] : [{ kind: "action" } as const]),
    ...(scope.resources === undefined ? [] : [{ kind: "resource" } as const]),
    ...(exception.when === undefined || isLive(exception.when, version, parts)
      ? []
      : sourcesOf(exception.when.expr, version, parts)),
  ]);
  return [...new Map(sources.map((source) => [sourceName(source), source])).values()];
}

function isLive(when: Condition, version: number, parts: ClassParts): boolean {
  return compileReading(when.expr, hostOf(version, parts)).dynamic;
}

/** The conditions of exceptions that read what earlier calls left, or the time. */
function liveExceptions(
  { exceptions }: CompiledRule,
  version: number,
  parts: ClassParts,
): readonly LivePart[] {
  return exceptions.flatMap(({ exception: { when } }) => {
    if (when === undefined) return [];
    const { test, dynamic } = compileReading(when.expr, hostOf(version, parts));
    return dynamic ? [{ conjunct: false, expr: when.expr, test }] : [];
  });
}

/** Why a row is decided on its event. */
export const UNHELD = "a rule reads more than columns contain";

function slotOf(rule: CompiledRule, version: number, parts: ClassParts): Slot {
  const conjuncts = conjunctsOf(rule.rule.when, version, parts);
  const isUnheld =
    conjuncts.unheld ||
    rule.exceptions.some(
      ({ exception: { when } }) => when !== undefined && !isColumnar(when.expr, version, parts),
    );
  return {
    rule,
    versions: [version],
    parts: [...scopeParts(rule), ...conjuncts.parts],
    exceptions: isUnheld ? undefined : exceptionSources(rule, version, parts),
    live: isUnheld ? [] : [...conjuncts.live, ...liveExceptions(rule, version, parts)],
    unheld: isUnheld,
  };
}

function declarationsOf({ declarations }: CompiledSet): readonly { readonly when?: Condition }[] {
  return [...declarations.labels, ...declarations.counters, ...declarations.values];
}

/** The declarations of all versions, each for itself. */
export function writesOf(parts: ClassParts): readonly Write[] {
  return parts.versions.flatMap(({ set, declarations }, version) =>
    declarationsOf(set).map(({ when }, place) => {
      const told = conjunctsOf(when, version, parts);
      return {
        place,
        versions: [version],
        parts: told.parts,
        live: told.live.length > 0,
        unheld: declarations[place]?.every((atom) => isHeld(parts.layout, atom)) === false,
      };
    }),
  );
}

/** The rules of all versions; one that means the same over the same catalog stands once. */
export function slotsOf(parts: ClassParts): readonly Slot[] {
  const slots = new Map<string, Slot>();
  parts.versions.forEach(({ set, rules }, version) => {
    const state = declarationsForm(set.declarations);
    for (const { rule, atoms } of rules) {
      // a rule finds what earlier calls left by its place among what its version declares
      const onState = atoms.some(({ dynamic }) => dynamic) ? state : "";
      const meaning = JSON.stringify([rule.name, rule.text(), set.catalogForm(), onState]);
      const known = slots.get(meaning);
      slots.set(
        meaning,
        known === undefined
          ? slotOf(rule, version, parts)
          : { ...known, versions: [...known.versions, version] },
      );
    }
  });
  return [...slots.values()];
}
