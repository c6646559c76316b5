import type { BindExpr, ComprehensionExpr } from "../ast.ts";
import { pairs, sequence } from "../construct.ts";
import { undecided, unseen } from "../logic.ts";
import { TOO_COSTLY } from "../meter.ts";
import { NoValue, Failure, Optional, type Value } from "../value.ts";
import type { Code, Emitter, Locals } from "./emitter.ts";

/** The names that the generated loop of a macro uses. */
interface Loop {
  readonly label: string;
  readonly result: string;
  readonly bad: string;
  readonly rest: string;
  readonly index: string;
  readonly count: string;
  readonly locals: Locals;
}

/** Takes a range that is no plain list apart into what the loop runs over; one without a value ends it. */
function takeApart(
  e: Emitter,
  { second }: ComprehensionExpr,
  {
    label,
    result,
    items,
    keys,
    rest,
  }: Pick<Loop, "label" | "result" | "rest"> & { readonly items: string; readonly keys: string },
): void {
  const walk = e.name();
  const fill =
    `const ${walk} = ${e.hold(second === undefined ? sequence : pairs)}(${items}); if ` +
    `(${walk} instanceof ${e.hold(NoValue)}) { ${result} = ${walk}; break ${label}; } ${items} = ` +
    `${walk}.items; ${keys} = ${walk}.keys; ${rest} = ${walk}.rest;`;
  e.line(second === undefined ? `if (!Array.isArray(${items})) { ${fill} }` : fill);
}

/**
 * Opens the loop. Its variable runs over the elements, then once more over `rest`, if there may be
 * others.
 */
function open(e: Emitter, expr: ComprehensionExpr, locals: Locals): Loop {
  const range = e.emit(expr.range, locals);
  const [label, result, bad, rest, index, count] = [
    e.name("L"),
    e.name(),
    e.name(),
    e.name(),
    e.name(),
    e.name(),
  ];
  const [items, keys, item] = [e.name(), e.name(), e.name()];
  e.line(`let ${result}, ${bad};`);
  e.line(`${label}: {`);
  e.line(`let ${items} = ${range.text}, ${keys}, ${rest};`);
  takeApart(e, expr, { label, result, items, keys, rest });
  e.line(`const ${count} = ${items}.length;`);
  e.line(
    `for (let ${index} = 0; ${index} < ${count} || (${index} === ${count} && ${rest} !== undefined); ${index}++) {`,
  );
  e.line(`const ${item} = ${index} === ${count} ? ${rest} : ${items}[${index}];`);
  e.enterLoop(`${result} = ${e.hold(TOO_COSTLY)}; break ${label};`);
  const inner = new Map(locals);
  if (expr.second === undefined) inner.set(expr.variable, { text: item });
  else
    inner
      .set(expr.variable, e.assign(`${index} === ${count} ? ${rest} : ${keys}[${index}]`))
      .set(expr.second, { text: item });
  return { label, result, bad, rest, index, count, locals: inner };
}

function close(e: Emitter, loop: Loop, outcome: string): Code {
  e.leaveLoop();
  e.line("}");
  e.line(`${loop.result} = ${loop.bad} === undefined ? ${outcome} : ${loop.bad};`);
  e.line("}");
  return { text: loop.result };
}

function collect(e: Emitter, loop: Loop, text: string): string {
  return `${loop.bad} = ${e.hold(undecided)}(${loop.bad}, ${text});`;
}

/** `all` and `exists`: a deciding element wins wherever it stands (design 3.5). */
function emitQuantifier(
  e: Emitter,
  expr: ComprehensionExpr,
  decides: boolean,
  locals: Locals,
): Code {
  const loop = open(e, expr, locals);
  const { text } = e.emit(expr.body, loop.locals);
  const unknownRest = collect(e, loop, `${e.hold(unseen)}(${text}, ${loop.rest})`);
  e.line(`if (${text} === ${!decides}) continue;`);
  e.line(`if (${loop.index} === ${loop.count}) { ${unknownRest} }`);
  e.line(`else if (${text} === ${decides}) { ${loop.result} = ${decides}; break ${loop.label}; }`);
  e.line(`else ${collect(e, loop, text)}`);
  return close(e, loop, String(!decides));
}

