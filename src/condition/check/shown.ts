import type { Expr } from "../ast.ts";
import { unparse } from "../unparse.ts";

const MAX_SHOWN = 60;

/** A text in single quotes where it has none: conditions often stand in double quotes of YAML. */
function singleQuoted(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (whole, inner: string) =>
    /['\\]/.test(inner) ? whole : `'${inner}'`,
  );
}

/** Text of a condition, cut to what fits into a message. */
export function shown(expr: Expr): string {
  const text = singleQuoted(unparse(expr));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

/** What a method is called on, in parentheses where the dot would take a part of it alone. */
export function shownTarget(expr: Expr): string {
  const isLoose = ["binary", "unary", "conditional"].includes(expr.kind);
  return isLoose ? `(${shown(expr)})` : shown(expr);
}
