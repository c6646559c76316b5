import { typeOf, type Scope } from "../condition/check.ts";
import { parseExpression } from "../condition/parse.ts";
import type { Token } from "../condition/tokens.ts";
import { DYN, type Type } from "../condition/types.ts";
import { operandBefore } from "./operand.ts";

const MACROS: ReadonlySet<string> = new Set([
  "all",
  "exists",
  "exists_one",
  "existsOne",
  "filter",
  "map",
]);

interface Prefix {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** The brackets that are open at the end, the outermost first. */
function openBrackets(tokens: readonly Token[]): readonly number[] {
  const open: number[] = [];
  tokens.forEach(({ kind, text }, i) => {
    if (kind !== "punctuation") return;
    if (text === "(" || text === "[" || text === "{") open.push(i);
    if (text === ")" || text === "]" || text === "}") open.pop();
  });
  return open;
}

function elementType(type: Type): Type {
  if (type.kind === "list") return type.element;
  return type.kind === "map" ? type.key : DYN;
}

/** The variable of a macro whose bracket is open, with the type of what it goes through. */
function localOf(prefix: Prefix, open: number, scope: Scope): readonly [string, Type] | undefined {
  const { tokens } = prefix;
  const [dot, macro, variable, comma] = [open - 2, open - 1, open + 1, open + 2].map(
    (i) => tokens[i],
  );
  if (dot?.text !== "." || macro === undefined || !MACROS.has(macro.text)) return undefined;
  if (variable?.kind !== "ident" || comma?.text !== ",") return undefined;
  const range = parseExpression(operandBefore(prefix, open - 2) ?? "");
  return [variable.text, range.ok ? elementType(typeOf(range.expr, scope)) : DYN];
}

/** The variables of the macros in which a condition ends: `x` of `args.to.all(x, `. */
export function localsAt(prefix: Prefix, scope: Scope): ReadonlyMap<string, Type> {
  const locals = new Map<string, Type>();
  for (const open of openBrackets(prefix.tokens)) {
    const variables = new Map([...scope.variables, ...locals]);
    const local = localOf(prefix, open, { variables });
    if (local !== undefined) locals.set(...local);
  }
  return locals;
}
