import { isMap, isPair, isScalar, isSeq, parseAllDocuments, stringify, visit } from "yaml";
import { formatExpression } from "../condition/format-expression.ts";
import { allConditions } from "../policy/conditions.ts";
import { loadDocuments } from "../policy/load.ts";
import type { Condition } from "../policy/model.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source, Span } from "../text/span.ts";

/** How a scalar stands in its text. */
interface Written {
  /** Without the line breaks behind it. */
  readonly span: Span;
  /** The type that the parser gives it: `PLAIN`, `QUOTE_DOUBLE`, `BLOCK_LITERAL` and others. */
  readonly type: string;
  readonly inFlow: boolean;
  /** Whether a comment stands on its first line. */
  readonly isNoted: boolean;
  /** Columns from 1: of its key, and of its own start. */
  readonly keyColumn: number;
  readonly column: number;
}

/**
 * The text with its conditions laid out ({@link formatExpression}): on one line where that fits into
 * `width` columns, else as a literal block. Stays as it is: what does not load, what holds a
 * comment, what stands in braces or before a comment and is too long for its line, and a block that
 * has no operands to break at and is too long for one line.
 */
export function layOutConditions({ file, text }: Source, width: number): string {
  const conditions = allConditions(loadDocuments([{ file, text }]).documents);
  if (conditions.length === 0) return text;
  const scalars = scalarsOf(text);
  return conditions
    .toSorted((a, b) => b.place.span.start - a.place.span.start)
    .reduce((laid, condition) => {
      const written = scalars.get(condition.place.span.start);
      const source = written === undefined ? undefined : layOut(condition, written, width);
      if (written === undefined || source === undefined) return laid;
      return laid.slice(0, written.span.start) + source + laid.slice(written.span.end);
    }, text);
}

/** The scalars of a text by the offset at which each starts. */
function scalarsOf(text: string): ReadonlyMap<number, Written> {
  const starts = lineStarts(text);
  const columnOf = (offset: number): number => positionAt(starts, offset).column;
  const found = new Map<number, Written>();
  for (const document of parseAllDocuments(text)) {
    if (!("contents" in document)) continue;
    visit(document, {
      Scalar(_, node, path) {
        const [start, end] = node.range ?? [0, 0];
        const key = path.findLast(isPair)?.key;
        const keyStart = isScalar(key) ? (key.range?.[0] ?? start) : start;
        found.set(start, {
          span: { start, end: start + text.slice(start, end).trimEnd().length },
          type: node.type ?? "PLAIN",
          inFlow: path.some((one) => (isMap(one) || isSeq(one)) && one.flow === true),
          isNoted: typeof node.comment === "string",
          keyColumn: columnOf(keyStart),
          column: columnOf(start),
        });
      },
    });
  }
  return found;
}

/** How the condition is to be written; undefined: as it is. */
function layOut({ text, comment }: Condition, written: Written, width: number): string | undefined {
  const { type, inFlow, isNoted, keyColumn, column } = written;
  const isBlock = type.startsWith("BLOCK");
  if (isBlock && isNoted) return undefined;
  const staysOnLine = inFlow || isNoted || comment !== undefined;
  const laid = formatExpression(text, staysOnLine ? Infinity : width - column + 1);
  if (laid === undefined) return undefined;
  const wantsBlock = laid.includes("\n");
  if (wantsBlock && staysOnLine) return undefined;
  if (laid === text.trim() && wantsBlock === isBlock) return undefined;
  // what has no operands to break at stays as its author broke it
  if (isBlock && !wantsBlock && column + laid.length - 1 > width) return undefined;
  return wantsBlock ? block(laid, keyColumn) : oneLine(laid, isBlock ? "PLAIN" : type, inFlow);
}

function block(text: string, keyColumn: number): string {
  const indent = " ".repeat(keyColumn + 1);
  return ["|-", ...text.split("\n").map((line) => indent + line)].join("\n");
}

/** A scalar on one line: of that type, or in double quotes where it cannot be. */
function oneLine(text: string, type: string, inFlow: boolean): string {
  const wanted = type === "PLAIN" && inFlow && /[,[\]{}]/.test(text) ? "QUOTE_DOUBLE" : type;
  const options = { lineWidth: 0, singleQuote: wanted === "QUOTE_SINGLE" };
  const style =
    wanted === "PLAIN" ? "PLAIN" : wanted === "QUOTE_SINGLE" ? "QUOTE_SINGLE" : "QUOTE_DOUBLE";
  return stringify(text, { ...options, defaultStringType: style }).trimEnd();
}
