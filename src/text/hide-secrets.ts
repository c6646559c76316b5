import { secretsOf } from "./detectors.ts";
import { joinedSpans } from "./masked-slice.ts";
import { spliced } from "./splice.ts";

/**
 * How much behind its end is looked at where a text is cut, so that half a secret is not taken for
 * none.
 */
const BEHIND = 1_000;

/** A text with every secret in it written as stars; it keeps its length and its lines. */
export function hideSecrets(text: string): string {
  const spans = joinedSpans(secretsOf(text).map(({ span }) => span));
  if (spans.length === 0) return text;
  return spliced(text, spans, ({ start, end }) => text.slice(start, end).replace(/\S/g, "*"));
}

/**
 * The first `length` units of a text, with every secret in them written as stars, also one that is
 * cut there.
 */
export function hiddenStart(text: string, length: number): string {
  return hideSecrets(text.slice(0, length + BEHIND)).slice(0, length);
}
