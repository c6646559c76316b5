import type { BinaryExpr, CallExpr, Expr } from "../ast.ts";
import type { Overload } from "../functions/overload.ts";
import { literalText } from "../literal-value.ts";
import { parseExpression } from "../parse.ts";
import { DOUBLE, STRING, typeText, type Type } from "../types.ts";
import { fits, isNumber } from "./relations.ts";
import { shown } from "./shown.ts";

/** An operand with its type. */
interface Side {
  readonly expr: Expr;
  readonly type: Type;
}

/** One side of an operator, and the other one. */
interface Sides {
  readonly own: Side;
  readonly other: Side;
  /** The whole with another text in the place of `own`. */
  readonly write: (text: string) => string;
}

type Remedy = (sides: Sides, op: BinaryExpr["op"]) => string | undefined;

/** What has a type and an id. */
const ENTITIES: ReadonlySet<string> = new Set(["subject", "resource", "context.on_behalf_of"]);

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const COMPARING: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

const ORDERING: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);

/** An operand as it is written, in parentheses where the operator would tear it apart. */
function operand(expr: Expr, op: BinaryExpr["op"]): string {
  const text = shown(expr);
  const isLoose =
    expr.kind === "conditional" ||
    (expr.kind === "binary" && !(ARITHMETIC.has(expr.op) && (COMPARING.has(op) || op === "+")));
  return isLoose ? `(${text})` : text;
}

/** How a number in quotes is written beside a number. */
const unquotedNumber: Remedy = ({ own, other, write }) => {
  const text = literalText(own.expr);
  if (text === undefined || !NUMBER.test(text)) return undefined;
  if (other.type.kind !== "double" && (other.type.kind !== "int" || text.includes(".")))
    return undefined;
  const number = other.type.kind === "int" || text.includes(".") ? text : `${text}.0`;
  return `write the number without quotes: ${write(number)}`;
};

const unquotedBoolean: Remedy = ({ own, other, write }) => {
  const text = literalText(own.expr);
  if (other.type.kind !== "bool") return undefined;
  if (text === "true" || text === "false") return `write it without quotes: ${write(text)}`;
  return `\`${shown(other.expr)}\` is true or false: compare it with \`true\` or \`false\``;
};

const joinedText: Remedy = ({ own, other, write }, op) =>
  op === "+" && isNumber(own.type) && other.type.kind === "string"
    ? `to join texts, write ${write(`string(${shown(own.expr)})`)}`
    : undefined;

const numberOfText: Remedy = ({ own, other, write }, op) => {
  if (op === "in" || own.type.kind !== "string" || !isNumber(other.type)) return undefined;
  if (own.expr.kind === "binary")
    return `\`${shown(own.expr)}\` is a text: compare it with a text, or add numbers`;
  if (literalText(own.expr) !== undefined)
    return `\`${shown(other.expr)}\` is a number, and a text is never one: write a number, such as \`100.0\``;
  return COMPARING.has(op)
    ? `if the text is a number, write \`double(${shown(own.expr)})\``
    : `if the text is a number, write ${write(`double(${shown(own.expr)})`)}`;
};

const elementOfList: Remedy = ({ own, other, write }, op) => {
  if (own.type.kind !== "list" || other.type.kind === "list") return undefined;
  const [list, one] = [shown(own.expr), shown(other.expr)];
  if (op === "==") return `to ask whether it is in the list, write \`${one} in ${list}\``;
  if (op === "!=") return `to ask whether it is not in the list, write \`!(${one} in ${list})\``;
  if (COMPARING.has(op) && isNumber(other.type))
    return `to compare how many there are, write ${write(`size(${list})`)}`;
  return undefined;
};

const listOfElement: Remedy = ({ own, other, write }, op) =>
  op === "+" && other.type.kind === "list" && fits(own.type, other.type.element)
    ? `to add one to the list, write ${write(`[${shown(own.expr)}]`)}`
    : undefined;

/** A text as a time: a day is one from its midnight, UTC. */
function timeText(text: string | undefined): string {
  if (text === undefined || !/^\d{4}-\d\d-\d\d/.test(text)) return "2026-01-31T00:00:00Z";
  return text.length === 10 ? `${text}T00:00:00Z` : text;
}

const writtenTime: Remedy = ({ own, other, write }, op) => {
  if (other.type.kind !== "timestamp") return undefined;
  if (op === "+" || (op === "-" && isNumber(own.type)))
    return `a time is moved by a duration: write ${write("duration('1h')")}`;
  if (own.type.kind !== "string") return undefined;
  const text = literalText(own.expr);
  const time = text === undefined ? shown(own.expr) : `'${timeText(text)}'`;
  return `write the time as ${write(`timestamp(${time})`)}`;
};

/** A text as a duration of CEL, which has no days. */
function durationOfText(text: string | undefined): string {
  const days = /^(\d{1,4})d$/.exec(text ?? "")?.[1];
  if (days !== undefined) return `${Number(days) * 24}h`;
  return text !== undefined && /^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/.test(text) ? text : "1h";
}

