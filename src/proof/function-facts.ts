import type { Expr } from "../condition/ast.ts";
import { compileCondition, type Host } from "../condition/compile.ts";
import { Failure, Unknown, type NoValue, type Value } from "../condition/value.ts";
import { ATTRIBUTE_ROOTS } from "../engine/attributes.ts";
import { ABSENT, onlyValue, VOID, type Cell, type CellTest } from "./cell.ts";
import { valueTests } from "./facts.ts";
import type { Literal } from "./formula.ts";
import type { Model } from "./model.ts";

const MISSING = new Failure("absent");
const OPEN = new Unknown(["not settled"]);

function cellAt(model: Model, path: readonly string[]): Cell | undefined {
  return model.get(JSON.stringify(path))?.cell;
}

/**
 * What an attribute is where a model has settled on it. WHY no numbers: what is declared an integer
 * is divided in another way.
 */
function settled(cell: Cell | undefined): string | boolean | undefined {
  const value = cell === undefined ? undefined : onlyValue(cell);
  return typeof value === "number" ? undefined : value;
}

/** Attributes as a model knows them; all that it has not settled on is unknown. */
const HOST: Host<Model> = {
  roots: ATTRIBUTE_ROOTS,
  read:
    (path) =>
    (model): Value | NoValue => {
      const cell = cellAt(model, path);
      return cell?.kinds === ABSENT ? MISSING : (settled(cell) ?? OPEN);
    },
  has:
    (path) =>
    (model): boolean | NoValue => {
      const cell = cellAt(model, path);
      return cell?.kinds === ABSENT ? false : settled(cell) === undefined ? OPEN : true;
    },
};

type Evaluate = (model: Model) => Value | NoValue;

const compiled = new WeakMap<Expr, Evaluate>();

function evaluatorOf(expr: Expr): Evaluate {
  const known = compiled.get(expr);
  if (known !== undefined) return known;
  const made = compileCondition(expr, HOST);
  compiled.set(expr, made);
  return made;
}

function testsFor(value: Value | NoValue, cell: Cell): readonly CellTest[] {
  if (value instanceof Unknown) return [];
  if (value instanceof Failure) return [{ kinds: VOID }];
  return typeof value === "string" || typeof value === "boolean" ? valueTests(value, cell) : [];
}

/**
 * What terms come to of which the attributes are settled, as far as these alone decide: whatever
 * else they read is unknown, so that it holds of every value (design 4.2).
 */
export function functionFacts(model: Model): readonly Literal[] {
  const isSettled = [...model.values()].some(
    ({ variable: { path }, cell }) =>
      path !== undefined && (cell.kinds === ABSENT || settled(cell) !== undefined),
  );
  if (!isSettled) return [];
  return [...model.values()].flatMap(({ variable, cell }) =>
    variable.expr === undefined || variable.compares !== undefined
      ? []
      : testsFor(evaluatorOf(variable.expr)(model), cell).map(
          (test): Literal => ({ kind: "literal", variable, test }),
        ),
  );
}
