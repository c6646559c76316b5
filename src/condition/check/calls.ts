import { children } from "../walk.ts";
import { literalText } from "../literal-value.ts";
import type { BindExpr, CallExpr, ComprehensionExpr, Expr, ListExpr, MapExpr } from "../ast.ts";
import { callable, functionNames, overloadsOf } from "../functions.ts";
import { isTimeZone, ZONED } from "../functions/calendar.ts";
import type { Overload } from "../functions/overload.ts";
import { patternFault } from "../regex.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { quoted } from "../../text/quoted.ts";
import {
  BOOL,
  DYN,
  INT,
  listOf,
  mapOf,
  optionalOf,
  STRING,
  typeText,
  type Type,
} from "../types.ts";
import { Failure } from "../value.ts";
import type { Checker, Variables } from "./checker.ts";
import { shown, shownTarget } from "./shown.ts";
import { mustBeBoolean } from "./operators.ts";
import { fits, join, joinAll } from "./relations.ts";
import { callRemedy, rangeRemedy } from "./remedies.ts";
import { meetArguments } from "./words.ts";

const MACRO_FORMS: ReadonlyMap<string, string> = new Map([
  ["all", "list.all(x, condition)"],
  ["exists", "list.exists(x, condition)"],
  ["exists_one", "list.exists_one(x, condition)"],
  ["existsOne", "list.existsOne(x, condition)"],
  ["map", "list.map(x, value)"],
  ["filter", "list.filter(x, condition)"],
  ["transformList", "list.transformList(i, x, value)"],
  ["transformMap", "map.transformMap(key, x, value)"],
  ["transformMapEntry", "list.transformMapEntry(i, x, {key: value})"],
  ["has", "has(a.b)"],
  ["cel.bind", "cel.bind(x, value, expression)"],
]);

/** Names of other languages, and what CEL calls it. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ...["length", "len", "count"].map((name) => [name, "size"] as const),
  ...["any", "some"].map((name) => [name, "exists"] as const),
  ["every", "all"],
  ...["lower", "toLower", "toLowerCase", "downcase"].map((name) => [name, "lowerAscii"] as const),
  ...["upper", "toUpper", "toUpperCase", "upcase"].map((name) => [name, "upperAscii"] as const),
  ["includes", "contains"],
  ...["match", "test", "like"].map((name) => [name, "matches"] as const),
  ["strip", "trim"],
  ["substr", "substring"],
  ...["hour", "hours"].map((name) => [name, "getHours"] as const),
  ...["minute", "minutes"].map((name) => [name, "getMinutes"] as const),
  ...["weekday", "dayOfWeek"].map((name) => [name, "getDayOfWeek"] as const),
  ["year", "getFullYear"],
]);

/** What CEL has instead of a name of another language. */
function otherNameHelp(expr: CallExpr): string | undefined {
  const name = OTHER_NAMES.get(expr.name);
  if (name === undefined) return undefined;
  const isMethod = expr.target !== undefined;
  const own = MACRO_FORMS.has(name)
    ? isMethod
    : overloadsOf(isMethod ? `.${name}` : name).length > 0;
  if (!own) return `write \`${otherStyle({ ...expr, name })}\``;
  return `did you mean \`${name}\`?`;
}

/** A method as a function, a function as a method of its first argument. */
function otherStyle({ name, target, args }: CallExpr): string {
  const [first, ...rest] = args;
  if (target !== undefined) return `${name}(${[target, ...args].map(shown).join(", ")})`;
  const own = first === undefined ? "x" : shownTarget(first);
  return `${own}.${name}(${rest.map(shown).join(", ")})`;
}

/** How a macro is called, with what the call has of it. */
function macroForm(expr: CallExpr): string | undefined {
  const form = MACRO_FORMS.get(expr.name);
  const { target, args } = expr;
  if (form === undefined || expr.name === "has" || expr.name === "cel.bind") return form;
  if (target === undefined)
    return args.length === form.split(",").length + 1 ? otherStyle(expr) : form;
  return `${shownTarget(target)}${form.slice(form.indexOf("."))}`;
}

/** Whether a call binds a variable in some language, so that its arguments cannot be judged. */
function bindsVariable({ name }: CallExpr): boolean {
  return MACRO_FORMS.has(name) || MACRO_FORMS.has(OTHER_NAMES.get(name) ?? "");
}

