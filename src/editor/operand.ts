import type { Token } from "../condition/tokens.ts";

const OPENS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

/** The index of the bracket that the one at `at` closes; -1: none does. */
export function opening(tokens: readonly Token[], at: number): number {
  let depth = 0;
  for (let i = at; i >= 0; i--) {
    const { text = "", kind } = tokens[i] ?? {};
    if (kind !== "punctuation") continue;
    if (OPENS.has(text)) depth++;
    else if (text === "(" || text === "[" || text === "{") depth--;
    if (depth === 0) return i;
  }
  return -1;
}

/** Where the expression starts that a chain of members, calls and indexes ends with; -1: nowhere. */
function chainStart(tokens: readonly Token[], last: number): number {
  let at = last;
  for (;;) {
    const token = tokens[at];
    if (token === undefined) return -1;
    const isBracket = token.kind === "punctuation" && OPENS.has(token.text);
    const start = isBracket ? opening(tokens, at) : token.kind === "punctuation" ? -1 : at;
    if (start < 0) return -1;
    const before = tokens[start - 1];
    const isCall = isBracket && token.text !== "}" && continues(before);
    if (before?.text === ".") at = start - 2;
    else if (before?.text === "?" && tokens[start - 2]?.text === ".") at = start - 3;
    else if (isCall) at = start - 1;
    else return start;
  }
}

/** Whether a bracket behind this token belongs to it. */
function continues(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return (
    token.kind === "ident" || token.kind === "quoted" || token.text === ")" || token.text === "]"
  );
}

/**
 * The text of the operand that stands before the token at `at`: `a.b` of `x && a.b ==`; undefined:
 * there is none.
 */
export function operandBefore(
  { text, tokens }: { readonly text: string; readonly tokens: readonly Token[] },
  at: number,
): string | undefined {
  const start = chainStart(tokens, at - 1);
  const [first, last] = [tokens[start], tokens[at - 1]];
  return first === undefined || last === undefined ? undefined : text.slice(first.start, last.end);
}