const writtenDuration: Remedy = ({ own, other, write }) => {
  if (other.type.kind !== "duration") return undefined;
  if (own.type.kind === "string" && literalText(own.expr) === undefined)
    return `write the duration as ${write(`duration(${shown(own.expr)})`)}`;
  if (own.type.kind !== "string" && !isNumber(own.type)) return undefined;
  return `write the duration as ${write(`duration('${durationOfText(literalText(own.expr))}')`)}`;
};

const countedBoolean: Remedy = ({ own, other, write }) =>
  own.type.kind === "bool" && isNumber(other.type)
    ? `to count it, write ${write(`(${shown(own.expr)} ? ${other.type.kind === "double" ? "1.0 : 0.0" : "1 : 0"})`)}`
    : undefined;

const chained: Remedy = ({ own, other }, op) =>
  own.expr.kind === "binary" && ORDERING.has(own.expr.op) && ORDERING.has(op)
    ? `comparisons do not chain: write \`${shown(own.expr)} && ${shown(own.expr.right)} ${op} ${shown(other.expr)}\``
    : undefined;

/** A person, agent or resource beside its name: both parts of it are compared. */
const partsOfName: Remedy = ({ own, other }, op) => {
  const text = literalText(own.expr);
  const isRecord = other.type.kind === "map" || other.type.kind === "struct";
  if (text === undefined || !isRecord || (op !== "==" && op !== "!=")) return undefined;
  const [, type, id = text] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  const record = shown(other.expr);
  if (!ENTITIES.has(record)) return undefined;
  const same = [
    ...(type === undefined ? [] : [`${record}.type == '${type}'`]),
    `${record}.id == '${id}'`,
  ].join(" && ");
  return `compare its parts: \`${op === "==" ? same : `!(${same})`}\``;
};

const nothing: Remedy = ({ own, other }) =>
  own.type.kind === "null" && other.expr.kind === "select"
    ? `to ask whether it is there, write \`has(${shown(other.expr)})\``
    : undefined;

const convertedNumbers: Remedy = ({ own, other }) =>
  isNumber(own.type) && isNumber(other.type)
    ? "convert one side: `double(x)`, `int(x)`"
    : undefined;

const REMEDIES: readonly Remedy[] = [
  chained,
  partsOfName,
  unquotedNumber,
  joinedText,
  writtenTime,
  writtenDuration,
  nothing,
  elementOfList,
  listOfElement,
  countedBoolean,
  unquotedBoolean,
  numberOfText,
  convertedNumbers,
];

/** What each operator takes, where nothing better is known. */
const TAKES: { readonly [op in BinaryExpr["op"]]?: string } = {
  "+": "`+` takes two numbers, two texts, two lists, or a time and a duration",
  "-": "`-` takes two numbers, two times, or a time and a duration",
  "*": "`*` takes two numbers of one type",
  "/": "`/` takes two numbers of one type",
  "%": "`%` takes two whole numbers",
  "==": "both sides have to be of one type",
  "!=": "both sides have to be of one type",
  in: "the right side of `in` is a list or a map; to compare two values, write `==`",
};
const ORDERED = "two numbers, two texts, two times, two durations or two booleans have an order";

function membershipRemedy(
  { left, right }: BinaryExpr,
  leftType: Type,
  rightType: Type,
): string | undefined {
  const [one, all] = [shown(left), shown(right)];
  if (rightType.kind === "string" && leftType.kind === "string")
    return `to search a text, write \`${all}.contains(${one})\``;
  if (rightType.kind !== "list") return undefined;
  if (leftType.kind === "list")
    return `to ask whether one of them is in it, write \`${one}.exists(x, x in ${all})\`; for all of them, \`all\``;
  if (leftType.kind === "string" && isNumber(rightType.element))
    return `the list holds numbers: write \`double(${one}) in ${all}\``;
  if (isNumber(leftType) && rightType.element.kind === "string") {
    const items =
      right.kind === "list" ? right.elements.map(({ value }) => literalText(value)) : [];
    if (items.length > 0 && items.every((item) => item !== undefined && NUMBER.test(item)))
      return `write the numbers without quotes: \`${one} in [${items.join(", ")}]\``;
    return `the list holds texts: write \`string(${one}) in ${all}\``;
  }
  return undefined;
}

