import type { Expr, HasExpr, IdentExpr, IndexExpr, SelectExpr } from "../ast.ts";
import { literalText } from "../literal-value.ts";
import { overloadsOf } from "../functions.ts";
import { plainName } from "../paths.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { slippedFrom } from "../../text/slip.ts";
import {
  BOOL,
  DYN,
  optionalOf,
  TYPE,
  typeText,
  type StructType,
  type Type,
  TYPE_NAMES,
  MESSAGE_TYPES,
} from "../types.ts";
import type { Checker, Variables } from "./checker.ts";
import { comparable, fits, isNumber } from "./relations.ts";
import { memberRemedy } from "./remedies.ts";
import { shown } from "./shown.ts";
import { meet } from "./words.ts";

const MESSAGE_NAMES: ReadonlySet<string> = new Set(["Timestamp", "Duration", "IP", "CIDR"]);
const MAX_LISTED = 8;
const NO_DATA =
  "no catalog that is loaded has `data`: give the path of the catalog too, or declare it there";

/** Constants of CEL, by how other languages write them. */
const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["false", "false"],
  ["null", "null"],
  ["none", "null"],
  ["nil", "null"],
]);

export function inferIdent(checker: Checker, expr: IdentExpr, variables: Variables): Type {
  const name = plainName(expr);
  const known = variables.get(name);
  if (known !== undefined) return known;
  if (TYPE_NAMES.has(name)) return TYPE;
  const near = CONSTANTS.get(name.toLowerCase()) ?? nearestWord(name, variables.keys());
  if (/^(?:yes|no|on|off)$/i.test(name)) {
    const help = "write `true` or `false`: YAML 1.2 reads `yes`, `no`, `on` and `off` as text";
    checker.report("unknown-attribute", expr, `there is no name \`${name}\``, help);
    return DYN;
  }
  const help =
    near === undefined
      ? `the names are ${[...variables.keys()]
          .sort()
          .slice(0, MAX_LISTED)
          .map((v) => `\`${v}\``)
          .join(", ")}; a text stands in quotes: \`'${name}'\``
      : `did you mean \`${near}\`?`;
  checker.report(
    "unknown-attribute",
    expr,
    `there is no name \`${name}\``,
    variables.size === 0 ? undefined : help,
  );
  return DYN;
}

