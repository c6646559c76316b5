import { parseExpression } from "../condition/parse.ts";

/** Longer than this, a fixed line is more than a hint. */
const LONGEST = 100;

/** A text as a YAML scalar in quotes: in those that need no escape, where there are such. */
function inQuotes(text: string): string {
  return text.includes('"') || text.includes("\\")
    ? `'${text.replaceAll("'", "''")}'`
    : `"${text}"`;
}

/** Whether a text is an expression and no mere string. */
function isExpression(text: string): boolean {
  const parsed = parseExpression(text);
  return parsed.ok && parsed.expr.kind !== "literal";
}

/** What may be meant by a value that begins with a quote and goes on behind the one that ends it. */
function readings(value: string): readonly string[] {
  const quote = value.charAt(0);
  const isClosed = value.length > 1 && value.endsWith(quote);
  const inner = isClosed ? value.slice(1, -1) : value.slice(1);
  const plain = inner.replace(/\\(['"])/g, "$1").replaceAll("''", "'");
  return [value, inner, plain, value.slice(1)];
}

/**
 * The value of a field as it has to be written: `'args.x == 'a''` is `"args.x == 'a'"`. Undefined
 * where that is not plain, or not short. A condition is what of the readings is an expression.
 */
export function requoted(value: string, isCondition: boolean): string | undefined {
  if (/[\r\n]/.test(value) || value.length > LONGEST) return undefined;
  if (isCondition) {
    const meant = readings(value).find(isExpression);
    return meant === undefined ? undefined : inQuotes(meant);
  }
  const [whole = "", inner = ""] = readings(value);
  const isClosed = value.length > 1 && value.endsWith(value.charAt(0));
  // a comment behind the text is none of it
  if (/[ \t]#/.test(value)) return undefined;
  return inQuotes(isClosed ? inner : whole);
}
