import {
  matchRule,
  compileTest,
  staticFit,
  type CompiledRule,
  type Test,
} from "../engine/compiled-rule.ts";
import { rowOf } from "../engine/prepared-call.ts";
import type { AttributeHost } from "../engine/attributes.ts";
import type { MemberDecision } from "../engine/member.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { fitsAction, fitsEntity } from "../engine/scope.ts";
import { and, type Truth } from "../engine/truth.ts";
import type { Condition, Document } from "../policy/model.ts";
import { atomicTests } from "./atomic-tests.ts";
import type { Explaining } from "./rule-tree.ts";
import type { Decided } from "./run-test.ts";
import type { LineRef } from "../documents/test-result.ts";

/** One atomic condition and which of its outcomes were reached. */
export interface AtomCover {
  readonly owner: string;
  readonly text: string;
  readonly at: LineRef;
  readonly whenTrue: Test;
  readonly whenFalse: Test;
  sawTrue: boolean;
  sawFalse: boolean;
}

/** Whether a rule matched, and its atomic conditions. */
export interface RuleCover {
  readonly name: string;
  readonly at: LineRef;
  readonly atoms: readonly AtomCover[];
  /** Those of each exception, in the rule's order. */
  readonly exceptions: readonly (readonly AtomCover[])[];
  matched: boolean;
}

interface DeclarationCover {
  readonly atoms: readonly AtomCover[];
  readonly on: "permitted" | "completed" | "attempted";
}

function coversOf(
  condition: Condition | undefined,
  owner: string,
  { host, lines }: { host: AttributeHost; lines: Explaining["lines"] },
): readonly AtomCover[] {
  if (condition === undefined) return [];
  return atomicTests(condition.expr).map(({ expr, whenTrue, whenFalse }) => ({
    owner,
    text: condition.text.slice(expr.start, expr.end).replace(/\s+/g, " "),
    at: lines.at(condition.place.file, condition.toFile(expr.start)),
    whenTrue: compileTest(whenTrue, host),
    whenFalse: compileTest(whenFalse, host),
    sawTrue: false,
    sawFalse: false,
  }));
}

function note(atoms: readonly AtomCover[], row: EvaluationContext): void {
  for (const atom of atoms) {
    if (!atom.sawTrue) atom.sawTrue = atom.whenTrue(row) === true;
    if (!atom.sawFalse) atom.sawFalse = atom.whenFalse(row) === true;
  }
}

/**
 * Notes which rules matched and which outcomes their atomic conditions had (design 8.3). A
 * condition is asked apart from its neighbours wherever its rule's scope fits; nothing here is on
 * the way of deciding.
 */
export class CoverageRecorder {
  readonly rules: readonly RuleCover[];
  readonly #byName: ReadonlyMap<string, RuleCover>;
  readonly #declarations: readonly DeclarationCover[];

  constructor(explaining: Explaining, documents: readonly Document[]) {
    const context = { host: explaining.set.host, lines: explaining.lines };
    this.rules = explaining.set.rules.map(({ name, rule }) => ({
      name,
      at: explaining.lines.of(rule.place),
      atoms: coversOf(rule.when, name, context),
      exceptions: rule.exceptions.map((exception) => coversOf(exception.when, name, context)),
      matched: false,
    }));
    this.#byName = new Map(this.rules.map((cover) => [cover.name, cover]));
    this.#declarations = documents.flatMap((document) => {
      if (document.kind !== "Policy") return [];
      const { labels, counters, values } = document.session;
      return [...labels, ...counters, ...values].map((d) => ({
        on: d.on,
        atoms: coversOf(d.when, `${document.name}/session.${d.name}`, context),
      }));
    });
  }

  /** Every atomic condition, those of session declarations included. */
  get atoms(): readonly AtomCover[] {
    return [
      ...this.rules.flatMap((cover) => [...cover.atoms, ...cover.exceptions.flat()]),
      ...this.#declarations.flatMap((d) => d.atoms),
    ];
  }

  /** Takes one decided call, before it changes the state. */
  take({ call, outcome, run, applied }: Decided): void {
    for (const member of outcome.members) this.#member(member, call);
    const row = {
      ...rowOf(call, call.subject, run.state),
      verdict: applied.verdict,
      outcomeKnown: applied.outcomeKnown,
    };
    for (const { on, atoms } of this.#declarations)
      if (on === "attempted" || applied.ran !== "no") note(atoms, row);
  }

  #member(member: MemberDecision, call: Decided["call"]): void {
    for (const item of [...member.rules, ...member.shadow]) {
      const cover = this.#byName.get(item.name);
      if (cover !== undefined && item.truth === true) cover.matched = true;
    }
    for (const { rule } of member.plan) {
      const cover = this.#byName.get(rule.name);
      if (cover !== undefined && (cover.atoms.length > 0 || cover.exceptions.length > 0))
        this.#rule(rule, cover, { row: member.row, call });
    }
  }

  #rule(
    rule: CompiledRule,
    cover: RuleCover,
    { row, call }: { row: EvaluationContext; call: Decided["call"] },
  ): void {
    const scope: Truth = and(
      staticFit(rule, row, call.action.name),
      fitsEntity(rule.scope.resources, row.resource, "resource"),
    );
    if (scope !== true) return;
    note(cover.atoms, row);
    if (rule.exceptions.length === 0) return;
    if (
      matchRule({ ...rule, exceptions: [] }, row, { fit: true, action: call.action.name }).truth !==
      true
    )
      return;
    rule.exceptions.forEach(({ scope: narrower }, i) => {
      const fits = and(
        fitsEntity(narrower.subjects, row.subject, "subject"),
        and(
          fitsAction(narrower.actions, call.action.name),
          fitsEntity(narrower.resources, row.resource, "resource"),
        ),
      );
      if (fits === true) note(cover.exceptions[i] ?? [], row);
    });
  }
}
