import { secretsOf } from "./detectors.ts";
import { lineStarts, positionAt } from "./line-index.ts";
import { joinedSpans, maskedSlice } from "./masked-slice.ts";
import type { Position, Span } from "./span.ts";

/**
 * A text made ready for showing parts of it: where its lines start, and where secrets stand in it.
 */
export interface IndexedText {
  readonly text: string;
  readonly starts: readonly number[];
  /** In the order of the text, none touching another. */
  readonly secrets: readonly Span[];
  /**
   * Those of them that are no word by any chance: they are hidden wherever a sentence quotes them.
   */
  readonly certain: readonly Span[];
}

/** A part of one line; `from` and `to` say what of it is meant. */
export interface Excerpt {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Whether the line goes on before and behind it. */
  readonly cutBefore: boolean;
  readonly cutBehind: boolean;
}

export function indexText(text: string): IndexedText {
  const found = secretsOf(text);
  const spansOf = (some: typeof found): readonly Span[] =>
    joinedSpans(some.map(({ span }) => span));
  const certain = spansOf(found.filter((one) => one.certain));
  return { text, starts: lineStarts(text), secrets: spansOf(found), certain };
}

/** Where a line (from 1) begins, and where it ends without its line break. */
function lineSpan({ text, starts }: IndexedText, line: number): Span {
  const start = starts[line - 1] ?? text.length;
  let end = starts[line] ?? text.length;
  while (end > start && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return { start, end };
}

/** Line and column of an offset; one behind the text's end is taken for the end. */
export function positionIn({ text, starts }: IndexedText, offset: number): Position {
  return positionAt(starts, Math.min(offset, text.length));
}

/**
 * The part of the first line of `span`, at most `width` units wide, in which the span begins; what
 * stands before is left out where the line is long. Secrets are masked, whatever the span is about.
 * Takes time by what it shows, not by how long the line is.
 */
export function excerptAt(indexed: IndexedText, span: Span, width: number): Excerpt {
  const start = Math.min(span.start, indexed.text.length);
  const line = lineSpan(indexed, positionIn(indexed, start).line);
  const at = Math.min(start, line.end);
  const before = at - line.start > width * 0.75 ? Math.floor(width / 4) : at - line.start;
  const from = at - before;
  const end = Math.min(line.end, from + width);
  return {
    text: maskedSlice(indexed.text, { start: from, end }, indexed.secrets),
    from: before,
    to: Math.max(before, Math.min(span.end, end) - from),
    cutBefore: from > line.start,
    cutBehind: end < line.end,
  };
}

/** Secrets by their first units, to find them in sentences that quote a text. */
export type KnownSecrets = ReadonlyMap<string, readonly string[]>;

/** How many units tell secrets apart, and are masked where a quotation ends within one. */
const LEAST = 8;
const MOST_KNOWN = 1_000;

/**
 * The secrets of texts; beyond a thousand only those that a sentence quotes whole are found in it.
 */
export function secretsIn(texts: Iterable<IndexedText>): KnownSecrets {
  const found = new Map<string, string[]>();
  let count = 0;
  for (const { text, certain } of texts) {
    for (const { start, end } of certain) {
      if (++count > MOST_KNOWN) return found;
      const [secret, head] = [text.slice(start, end), text.slice(start, start + LEAST)];
      const known = found.get(head);
      if (known === undefined) found.set(head, [secret]);
      else known.push(secret);
    }
  }
  return found;
}

/**
 * How much of `secret` stands at `at`: all of it, or as much as a quotation shows before it is cut.
 */
function quotedLength(sentence: string, at: number, secret: string): number {
  let length = 0;
  while (length < secret.length && sentence[at + length] === secret[length]) length++;
  return length === secret.length || sentence[at + length] === "…" ? length : 0;
}

/** A sentence about texts, with what it quotes of their secrets written as stars. */
export function maskedSentence(sentence: string, known: KnownSecrets): string {
  const spans = secretsOf(sentence).map(({ span }) => span);
  for (let at = 0; known.size > 0 && at + LEAST <= sentence.length; at++) {
    for (const secret of known.get(sentence.slice(at, at + LEAST)) ?? []) {
      spans.push({ start: at, end: at + quotedLength(sentence, at, secret) });
    }
  }
  return maskedSlice(sentence, { start: 0, end: sentence.length }, joinedSpans(spans));
}
