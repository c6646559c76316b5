import type { CallExpr, Expr, ListExpr, MapExpr } from "../ast.ts";
import { makeList, makeMap } from "../construct.ts";
import { callable } from "../functions.ts";
import { countOf } from "../functions/count.ts";
import { matcher } from "../regex.ts";
import { NoValue, Failure, Optional, type Value } from "../value.ts";
import type { Code, Emitter, Locals } from "./emitter.ts";

/** Texts up to this length are compared and searched by JavaScript itself. */
const SHORT_TEXT = 1_024;

const NOT_OPTIONAL = new Failure("no such overload: an optional was expected");

function isMethod(name: string, expr: CallExpr): expr is CallExpr & { readonly target: Expr } {
  return expr.target !== undefined && expr.name === name;
}

/** What an optional holds; undefined: none. */
function unwrap(optional: Value | NoValue): Value | NoValue | undefined {
  if (optional instanceof NoValue) return optional;
  return optional instanceof Optional ? optional.value : NOT_OPTIONAL;
}

function optionalOnly(value: Value | NoValue): Value | NoValue {
  return value instanceof NoValue || value instanceof Optional ? value : NOT_OPTIONAL;
}

/**
 * `optional.or(other)` and `optional.orValue(other)`; `other` runs only where the optional is none.
 */
function emitFallback(
  e: Emitter,
  expr: CallExpr & { readonly target: Expr },
  other: Expr,
  locals: Locals,
): Code {
  const whole = expr.name === "or";
  const optional = e.emit(expr.target, locals);
  const inner = e.assign(`${e.hold(unwrap)}(${optional.text})`);
  const result = e.name();
  e.line(`let ${result};`);
  e.line(
    `if (${inner.text} !== undefined) ${result} = ` +
      `${whole ? `${inner.text} instanceof ${e.hold(NoValue)} ? ${inner.text} : ${optional.text}` : inner.text};`,
  );
  e.line("else {");
  const fallback = e.emit(other, locals);
  e.line(`${result} = ${whole ? e.invoke(optionalOnly, [fallback]) : fallback.text};`);
  e.line("}");
  return { text: result };
}

/** The JavaScript that asks for a text so short that reading it takes no step worth counting. */
export function isShortText({ text }: Code): string {
  return `typeof ${text} === "string" && ${text}.length < ${SHORT_TEXT}`;
}

/**
 * The JavaScript of a string test on two known strings; undefined where `name` is no such test or
 * the part is not constant.
 */
function stringTest(e: Emitter, name: string, [text, part]: readonly Code[]): string | undefined {
  const literal = part?.constant?.value;
  if (text === undefined || part === undefined || typeof literal !== "string") return undefined;
  if (name === "contains") return `${text.text}.includes(${part.text})`;
  if (name === "startsWith" || name === "endsWith") return `${text.text}.${name}(${part.text})`;
  return name === "matches" ? `${e.hold(matcher(literal))}(${text.text})` : undefined;
}

function argumentsOf(expr: CallExpr): readonly Expr[] {
  return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
}

export function emitCall(e: Emitter, expr: CallExpr, locals: Locals): Code {
  const [other] = expr.args;
  if (
    other !== undefined &&
    expr.args.length === 1 &&
    (isMethod("or", expr) || isMethod("orValue", expr))
  ) {
    return emitFallback(e, expr, other, locals);
  }
  const args = argumentsOf(expr).map((arg) => e.emit(arg, locals));
  const name = expr.target === undefined ? expr.name : `.${expr.name}`;
  const body = callable(name, args.length);
  if (body === undefined)
    return e.constant(
      new Failure(`there is no function \`${expr.name}\` for ${expr.args.length} arguments`),
    );
  const folded = e.fold((...values) => body(values), args);
  if (folded !== undefined) return folded;
  e.spends();
  const slow = `${e.hold(body)}([${args.map((arg) => arg.text).join(", ")}])`;
  const test = stringTest(e, expr.name, args);
  const [text] = args;
  return e.assign(
    test === undefined || text === undefined ? slow : `${isShortText(text)} ? ${test} : ${slow}`,
  );
}

/**
 * `size(x)`, `x.size()`, `rank(x)` as a plain number, for comparing with one; undefined where
 * `expr` is none of them.
 */
export function emitCount(e: Emitter, expr: Expr, locals: Locals): Code | undefined {
  if (expr.kind !== "call") return undefined;
  const operands = argumentsOf(expr);
  const count = countOf(expr.target === undefined ? expr.name : `.${expr.name}`);
  const [operand] = operands;
  if (count === undefined || operand === undefined || operands.length !== 1) return undefined;
  return e.apply(count, e.emit(operand, locals));
}

export function emitList(e: Emitter, expr: ListExpr, locals: Locals): Code {
  const optional = expr.elements.map((element) => element.optional);
  const elements = expr.elements.map((element) => e.emit(element.value, locals));
  const folded = e.fold((...values) => makeList(values, optional), elements);
  return (
    folded ??
    e.assign(
      `${e.hold(makeList)}([${elements.map((code) => code.text).join(", ")}], ${e.hold(optional)})`,
    )
  );
}

export function emitMap(e: Emitter, expr: MapExpr, locals: Locals): Code {
  const optional = expr.entries.map((entry) => entry.optional);
  const parts = expr.entries.flatMap((entry) => [
    e.emit(entry.key, locals),
    e.emit(entry.value, locals),
  ]);
  const folded = e.fold((...values) => makeMap(values, optional), parts);
  return (
    folded ??
    e.assign(
      `${e.hold(makeMap)}([${parts.map((code) => code.text).join(", ")}], ${e.hold(optional)})`,
    )
  );
}