function unknownFunction(checker: Checker, expr: CallExpr, name: string): void {
  const form = macroForm(expr);
  const other = name.startsWith(".") ? name.slice(1) : `.${name}`;
  const isOther = overloadsOf(other).length > 0;
  const same = [...functionNames()].filter(
    (known) => known.startsWith(".") === name.startsWith("."),
  );
  const near = nearestWord(name, same)?.replace(/^\./, "");
  const help =
    form !== undefined
      ? `write \`${form}\``
      : isOther
        ? `write \`${otherStyle(expr)}\``
        : (otherNameHelp(expr) ?? (near === undefined ? undefined : `did you mean \`${near}\`?`));
  const kind = name.startsWith(".") ? "method" : "function";
  if (form !== undefined)
    return checker.mismatch(expr, `\`${expr.name}\` cannot be called like this`, help);
  // what is written anew is the whole call, else the name alone
  const isWhole = help?.startsWith("write ") === true;
  const start = expr.nameStart ?? expr.start;
  const own = { start, end: Math.min(start + expr.name.length, expr.end) };
  const place = isWhole ? expr : own;
  checker.mismatch(place, `there is no ${kind} \`${expr.name}\``, help);
}

function wrongCount(checker: Checker, expr: CallExpr, overloads: readonly Overload[]): void {
  const shift = expr.target === undefined ? 0 : 1;
  const counts = [...new Set(overloads.map((overload) => overload.params.length - shift))].sort(
    (a, b) => a - b,
  );
  const wanted =
    counts.length > 4
      ? `${counts[0] ?? 0} to ${counts[counts.length - 1] ?? 0}`
      : counts.join(" or ");
  checker.mismatch(
    expr,
    `\`${expr.name}\` takes ${wanted === "1" ? "1 argument" : `${wanted} arguments`}, but this ` +
      `call has ${expr.args.length}`,
  );
}

function resultOf(overloads: readonly Overload[], args: readonly Type[]): Type {
  const results = overloads.map((overload) => overload.result(args));
  return results.slice(1).reduce(join, results[0] ?? DYN);
}

/**
 * What a function reads its last argument as, where the outcome on a literal is known while
 * checking.
 */
const CONVERTING: ReadonlyMap<string, string> = new Map([
  ...["timestamp", "duration", "int", "uint", "double", "bool", "rank", "ip", "cidr"].map(
    (name) => [name, name] as const,
  ),
  ["ip.isCanonical", "ip"],
  ["inCidr", "cidr"],
  [".containsIP", "ip"],
  [".containsCIDR", "cidr"],
]);

function checkLiteral(checker: Checker, expr: CallExpr, name: string): void {
  const argument = expr.args.at(-1);
  const [conversion, text] = [CONVERTING.get(name), literalText(argument)];
  if (conversion === undefined || argument === undefined || text === undefined) return;
  const result = callable(conversion, 1)?.([text]);
  if (result instanceof Failure) checker.mismatch(argument, result.message);
}

/** A zone that is none makes the condition an error on every call. */
function checkZone(checker: Checker, expr: CallExpr, [, zone]: readonly Type[]): void {
  if (expr.target === undefined || !ZONED.has(`.${expr.name}`) || zone?.kind !== "string") return;
  for (const { value, at } of zone.among?.constants ?? []) {
    if (isTimeZone(value)) continue;
    const near = nearestWord(value, Intl.supportedValuesOf("timeZone"));
    const help =
      near === undefined
        ? "write a name such as `Europe/Berlin`, or an offset such as `+02:00`"
        : `did you mean \`${near}\`?`;
    checker.report("condition-type", at ?? expr, `there is no time zone ${quoted(value)}`, help);
  }
}

function checkPattern(checker: Checker, expr: CallExpr): void {
  const pattern = expr.args.at(-1);
  const text = expr.name === "matches" ? literalText(pattern) : undefined;
  if (pattern === undefined || text === undefined) return;
  const fault = patternFault(text);
  if (fault !== undefined)
    checker.report(
      "invalid-pattern",
      pattern,
      `this is not a regular expression: ${fault}`,
      "patterns follow RE2: no look-around, no back-references",
    );
}

/** The overloads that take the arguments, or as many; a call that fits none is reported. */
function fittingOverloads(
  checker: Checker,
  expr: CallExpr,
  { overloads, args }: { readonly overloads: readonly Overload[]; readonly args: readonly Type[] },
): readonly Overload[] {
  const counted = overloads.filter(({ params }) => params.length === args.length);
  const fitting = counted.filter(({ params }) =>
    params.every((param, i) => fits(args[i] ?? DYN, param)),
  );
  if (fitting.length > 0) return fitting;
  checker.mismatch(
    expr,
    `\`${expr.name}\` does not take ${args.map(typeText).join(", ")}`,
    callRemedy(expr, args, counted),
  );
  return counted;
}