interface Member {
  readonly operand: Expr;
  readonly field: string;
  /** What the author wrote for it, whole. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The member as it is written, with another name in the place of its own. */
function written({ text, field }: Member, name: string): string {
  return text.endsWith(`.${field}`) || text.endsWith(`?${field}`)
    ? text.slice(0, -field.length) + name
    : name;
}

function meantMember(member: Member, known: Iterable<string>): string | undefined {
  const near = nearestWord(member.field, known);
  return near === undefined ? undefined : `did you mean \`${written(member, near)}\`?`;
}

function missing(checker: Checker, struct: StructType, member: Member): void {
  const known = [...struct.fields.keys()]
    .sort()
    .slice(0, MAX_LISTED)
    .map((field) => `\`${field}\``);
  const help =
    meantMember(member, struct.fields.keys()) ??
    (known.length > 0 ? `there is ${known.join(", ")}` : undefined) ??
    (member.text.startsWith("data.") ? NO_DATA : undefined);
  checker.report("unknown-attribute", member, `there is no attribute \`${member.text}\``, help);
}

/** A member that an open record does not declare: fine unless it looks like a slip of the pen. */
function undeclared(checker: Checker, { fields, elsewhere }: StructType, member: Member): void {
  const isArgument = member.text.startsWith("args");
  const where = isArgument ? "`args` of its tool" : "`attributes`";
  const meant = meantMember(member, fields.keys());
  if (meant !== undefined) {
    const help = `${meant} if not, declare it under ${where} in a catalog`;
    checker.report("unknown-attribute", member, `\`${member.text}\` is not declared`, help);
  } else if (elsewhere !== undefined && !elsewhere.has(member.field)) {
    const slip = slippedFrom(member.field, elsewhere);
    const help =
      slip === undefined
        ? `fix the name, or declare the argument under ${where} in a catalog`
        : `did you mean \`${written(member, slip)}\`?`;
    const message = `no tool that a catalog declares for these calls has the argument \`${member.text}\``;
    checker.report("unknown-argument", member, message, help);
  }
}

/** The type of a member of a record. */
function structMember(checker: Checker, struct: StructType, member: Member): Type {
  const type = struct.fields.get(member.field);
  if (type !== undefined) return type;
  if (struct.open) undeclared(checker, struct, member);
  else missing(checker, struct, member);
  return DYN;
}

function memberOf(checker: Checker, operand: Type, member: Member): Type {
  switch (operand.kind) {
    case "struct":
      return structMember(checker, operand, member);
    case "map":
      return operand.value;
    case "dyn":
      return DYN;
    case "optional":
      return optionalOf(memberOf(checker, operand.value, member));
    default:
      checker.report(
        "condition-type",
        member,
        `a value of type ${typeText(operand)} has no member \`${member.field}\``,
        overloadsOf(`.${member.field}`).length > 0
          ? `to call the method, write \`${member.text}(…)\``
          : memberRemedy(operand, member),
      );
      return DYN;
  }
}

function isMessageType(expr: SelectExpr, variables: Variables): boolean {
  if (expr.optional || !MESSAGE_NAMES.has(expr.field)) return false;
  const name = shown(expr);
  return MESSAGE_TYPES.has(name) && !variables.has(name.slice(0, name.indexOf(".")));
}

export function inferSelect(checker: Checker, expr: SelectExpr, variables: Variables): Type {
  if (isMessageType(expr, variables)) return TYPE;
  const operand = checker.type(expr.operand, variables);
  const type = memberOf(checker, operand, {
    operand: expr.operand,
    field: expr.field,
    text: shown(expr),
    start: expr.start,
    end: expr.end,
  });
  return expr.optional && operand.kind !== "optional" ? optionalOf(type) : type;
}

export function inferHas(checker: Checker, expr: HasExpr, variables: Variables): Type {
  const operand = checker.type(expr.operand, variables);
  const text = shown({
    kind: "select",
    operand: expr.operand,
    field: expr.field,
    optional: false,
    start: expr.start,
    end: expr.end,
  });
  const { field, start, end } = expr;
  memberOf(checker, operand, { operand: expr.operand, field, text, start, end });
  return BOOL;
}

function elementAt(checker: Checker, expr: IndexExpr, container: Type, variables: Variables): Type {
  const index = checker.type(expr.index, variables);
  if (container.kind === "list") {
    if (index.kind !== "dyn" && !isNumber(index))
      checker.mismatch(
        expr.index,
        `a list has no index of type ${typeText(index)}`,
        `to search the list, write \`${shown(expr.index)} in ${shown(expr.operand)}\``,
      );
    return container.element;
  }
  if (container.kind === "map") {
    if (!comparable(index, container.key))
      checker.mismatch(
        expr.index,
        `this map has no keys of type ${typeText(index)}`,
        container.key.kind === "string"
          ? `its keys are texts: write \`${keyText(expr.index)}\``
          : `its keys are of type ${typeText(container.key)}`,
      );
    else meet(checker, expr, [index, container.key]);
    return container.value;
  }
  if (container.kind !== "dyn")
    checker.mismatch(
      expr,
      `a value of type ${typeText(container)} has no index`,
      container.kind === "string"
        ? `to take a letter of a text, write \`${shown(expr.operand)}.charAt(0)\``
        : "only lists and maps have one",
    );
  return DYN;
}

/** The key of a map of texts as it has to be written. */
function keyText(index: Expr): string {
  return index.kind === "literal" ? `'${shown(index)}'` : `string(${shown(index)})`;
}

function structIndex(
  checker: Checker,
  expr: IndexExpr,
  struct: StructType,
  variables: Variables,
): Type {
  const field = literalText(expr.index);
  if (field !== undefined)
    return structMember(checker, struct, {
      operand: expr.operand,
      field,
      text: shown(expr),
      start: expr.start,
      end: expr.end,
    });
  const index = checker.type(expr.index, variables);
  if (!fits(index, { kind: "string" }))
    checker.mismatch(
      expr.index,
      `attributes have names, not keys of type ${typeText(index)}`,
      `write the name in quotes: \`${shown(expr.operand)}['name']\``,
    );
  return DYN;
}

export function inferIndex(checker: Checker, expr: IndexExpr, variables: Variables): Type {
  const operand = checker.type(expr.operand, variables);
  const container = operand.kind === "optional" ? operand.value : operand;
  const type =
    container.kind === "struct"
      ? structIndex(checker, expr, container, variables)
      : elementAt(checker, expr, container, variables);
  return expr.optional || operand.kind === "optional" ? optionalOf(type) : type;
}
