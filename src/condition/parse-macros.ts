import type { BindExpr, CallExpr, ComprehensionExpr, Expr, HasExpr } from "./ast.ts";
import { SyntaxFault } from "./tokens.ts";

/** Prefixes that make `prefix.name(...)` a function with a dotted name rather than a method. */
const NAMESPACES: ReadonlySet<string> = new Set([
  "base64",
  "cel",
  "lists",
  "maps",
  "math",
  "optional",
  "sets",
  "strings",
]);

/** WHY alone: `ip` is a name that people give to variables, whose methods stay methods. */
const IP_FUNCTION = "ip.isCanonical";

const COMPREHENSIONS: ReadonlyMap<string, ComprehensionExpr["macro"]> = new Map([
  ["all", "all"],
  ["exists", "exists"],
  ["exists_one", "exists_one"],
  ["existsOne", "exists_one"],
  ["map", "map"],
  ["filter", "filter"],
]);

function variableName(expr: Expr | undefined, macro: string): string {
  if (expr?.kind === "ident" && !expr.name.startsWith(".")) return expr.name;
  throw new SyntaxFault(
    `\`${macro}\` needs a plain name as its variable`,
    expr?.start ?? 0,
    expr?.end ?? 0,
    `write \`list.${macro}(x, ...)\``,
  );
}

function twoVariables(
  call: CallExpr,
  macro: ComprehensionExpr["macro"],
  range: Expr,
): ComprehensionExpr | undefined {
  const [first, second, body] = call.args;
  if (body === undefined || macro === "filter") return undefined;
  const variable = variableName(first, call.name);
  const place = { start: call.start, end: call.end };
  if (macro === "map" && second !== undefined)
    return { kind: "comprehension", macro, range, variable, filter: second, body, ...place };
  const other = variableName(second, call.name);
  if (other === variable)
    throw new SyntaxFault(
      `\`${call.name}\` needs two different variables`,
      second?.start ?? 0,
      second?.end ?? 0,
    );
  return { kind: "comprehension", macro, range, variable, second: other, body, ...place };
}

/**
 * `range.transformList(i, v, body)` or, with a filter, `(i, v, filter, body)`: a `map` with two
 * variables.
 */
function transformList(call: CallExpr, range: Expr): ComprehensionExpr | undefined {
  const [first, second, third, fourth] = call.args;
  if (third === undefined || call.args.length > 4) return undefined;
  const variable = variableName(first, call.name);
  const other = variableName(second, call.name);
  if (other === variable)
    throw new SyntaxFault(
      `\`${call.name}\` needs two different variables`,
      second?.start ?? 0,
      second?.end ?? 0,
    );
  const node = {
    kind: "comprehension",
    macro: "map",
    range,
    variable,
    second: other,
    start: call.start,
    end: call.end,
  } as const;
  return fourth === undefined ? { ...node, body: third } : { ...node, filter: third, body: fourth };
}

/**
 * `range.transformMapEntry(i, v, {key: value})`, or `transformMap(k, v, value)`, which keeps the
 * keys; with a filter before the last: the maps of a `transformList` made one.
 */
function transformMap(call: CallExpr, range: Expr): CallExpr | undefined {
  const keepsKeys = call.name === "transformMap";
  if (!keepsKeys && call.name !== "transformMapEntry") return undefined;
  const [first] = call.args;
  const last = call.args.at(-1);
  if (first === undefined || last === undefined || call.args.length < 3) return undefined;
  const place = { start: last.start, end: last.end };
  const entry: Expr = keepsKeys
    ? { kind: "map", entries: [{ key: first, value: last, optional: false }], ...place }
    : last;
  const list = transformList({ ...call, args: [...call.args.slice(0, -1), entry] }, range);
  return list === undefined
    ? undefined
    : { kind: "call", name: "maps.ofEntries", args: [list], start: call.start, end: call.end };
}

function comprehension(call: CallExpr, range: Expr): ComprehensionExpr | undefined {
  if (call.name === "transformList") return transformList(call, range);
  const macro = COMPREHENSIONS.get(call.name);
  if (macro === undefined) return undefined;
  if (call.args.length === 3) return twoVariables(call, macro, range);
  const [variable, body] = call.args;
  if (call.args.length !== 2 || body === undefined) return undefined;
  return {
    kind: "comprehension",
    macro,
    range,
    variable: variableName(variable, call.name),
    body,
    start: call.start,
    end: call.end,
  };
}

function optionalBind(call: CallExpr, init: Expr): BindExpr | undefined {
  const [variable, body] = call.args;
  if (
    (call.name !== "optMap" && call.name !== "optFlatMap") ||
    call.args.length !== 2 ||
    body === undefined
  )
    return undefined;
  return {
    kind: "bind",
    macro: call.name,
    variable: variableName(variable, call.name),
    init,
    body,
    start: call.start,
    end: call.end,
  };
}

function namespaced(call: CallExpr, target: Expr): Expr | undefined {
  if (target.kind !== "ident") return undefined;
  const name = `${target.name}.${call.name}`;
  if (!NAMESPACES.has(target.name) && name !== IP_FUNCTION) return undefined;
  const [variable, init, body] = call.args;
  if (name !== "cel.bind" || init === undefined || body === undefined || call.args.length !== 3) {
    return { kind: "call", name, args: call.args, start: call.start, end: call.end };
  }
  return {
    kind: "bind",
    macro: "bind",
    variable: variableName(variable, name),
    init,
    body,
    start: call.start,
    end: call.end,
  };
}

/** `has(a.b)` as its own node; the argument must end in a plain `.field` (cel-spec, macros). */
export function hasMacro(call: CallExpr): HasExpr {
  const [argument] = call.args;
  if (call.args.length === 1 && argument?.kind === "select" && !argument.optional) {
    return {
      kind: "has",
      operand: argument.operand,
      field: argument.field,
      start: call.start,
      end: call.end,
    };
  }
  throw new SyntaxFault(
    "`has` takes one argument that ends in a field",
    call.start,
    call.end,
    "write `has(a.b)`, or `'key' in a`",
  );
}

/** The macro or namespaced function that a method call is; the call itself where it is neither. */
export function expandMethod(call: CallExpr, target: Expr): Expr {
  return (
    namespaced(call, target) ??
    transformMap(call, target) ??
    comprehension(call, target) ??
    optionalBind(call, target) ??
    call
  );
}
