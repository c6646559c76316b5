import type { Expr } from "../condition/ast.ts";
import { literalJson } from "../condition/literal-value.ts";
import { readsPath } from "../condition/paths.ts";
import { parseExpression } from "../condition/parse.ts";
import { unparse } from "../condition/unparse.ts";
import { visitAll } from "../condition/walk.ts";
import { allConditions } from "../policy/conditions.ts";
import type {
  CounterDeclaration,
  LabelDeclaration,
  SessionExample,
  ValuesDeclaration,
} from "../policy/model.ts";
import type { AnalysedSet } from "./analysed-set.ts";
import { constantClaim, type Claim } from "./claim.ts";
import { conditionClaim } from "./condition-claim.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import { pathOf } from "./variables.ts";

export type StateDeclaration = LabelDeclaration | CounterDeclaration | ValuesDeclaration;

/**
 * Something that session state may come to hold: a label, a value in a list, a counter above a
 * number.
 */
export interface StateLiteral {
  readonly declaration: StateDeclaration;
  /** That state holds it. */
  readonly held: Claim;
  /** What a call is that makes it hold, on a state that does not. */
  readonly sets: Formula;
  /** What a call is that may not make it hold. */
  readonly misses: Formula;
  /** Whether it stays known once it holds: only a label does. */
  readonly stays: boolean;
  /** Whether a state that is known in full holds it. */
  readonly isHeldBy: (state: SessionExample) => boolean;
  /** Of a counter: the number that it is held against, and what calls add to it. */
  readonly counts?: { readonly bound: number; readonly add: string };
}

/** A literal as texts of conditions; `adds`: what a call has to be beside its trigger. */
interface Written extends Pick<StateLiteral, "stays" | "isHeldBy" | "counts"> {
  readonly held: string;
  readonly adds?: string;
}

const NEVER = constantClaim(false);

/** The claim of a condition as if somebody had written it. */
function claimOf({ atoms }: AnalysedSet, text: string): Claim {
  const parsed = parseExpression(text);
  return parsed.ok ? conditionClaim(parsed.expr, atoms) : NEVER;
}

function whenOf({ atoms }: AnalysedSet, { when }: StateDeclaration): Claim {
  return when === undefined ? constantClaim(true) : conditionClaim(when.expr, atoms);
}

function literalOf(
  analysed: AnalysedSet,
  declaration: StateDeclaration,
  { held, adds, ...rest }: Written,
): StateLiteral {
  const when = whenOf(analysed, declaration);
  const added = adds === undefined ? constantClaim(true) : claimOf(analysed, adds);
  return {
    ...rest,
    declaration,
    held: claimOf(analysed, held),
    sets: allOf([when("true"), added("true")]),
    misses: anyOf([when("notTrue"), added("notTrue")]),
  };
}

function memberText(root: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? `${root}.${name}`
    : `${root}[${JSON.stringify(name)}]`;
}

function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}

function labelText(name: string): string {
  return `${JSON.stringify(name)} in session.labels`;
}

const ORDERED: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "=="]);
const MOST_BOUNDS = 6;

/** Numbers that conditions compare a counter with, or a sum that a counter is part of. */
function boundsOf(conditions: readonly Expr[], counter: readonly string[]): readonly number[] {
  const bounds = new Set<number>([0]);
  for (const condition of conditions)
    visitAll(condition, (node) => {
      if (node.kind !== "binary" || !ORDERED.has(node.op) || !readsPath(node, counter)) return;
      for (const side of [node.left, node.right]) {
        const value = literalJson(side);
        if (typeof value === "number" && value > 0 && Number.isFinite(value)) bounds.add(value);
      }
    });
  return [...bounds].slice(0, MOST_BOUNDS);
}

function counterLiterals(
  analysed: AnalysedSet,
  declaration: CounterDeclaration,
  conditions: readonly Expr[],
): readonly StateLiteral[] {
  const { name } = declaration;
  const counter = memberText("session.counters", name);
  const add = `(${unparse(declaration.add.expr)})`;
  const count = ({ counters }: SessionExample): number => counters[name] ?? 0;
  return boundsOf(conditions, ["session", "counters", name]).flatMap((bound) => {
    const number = doubleText(bound);
    const passed = (op: ">" | ">="): StateLiteral =>
      literalOf(analysed, declaration, {
        held: `${counter} ${op} ${number}`,
        adds: bound === 0 ? `${add} > 0.0` : `${counter} + ${add} ${op} ${number}`,
        stays: false,
        isHeldBy: (state) => (op === ">" ? count(state) > bound : count(state) >= bound),
        counts: { bound, add },
      });
    return bound === 0 ? [passed(">")] : [passed(">"), passed(">=")];
  });
}

