import { SyntaxFault, tokenize, type Token } from "../condition/tokens.ts";
import type { Node, ScalarNode } from "../policy/node.ts";
import type { Span } from "../text/span.ts";
import { isConditionAt } from "./conditions-at.ts";
import type { Step } from "./cursor.ts";
import type { EditorFile } from "./editor-set.ts";
import { conditionText } from "./mentions.ts";
import { memberText } from "./node-parts.ts";

/** What a token of a condition is, for colours. */
export const TOKEN_KINDS = [
  "variable",
  "property",
  "function",
  "method",
  "keyword",
  "string",
  "number",
  "operator",
] as const;

/** A token of a condition, at its place in the file; it never goes beyond a line. */
export interface ConditionToken extends Span {
  readonly kind: (typeof TOKEN_KINDS)[number];
}

function literalKind({ literal }: Token): ConditionToken["kind"] {
  if (literal?.type === "string" || literal?.type === "bytes") return "string";
  return literal?.type === "bool" || literal?.type === "null" ? "keyword" : "number";
}

function kindOf(tokens: readonly Token[], at: number): ConditionToken["kind"] | undefined {
  const token = tokens[at];
  if (token === undefined || token.kind === "end") return undefined;
  if (token.kind === "literal") return literalKind(token);
  if (token.kind === "punctuation") {
    if (token.text === "in") return "keyword";
    return /^[()[\]{},.:]$/.test(token.text) ? undefined : "operator";
  }
  const [before, after] = [tokens[at - 1]?.text, tokens[at + 1]?.text];
  const isMember = before === "." || (before === "?" && tokens[at - 2]?.text === ".");
  if (after === "(") return isMember ? "method" : "function";
  return isMember ? "property" : "variable";
}

function tokensOf(text: string): readonly Token[] {
  try {
    return tokenize(text);
  } catch (fault) {
    if (fault instanceof SyntaxFault) return [];
    throw fault;
  }
}

function conditionTokens(node: ScalarNode, file: string): readonly ConditionToken[] {
  const tokens = tokensOf(conditionText(node));
  return tokens.flatMap(({ start, end }, at) => {
    const kind = kindOf(tokens, at);
    const span = { start: node.toFile(start), end: node.toFile(end) };
    const isOneLine = span.end > span.start && !/[\r\n]/.test(file.slice(span.start, span.end));
    return kind === undefined || !isOneLine ? [] : [{ ...span, kind }];
  });
}

/** Every token of every condition of a file that can be read, in the order of the text. */
export function conditionTokensOf({ source, loaded }: EditorFile): readonly ConditionToken[] {
  const found: ConditionToken[] = [];
  const walk = (node: Node, path: readonly Step[], kind: string | undefined): void => {
    if (node.kind === "scalar" && isConditionAt(kind, path))
      found.push(...conditionTokens(node, source.text));
    if (node.kind === "list") node.items.forEach((item, i) => walk(item, [...path, i], kind));
    if (node.kind === "map")
      for (const { key, value } of node.entries) walk(value, [...path, key], kind);
  };
  for (const { root } of loaded.roots) walk(root, [], memberText(root, "kind"));
  // what an alias stands for has its place where it was written
  return found
    .sort((a, b) => a.start - b.start)
    .filter(({ start }, i, all) => start >= (all[i - 1]?.end ?? 0));
}
