import type { Expr } from "../../condition/ast.ts";
import { compileCondition, type Host } from "../../condition/compile.ts";
import type { NoValue, Value } from "../../condition/value.ts";
import { unparse } from "../../condition/unparse.ts";
import { atoms } from "../../condition/structure.ts";
import type { EvaluationContext } from "../../engine/evaluation-context.ts";
import { isPath, plainAtom, type PlainAtom } from "./plain-atoms.ts";

/**
 * A part of a condition below its `&&`, `||` and `!`: what the condition comes to is a function of
 * what its atoms come to.
 */
export interface Atom {
  /**
   * What it says, in one form: two atoms of one text come to the same over the same catalog and
   * data.
   */
  readonly text: string;
  /** Every attribute path that it reads. */
  readonly paths: readonly (readonly string[])[];
  readonly test: (row: EvaluationContext) => Value | NoValue;
  /** True where it reads what the calls before left, the time, or the decision itself. */
  readonly dynamic: boolean;
  /** What is all that it asks of its one attribute; undefined: it asks more. */
  readonly plain: PlainAtom | undefined;
  /** The two attributes whose equality is all that it asks; undefined: it asks more. */
  readonly compared: readonly [Atom, Atom] | undefined;
}

const DYNAMIC: ReadonlySet<string> = new Set(["session", "now", "decision", "outcome"]);

/** A compiled expression with the paths that it reads. */
export function compileReading(expr: Expr, host: Host<EvaluationContext>): Atom {
  const paths = new Map<string, readonly string[]>();
  const note = (path: readonly string[]): void => void paths.set(path.join("\u0000"), path);
  const recorder: Host<EvaluationContext> = {
    roots: host.roots,
    ...(host.steps === undefined ? {} : { steps: host.steps }),
    read: (path) => (note(path), host.read(path)),
    has: (path) => (note(path), host.has(path)),
    contains: (path, literal) => (note(path), host.contains?.(path, literal)),
  };
  const test = compileCondition<EvaluationContext>(expr, recorder);
  const read = [...paths.values()];
  return {
    text: unparse(expr),
    paths: read,
    test,
    dynamic: read.some(([root]) => root !== undefined && DYNAMIC.has(root)),
    plain: plainAtom(expr),
    compared: comparedBy(expr, host),
  };
}

function comparedBy(expr: Expr, host: Host<EvaluationContext>): Atom["compared"] {
  return expr.kind === "binary" &&
    (expr.op === "==" || expr.op === "!=") &&
    isPath(expr.left) &&
    isPath(expr.right)
    ? [compileReading(expr.left, host), compileReading(expr.right, host)]
    : undefined;
}

/** The atoms of a condition, compiled, in the order of the text. */
export function compiledAtoms(expr: Expr, host: Host<EvaluationContext>): readonly Atom[] {
  return atoms(expr).map((atom) => compileReading(atom, host));
}
