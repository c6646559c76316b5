import { parseExpression } from "../condition/parse.ts";
import type { Span } from "../text/span.ts";
import type { Decode } from "./fields.ts";
import type { Condition } from "./model.ts";
import type { ScalarNode } from "./node.ts";
import { invalid, wrongType } from "./scalars.ts";
import { quoteHelp } from "./yaml-slips.ts";

/**
 * The text of a condition: a YAML boolean or number stands for itself, so that `when: true` and
 * `add: 1` work.
 */
function textOf(node: ScalarNode): string {
  if (typeof node.value === "string") return node.value;
  return typeof node.value === "boolean" ? String(node.value) : node.source;
}

function fileSpan(toFile: (offset: number) => number, start: number, end: number): Span {
  const from = toFile(start);
  return { start: from, end: Math.max(from, toFile(end)) };
}

/** Where a part of a condition, in offsets of its text, stands in its file. */
export function conditionSpan(condition: Condition, start: number, end: number): Span {
  return fileSpan(condition.toFile, start, end);
}

const EMPTY_HELP = "leave out the field, or write a condition";

/** A CEL expression; each fault of its text is reported at its own place in the file. */
export const condition: Decode<Condition> = (node, log) => {
  if (node.kind !== "scalar" || node.value === null) return wrongType(node, "a condition", log);
  const { toFile, place, comment } = node;
  const text = textOf(node);
  if (text.trim() === "") return invalid(node, "the condition is empty", log, EMPTY_HELP);
  const parsed = parseExpression(text);
  if (parsed.ok)
    return { text, expr: parsed.expr, place, toFile, ...(comment !== undefined && { comment }) };
  for (const error of parsed.errors) {
    const help =
      comment === undefined ? error.help : `YAML ends the text at \` #\`: ${quoteHelp(place.path)}`;
    log.add({
      code: "condition-syntax",
      place,
      span: fileSpan(toFile, error.start, error.end),
      message: error.message,
      help,
    });
  }
  return undefined;
};
