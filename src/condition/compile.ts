import type { Expr } from "./ast.ts";
import { literalValue } from "./literal-value.ts";
import { emitCall, emitList, emitMap } from "./emit/calls.ts";
import { Emitter, type Code, type Host, type Locals } from "./emit/emitter.ts";
import { emitChain, emitConditional, emitUnary } from "./emit/logic.ts";
import { emitBind, emitComprehension } from "./emit/macros.ts";
import { emitOperator } from "./emit/operators.ts";
import { emitHas, emitIdent, emitIndex, emitSelect } from "./emit/paths.ts";
import { isChain } from "./structure.ts";
import { DEFAULT_STEPS } from "./meter.ts";
import type { NoValue, Value } from "./value.ts";

export type { Host } from "./emit/emitter.ts";

function emitExpression(e: Emitter, expr: Expr, locals: Locals): Code {
  switch (expr.kind) {
    case "literal":
      return e.constant(literalValue(expr.literal));
    case "ident":
      return emitIdent(e, expr, locals);
    case "select":
      return emitSelect(e, expr, locals);
    case "has":
      return emitHas(e, expr, locals);
    case "index":
      return emitIndex(e, expr, locals);
    case "unary":
      return emitUnary(e, expr, locals);
    case "binary":
      return isChain(expr) ? emitChain(e, expr, locals) : emitOperator(e, expr, locals);
    case "conditional":
      return emitConditional(e, expr, locals);
    case "call":
      return emitCall(e, expr, locals);
    case "list":
      return emitList(e, expr, locals);
    case "map":
      return emitMap(e, expr, locals);
    case "comprehension":
      return emitComprehension(e, expr, locals);
    case "bind":
      return emitBind(e, expr, locals);
  }
}

/**
 * The condition as one JavaScript function of a row; what it reads comes from the host's readers.
 * It never throws. Constant parts are computed here, once. Three-valued: Unknown and Failure are
 * outcomes (design 3.5). A part that takes more steps than the host gives it is a Failure.
 */
export function compileCondition<Row>(expr: Expr, host: Host<Row>): (row: Row) => Value | NoValue {
  const emitter = new Emitter(host, emitExpression, host.steps ?? DEFAULT_STEPS);
  const result = emitter.emitPart(expr, new Map());
  emitter.close();
  const names = emitter.constants.map((_, i) => `c${i} = c[${i}]`);
  const declarations = names.length === 0 ? "" : `const ${names.join(", ")};\n`;
  const source =
    `"use strict";\n${declarations}return function condition(row) {\n` +
    `${emitter.lines.join("\n")}\nreturn ${result.text};\n};`;
  const compiled: (row: Row) => Value | NoValue = new Function("c", source)(emitter.constants);
  return compiled;
}