/** A value that a condition looks for in a list of the session. */
interface SoughtValue {
  readonly item: Expr;
  readonly list: string;
  readonly whole: Expr;
}

function soughtValues(conditions: readonly Expr[]): readonly SoughtValue[] {
  const found = new Map<string, SoughtValue>();
  for (const condition of conditions)
    visitAll(condition, (node) => {
      if (node.kind !== "binary" || node.op !== "in") return;
      const [root, kind, list] = pathOf(node.right) ?? [];
      if (root === "session" && kind === "values" && list !== undefined)
        found.set(unparse(node), { item: node.left, list, whole: node });
    });
  return [...found.values()];
}

/** What conditions look for in a list: constants by themselves, all else as anything. */
function valueLiterals(
  analysed: AnalysedSet,
  declaration: ValuesDeclaration,
  conditions: readonly Expr[],
): readonly StateLiteral[] {
  const add = `(${unparse(declaration.add.expr)})`;
  const sought = soughtValues(conditions).filter(({ list }) => list === declaration.name);
  return sought.map(({ item, whole }) => {
    const value = literalJson(item);
    return literalOf(analysed, declaration, {
      held: unparse(whole),
      stays: false,
      isHeldBy: ({ values }) => {
        const list = values[declaration.name] ?? [];
        return value === undefined ? list.length > 0 : list.includes(value);
      },
      ...(value !== undefined && { adds: `${add} == ${unparse(item)}` }),
    });
  });
}

function conditionsOf({ documents }: AnalysedSet): readonly Expr[] {
  return allConditions(documents).map(({ expr }) => expr);
}

/** All that conditions of a set ask its session state for. */
export function stateLiterals(analysed: AnalysedSet): readonly StateLiteral[] {
  const { labels, counters, values } = analysed.set.declarations;
  const conditions = conditionsOf(analysed);
  return [
    ...labels.map((label) =>
      literalOf(analysed, label, {
        held: labelText(label.name),
        stays: true,
        isHeldBy: (state) => state.labels.includes(label.name),
      }),
    ),
    ...counters.flatMap((counter) => counterLiterals(analysed, counter, conditions)),
    ...values.flatMap((list) => valueLiterals(analysed, list, conditions)),
  ];
}

/** That a value is found in a list just where the list holds it. */
function pinnedValue(
  analysed: AnalysedSet,
  { item, whole, list }: SoughtValue,
  { values }: SessionExample,
): Formula {
  const held = claimOf(analysed, unparse(whole));
  const elements = (values[list] ?? []).map((one) => JSON.stringify(one)).join(", ");
  const listed = claimOf(analysed, `(${unparse(item)}) in [${elements}]`);
  // first where nothing is asked of it: a call has no more arguments than it needs
  return anyOf([
    allOf([held("notTrue"), held("notFalse")]),
    allOf([held("true"), listed("true")]),
    allOf([held("false"), listed("false")]),
  ]);
}

/** What holds where session state is known in full. */
export function pinnedState(analysed: AnalysedSet, state: SessionExample): Formula {
  const { labels, counters } = analysed.set.declarations;
  const sought = soughtValues(conditionsOf(analysed));
  return allOf([
    ...labels.map(({ name }) =>
      claimOf(analysed, labelText(name))(state.labels.includes(name) ? "true" : "false"),
    ),
    ...counters.map(({ name }) =>
      claimOf(
        analysed,
        `${memberText("session.counters", name)} == ${doubleText(state.counters[name] ?? 0)}`,
      )("true"),
    ),
    ...sought.map((one) => pinnedValue(analysed, one, state)),
  ]);
}

/** A way in which one call brings a state nearer to holding a literal. */
export interface TriggerStep {
  readonly formula: Formula;
  /** Whether it is worth making the call again. */
  readonly repeats: boolean;
}

/** Calls in which a counter may be brought to its bound. */
const PORTIONS = [1, 2, 3];

/** The calls that bring a state nearer to holding a literal; none where it does. */
export function triggerSteps(
  analysed: AnalysedSet,
  one: StateLiteral,
  state: SessionExample,
): readonly TriggerStep[] {
  if (one.isHeldBy(state)) return [];
  const { counts, declaration, sets } = one;
  if (counts === undefined || counts.bound === 0) return [{ formula: sets, repeats: false }];
  const missing = counts.bound - (state.counters[declaration.name] ?? 0);
  const when = whenOf(analysed, declaration)("true");
  const adding = (amount: string): Formula =>
    allOf([when, claimOf(analysed, `${counts.add} ${amount}`)("true")]);
  return [
    { formula: sets, repeats: false },
    ...PORTIONS.map((share) => ({
      formula: adding(`>= ${doubleText(missing / share)}`),
      repeats: share > 1,
    })),
    { formula: adding("> 0.0"), repeats: true },
  ];
}