export function inferCall(checker: Checker, expr: CallExpr, variables: Variables): Type {
  const name = expr.target === undefined ? expr.name : `.${expr.name}`;
  const overloads = overloadsOf(name);
  const operands =
    overloads.length > 0 || !bindsVariable(expr)
      ? children(expr)
      : [expr.target].filter((target) => target !== undefined);
  const args = operands.map((operand) => checker.type(operand, variables));
  if (overloads.length === 0) {
    unknownFunction(checker, expr, name);
    return DYN;
  }
  if (overloads.every(({ params }) => params.length !== args.length)) {
    wrongCount(checker, expr, overloads);
    return resultOf(overloads, args);
  }
  const fitting = fittingOverloads(checker, expr, { overloads, args });
  checkPattern(checker, expr);
  checkLiteral(checker, expr, name);
  checkZone(checker, expr, args);
  meetArguments(checker, expr, args);
  return resultOf(fitting, args);
}

function optionalHeld(checker: Checker, expr: Expr, type: Type): Type {
  if (type.kind === "optional") return type.value;
  if (type.kind !== "dyn")
    checker.mismatch(expr, `\`?\` needs an optional, but this has type ${typeText(type)}`);
  return DYN;
}

export function inferList(checker: Checker, expr: ListExpr, variables: Variables): Type {
  const types = expr.elements.map(({ value, optional }) => {
    const type = checker.type(value, variables);
    return optional ? optionalHeld(checker, value, type) : type;
  });
  return listOf(joinAll(types));
}

const KEYS: ReadonlySet<string> = new Set(["string", "int", "uint", "bool", "dyn"]);

export function inferMap(checker: Checker, expr: MapExpr, variables: Variables): Type {
  const seen = new Set<unknown>();
  const types = expr.entries.map(({ key, value, optional }) => {
    const keyType = checker.type(key, variables);
    if (!KEYS.has(keyType.kind))
      checker.mismatch(key, `a map key cannot be of type ${typeText(keyType)}`);
    const literal =
      key.kind === "literal" && key.literal.type !== "null" ? key.literal.value : undefined;
    if (literal !== undefined && seen.has(literal))
      checker.mismatch(key, "this map has the same key twice");
    seen.add(literal);
    const type = checker.type(value, variables);
    return { key: keyType, value: optional ? optionalHeld(checker, value, type) : type };
  });
  const [first] = types;
  if (first === undefined) return mapOf(DYN, DYN);
  return mapOf(joinAll(types.map((t) => t.key)), joinAll(types.map((t) => t.value)));
}

interface Walked {
  readonly key: Type;
  readonly value: Type;
  readonly isMap: boolean;
}

function walked(checker: Checker, range: Expr, type: Type): Walked {
  switch (type.kind) {
    case "list":
      return { key: INT, value: type.element, isMap: false };
    case "map":
      return { key: type.key, value: type.value, isMap: true };
    case "struct":
      return { key: STRING, value: DYN, isMap: true };
    default:
      if (type.kind !== "dyn")
        checker.mismatch(
          range,
          `macros need a list or a map, but this has type ${typeText(type)}`,
          rangeRemedy({ expr: range, type }),
        );
      return { key: DYN, value: DYN, isMap: false };
  }
}

export function inferComprehension(
  checker: Checker,
  expr: ComprehensionExpr,
  variables: Variables,
): Type {
  const range = checker.type(expr.range, variables);
  const { key, value, isMap } = walked(checker, expr.range, range);
  const item = expr.second !== undefined || isMap ? key : value;
  const inner = new Map(variables).set(expr.variable, item);
  if (expr.second !== undefined) inner.set(expr.second, value);
  if (expr.filter !== undefined)
    mustBeBoolean(checker.typed(expr.filter, inner), checker, `the filter of \`${expr.macro}\``);
  const body = checker.typed(expr.body, inner);
  if (expr.macro === "map") return listOf(body.type);
  mustBeBoolean(body, checker, `the condition of \`${expr.macro}\``);
  return expr.macro === "filter" ? listOf(item) : BOOL;
}

export function inferBind(checker: Checker, expr: BindExpr, variables: Variables): Type {
  const init = checker.type(expr.init, variables);
  if (expr.macro === "bind")
    return checker.type(expr.body, new Map(variables).set(expr.variable, init));
  if (init.kind !== "optional" && init.kind !== "dyn") {
    checker.mismatch(
      expr.init,
      `\`${expr.macro}\` needs an optional, but this has type ${typeText(init)}`,
    );
  }
  const body = checker.type(
    expr.body,
    new Map(variables).set(expr.variable, init.kind === "optional" ? init.value : DYN),
  );
  return expr.macro === "optMap" ? optionalOf(body) : body;
}
