import type { ConditionalExpr, UnaryExpr } from "../ast.ts";
import { negate } from "../arithmetic.ts";
import { notBoolean, undecided } from "../logic.ts";
import type { NoValue } from "../value.ts";
import { type Value } from "../value.ts";
import { chainOperands, type ChainExpr } from "../structure.ts";
import type { Code, Emitter, Locals } from "./emitter.ts";

function not(operand: Value | NoValue): Value | NoValue {
  return typeof operand === "boolean" ? !operand : notBoolean(operand);
}

export function emitUnary(e: Emitter, expr: UnaryExpr, locals: Locals): Code {
  if (expr.op === "-") {
    const operand = e.emit(expr.operand, locals);
    const body = negate;
    return (
      e.fold(body, [operand]) ??
      e.assign(
        `typeof ${operand.text} === "number" ? -${operand.text} : ${e.invoke(body, [operand])}`,
      )
    );
  }
  const operand = e.emitPart(expr.operand, locals);
  const { text } = operand;
  return (
    e.fold(not, [operand]) ??
    e.assign(`${text} === true ? false : ${text} === false ? true : ${e.invoke(not, [operand])}`)
  );
}

/**
 * `&&` and `||` over a whole chain: a deciding operand ends it; what does not decide is collected
 * in `bad`. One flat block, so that chains of any length stay flat in the generated code too.
 */
export function emitChain(e: Emitter, expr: ChainExpr, locals: Locals): Code {
  const decides = expr.op === "||";
  const result = e.name();
  const bad = e.name();
  const label = e.name("L");
  e.line(`let ${result}, ${bad};`);
  e.line(`${label}: {`);
  for (const operand of chainOperands(expr)) {
    const { text, constant } = e.emitPart(operand, locals);
    if (constant?.value === !decides) continue;
    if (constant?.value !== undefined && constant.value !== decides) {
      e.line(`${bad} = ${e.hold(undecided)}(${bad}, ${text});`);
      continue;
    }
    e.line(`if (${text} === ${decides}) { ${result} = ${decides}; break ${label}; }`);
    if (constant === undefined)
      e.line(`if (${text} !== ${!decides}) ${bad} = ${e.hold(undecided)}(${bad}, ${text});`);
  }
  e.line(`${result} = ${bad} === undefined ? ${!decides} : ${bad};`);
  e.line("}");
  return { text: result };
}

/** `c ? a : b`; only the chosen branch runs. */
export function emitConditional(e: Emitter, expr: ConditionalExpr, locals: Locals): Code {
  const condition = e.emit(expr.condition, locals);
  if (condition.constant !== undefined) {
    const { value } = condition.constant;
    return typeof value === "boolean"
      ? e.emit(value ? expr.then : expr.otherwise, locals)
      : e.constant(notBoolean(value));
  }
  const result = e.name();
  e.line(`let ${result};`);
  e.line(`if (${condition.text} === true) {`);
  e.line(`${result} = ${e.emit(expr.then, locals).text};`);
  e.line(`} else if (${condition.text} === false) {`);
  e.line(`${result} = ${e.emit(expr.otherwise, locals).text};`);
  e.line(`} else ${result} = ${e.invoke(notBoolean, [condition])};`);
  return { text: result };
}