/**
 * Ends the round of the elements that nobody knows: with one of them, nothing definite comes out.
 */
function skipRest(e: Emitter, loop: Loop): void {
  e.line(`if (${loop.index} === ${loop.count}) { ${collect(e, loop, loop.rest)} continue; }`);
}

function emitExistsOne(e: Emitter, expr: ComprehensionExpr, locals: Locals): Code {
  const hits = e.name();
  e.line(`let ${hits} = 0;`);
  const loop = open(e, expr, locals);
  skipRest(e, loop);
  const { text } = e.emit(expr.body, loop.locals);
  e.line(`if (${text} === true) ${hits}++; else if (${text} !== false) ${collect(e, loop, text)}`);
  return close(e, loop, `${hits} === 1`);
}

/** `map` and `filter`: any NoValue element makes the whole NoValue. */
function emitList(e: Emitter, expr: ComprehensionExpr, locals: Locals): Code {
  const list = e.name();
  e.line(`const ${list} = [];`);
  const loop = open(e, expr, locals);
  skipRest(e, loop);
  const condition = expr.macro === "filter" ? expr.body : expr.filter;
  if (condition !== undefined) {
    const { text } = e.emit(condition, loop.locals);
    e.line(`if (${text} === false) continue;`);
    e.line(`if (${text} !== true) { ${collect(e, loop, text)} continue; }`);
  }
  const item =
    expr.macro === "filter"
      ? (loop.locals.get(expr.variable)?.text ?? "")
      : e.emit(expr.body, loop.locals).text;
  const isBad = `${item} instanceof ${e.hold(NoValue)}`;
  e.line(
    expr.macro === "filter"
      ? `${list}.push(${item});`
      : `if (${isBad}) ${collect(e, loop, item)} else ${list}.push(${item});`,
  );
  return close(e, loop, list);
}

export function emitComprehension(e: Emitter, expr: ComprehensionExpr, locals: Locals): Code {
  if (expr.macro === "all" || expr.macro === "exists")
    return emitQuantifier(e, expr, expr.macro === "exists", locals);
  return expr.macro === "exists_one" ? emitExistsOne(e, expr, locals) : emitList(e, expr, locals);
}

const NOT_OPTIONAL = new Failure("no such overload: an optional was expected");

/** What `optMap` and `optFlatMap` are called on if their body is not to run: NoValue, or none. */
function unmapped(init: Value | NoValue): Value | NoValue | undefined {
  if (init instanceof NoValue) return init;
  if (!(init instanceof Optional)) return NOT_OPTIONAL;
  return init.value === undefined ? init : undefined;
}

function inner(init: Value | NoValue): Value | NoValue {
  return init instanceof Optional ? (init.value ?? null) : init;
}

function some(value: Value | NoValue): Value | NoValue {
  return value instanceof NoValue ? value : new Optional(value);
}

function flat(value: Value | NoValue): Value | NoValue {
  return value instanceof NoValue || value instanceof Optional ? value : NOT_OPTIONAL;
}

export function emitBind(e: Emitter, expr: BindExpr, locals: Locals): Code {
  const init = e.emit(expr.init, locals);
  if (expr.macro === "bind") return e.emit(expr.body, new Map(locals).set(expr.variable, init));
  const result = e.name();
  e.line(`let ${result} = ${e.hold(unmapped)}(${init.text});`);
  e.line(`if (${result} === undefined) {`);
  const value = e.assign(e.invoke(inner, [init]));
  const body = e.emit(expr.body, new Map(locals).set(expr.variable, value));
  e.line(`${result} = ${e.invoke(expr.macro === "optMap" ? some : flat, [body])};`);
  e.line("}");
  return { text: result };
}