/** What to write instead of an operator's operands that do not fit together. */
export function operatorRemedy(node: BinaryExpr, left: Type, right: Type): string {
  const { op } = node;
  const sides = [
    { expr: node.left, type: left },
    { expr: node.right, type: right },
  ] as const;
  const [a, b] = [operand(node.left, op), operand(node.right, op)];
  const views: readonly Sides[] = [
    { own: sides[1], other: sides[0], write: (text) => `\`${a} ${op} ${text}\`` },
    { own: sides[0], other: sides[1], write: (text) => `\`${text} ${op} ${b}\`` },
  ];
  const own = op === "in" ? membershipRemedy(node, left, right) : undefined;
  if (own !== undefined) return own;
  const general = TAKES[op] ?? ORDERED;
  if (op === "%" && [left, right].every(isNumber)) {
    const whole = (text: string, type: Type): string =>
      type.kind === "double" ? `int(${text})` : text;
    const [own, other] = [whole(shown(node.left), left), whole(shown(node.right), right)];
    return `\`%\` needs whole numbers: write \`${own} % ${other}\``;
  }
  if (op === "in") return general;
  for (const remedy of REMEDIES) {
    for (const view of views) {
      const help = remedy(view, op);
      if (help !== undefined) return help;
    }
  }
  return general;
}

/** Whether a text is an expression that asks something. */
function isCondition(text: string): boolean {
  const parsed = parseExpression(text);
  return parsed.ok && (parsed.expr.kind !== "literal" || parsed.expr.literal.type === "bool");
}

/** How a value becomes a condition: what to compare it with. */
export function conditionRemedy({ expr, type }: Side): string {
  const text = operand(expr, "==");
  const written = literalText(expr);
  if (written !== undefined && isCondition(written))
    return `write it without quotes: \`${written}\``;
  if (expr.kind === "literal") return "write a comparison, such as `args.amount > 100.0`";
  if (type.kind === "string") return `compare it: \`${text} == 'x'\``;
  if (isNumber(type)) return `compare it: \`${text} > ${type.kind === "double" ? "0.0" : "0"}\``;
  if (type.kind === "list" || type.kind === "map")
    return `ask how many there are: \`size(${text}) > 0\``;
  return "compare it with a value";
}

function methodRemedy(expr: CallExpr, [own, part]: readonly Type[]): string | undefined {
  const { target, name } = expr;
  const [first] = expr.args;
  if (target === undefined || own === undefined) return undefined;
  const rest = expr.args.map(shown).join(", ");
  if (own.kind === "list" && name === "contains" && first !== undefined)
    return `to search a list, write \`${shown(first)} in ${shown(target)}\``;
  if (own.kind === "list" && fits(own.element, STRING))
    return `ask each text of the list: \`${shown(target)}.exists(x, x.${name}(${rest}))\``;
  if (isNumber(own))
    return `to read the number as a text, write \`string(${shown(target)}).${name}(${rest})\``;
  if (own.kind === "string" && part !== undefined && isNumber(part) && first !== undefined)
    return first.kind === "literal"
      ? `write the text in quotes: \`${shown(target)}.${name}('${shown(first)}')\``
      : `to search for the number as a text, write \`${shown(target)}.${name}(string(${shown(first)}))\``;
  return undefined;
}

/** What to write instead of a call whose arguments fit no form of the function. */
export function callRemedy(
  expr: CallExpr,
  args: readonly Type[],
  overloads: readonly Overload[],
): string {
  const isMethod = expr.target !== undefined;
  const forms = [...new Set(overloads.map(({ params }) => params.map(typeText)))].map((params) =>
    isMethod
      ? `${params[0] ?? ""}.${expr.name}(${params.slice(1).join(", ")})`
      : `${expr.name}(${params.join(", ")})`,
  );
  const takes = (wanted: readonly Type[]): boolean =>
    overloads.some(({ params }) => params.every((param, i) => fits(wanted[i] ?? DOUBLE, param)));
  const asText = args.map((type) => (isNumber(type) || type.kind === "list" ? STRING : type));
  const specific = takes(asText) || args[0]?.kind === "list" ? methodRemedy(expr, args) : undefined;
  const known = [...new Set(forms)]
    .slice(0, 4)
    .map((form) => `\`${form}\``)
    .join(", ");
  return specific ?? `it takes ${known}`;
}

/** What to ask of a value that is no list or map. */
export function rangeRemedy({ expr, type }: Side): string {
  return type.kind === "string"
    ? `to search a text, write \`${shown(expr)}.contains('x')\``
    : `to make a list of it, write \`[${shown(expr)}]\``;
}

const COUNTS: ReadonlySet<string> = new Set(["length", "size", "count", "len"]);

/** Instead of a member that a value cannot have. */
export function memberRemedy(
  type: Type,
  { operand, field }: { readonly operand: Expr; readonly field: string },
): string {
  const text = shown(operand);
  if (COUNTS.has(field) && (type.kind === "list" || type.kind === "string"))
    return `to count its ${type.kind === "list" ? "items" : "letters"}, write \`size(${text})\``;
  if (type.kind !== "list") return `only records have members: compare \`${text}\` itself`;
  return type.element.kind === "string"
    ? `it is a list of texts: ask each of them, \`${text}.exists(x, x == 'y')\``
    : `ask each item of the list: \`${text}.exists(x, x.${field} == 'y')\``;
}
