import type { Expr } from "../condition/ast.ts";
import { chainOperands, isChain, isNegation } from "../condition/structure.ts";
import { choose, constantClaim, every, negate, some, type Claim } from "./claim.ts";

/** What claims the parts of a condition make that its boolean structure joins. */
interface AtomicClaims {
  claim(expr: Expr): Claim;
}

/**
 * What a condition claims (design 3.5): its boolean structure over what `atoms` makes of the rest.
 */
export function conditionClaim(expr: Expr, atoms: AtomicClaims): Claim {
  const inner = (part: Expr): Claim => conditionClaim(part, atoms);
  if (expr.kind === "literal" && expr.literal.type === "bool")
    return constantClaim(expr.literal.value);
  if (expr.kind === "conditional")
    return choose(inner(expr.condition), inner(expr.then), inner(expr.otherwise));
  if (isNegation(expr)) return negate(inner(expr.operand));
  if (!isChain(expr)) return atoms.claim(expr);
  const parts = chainOperands(expr).map(inner);
  return expr.op === "&&" ? every(parts) : some(parts);
}
