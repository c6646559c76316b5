import { TYPE_NAMES, MESSAGE_TYPES } from "../types.ts";
import { literalText } from "../literal-value.ts";
import { plainName, staticPath } from "../paths.ts";
import type { Expr, HasExpr, IdentExpr, IndexExpr, SelectExpr } from "../ast.ts";
import { hasField, index, indexOptional, select, selectOptional } from "../access.ts";
import { NoValue, Failure, Optional, TypeValue, type Value } from "../value.ts";
import type { Code, Emitter, Locals } from "./emitter.ts";

function pathOf(e: Emitter, expr: Expr, locals: Locals): readonly string[] | undefined {
  return staticPath(expr, locals, e.host.roots);
}

function read(e: Emitter, path: readonly string[]): Code {
  return e.assign(`${e.hold(e.host.read(path))}(row)`);
}

function dotted(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind !== "select" || expr.optional) return undefined;
  const before = dotted(expr.operand);
  return before === undefined ? undefined : `${before}.${expr.field}`;
}

export function emitIdent(e: Emitter, expr: IdentExpr, locals: Locals): Code {
  const local = locals.get(expr.name);
  if (local !== undefined) return local;
  const path = pathOf(e, expr, locals);
  if (path !== undefined) return read(e, path);
  const name = plainName(expr);
  return e.constant(
    TYPE_NAMES.has(name) ? new TypeValue(name) : new Failure(`unknown name \`${name}\``),
  );
}

/** An optional of what is there. */
function some(value: Value | NoValue): Value | NoValue {
  return value instanceof NoValue ? value : new Optional(value);
}

function readOptional(e: Emitter, path: readonly string[]): Code {
  const result = e.name();
  const has = e.assign(`${e.hold(e.host.has(path))}(row)`);
  const read = `${e.hold(some)}(${e.hold(e.host.read(path))}(row))`;
  e.line(
    `const ${result} = ${has.text} === true ? ${read} : ${has.text} === false ? ` +
      `${e.hold(Optional.none)} : ${has.text};`,
  );
  return { text: result };
}

export function emitSelect(e: Emitter, expr: SelectExpr, locals: Locals): Code {
  const path = pathOf(e, expr.optional ? expr.operand : expr, locals);
  if (path !== undefined)
    return expr.optional ? readOptional(e, [...path, expr.field]) : read(e, path);
  const typeName = dotted(expr);
  if (
    typeName !== undefined &&
    MESSAGE_TYPES.has(typeName) &&
    !locals.has(typeName.replace(/\..*$/s, ""))
  )
    return e.constant(new TypeValue(typeName));
  const { field } = expr;
  return e.apply(
    expr.optional ? selectOptionalField : selectField,
    e.emit(expr.operand, locals),
    e.constant(field),
  );
}

function selectField(value: Value | NoValue, field: Value | NoValue): Value | NoValue {
  return select(value, typeof field === "string" ? field : "");
}

function selectOptionalField(value: Value | NoValue, field: Value | NoValue): Value | NoValue {
  return selectOptional(value, typeof field === "string" ? field : "");
}

function hasNamed(value: Value | NoValue, field: Value | NoValue): Value | NoValue {
  return hasField(value, typeof field === "string" ? field : "");
}

export function emitHas(e: Emitter, expr: HasExpr, locals: Locals): Code {
  const path = pathOf(e, expr.operand, locals);
  if (path !== undefined) return e.assign(`${e.hold(e.host.has([...path, expr.field]))}(row)`);
  return e.apply(hasNamed, e.emit(expr.operand, locals), e.constant(expr.field));
}

export function emitIndex(e: Emitter, expr: IndexExpr, locals: Locals): Code {
  const path = expr.optional ? undefined : pathOf(e, expr, locals);
  if (path !== undefined) return read(e, path);
  const operand = e.emit(expr.operand, locals);
  const name = literalText(expr.index);
  if (name !== undefined)
    return e.apply(expr.optional ? selectOptionalField : selectField, operand, e.constant(name));
  return e.apply(expr.optional ? indexOptional : index, operand, e.emit(expr.index, locals));
}
