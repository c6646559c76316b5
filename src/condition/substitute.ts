import type { Expr } from "./ast.ts";

/**
 * The expression with another in place of a variable; undefined where it binds variables of its own,
 * or is a map.
 */
export function substitute(expr: Expr, name: string, by: Expr): Expr | undefined {
  const inner = (part: Expr): Expr | undefined => substitute(part, name, by);
  switch (expr.kind) {
    case "literal":
      return expr;
    case "ident":
      return expr.name === name ? by : expr;
    case "select":
    case "has":
    case "unary": {
      const operand = inner(expr.operand);
      return operand && { ...expr, operand };
    }
    case "index": {
      const [operand, index] = [inner(expr.operand), inner(expr.index)];
      return operand && index && { ...expr, operand, index };
    }
    case "binary": {
      const [left, right] = [inner(expr.left), inner(expr.right)];
      return left && right && { ...expr, left, right };
    }
    case "conditional": {
      const [condition, then, otherwise] = [
        inner(expr.condition),
        inner(expr.then),
        inner(expr.otherwise),
      ];
      return condition && then && otherwise && { ...expr, condition, then, otherwise };
    }
    case "call": {
      const args = all(expr.args.map(inner));
      if (args === undefined || expr.target === undefined) return args && { ...expr, args };
      const target = inner(expr.target);
      return target && { ...expr, target, args };
    }
    case "list": {
      const values = all(expr.elements.map(({ value }) => inner(value)));
      const elements = values?.map((value, i) => ({
        value,
        optional: expr.elements[i]?.optional === true,
      }));
      return elements && { ...expr, elements };
    }
    case "map":
    case "comprehension":
    case "bind":
      return undefined;
  }
}

function all(parts: readonly (Expr | undefined)[]): readonly Expr[] | undefined {
  const found = parts.filter((part) => part !== undefined);
  return found.length === parts.length ? found : undefined;
}
