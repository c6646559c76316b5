/**
 * What is known of an expansion's value: that it is a whole number (`$?`, `$((1 + 2))`), that it is
 * one as long as nothing else is assigned to a variable (`name`), or nothing.
 */
export type NumberKind = boolean | { readonly name: string };

/** A part of a word: text with its quotes removed, or an expansion. */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: "expansion";
      /** It may become several words, or none. */
      readonly splits: boolean;
      readonly number: NumberKind;
      /** A process substitution: `<(...)`, `>(...)`. */
      readonly process: boolean;
    };

/** A word of a shell line. */
export interface Word {
  /** Where it starts, as an offset in the line. */
  readonly at: number;
  readonly pieces: readonly Piece[];
  /** Written without quotes, escapes and expansions, so that it may be a keyword. */
  readonly plain: boolean;
}

/** A word without quotes and expansions. */
export function plainWord(text: string, at: number): Word {
  const pieces: readonly Piece[] = text === "" ? [] : [{ kind: "text", text, quoted: false }];
  return { at, pieces, plain: true };
}

/** A word of which nothing is known; `splits`: not even how many words it is. */
export function unknownWord(at: number, splits: boolean): Word {
  return {
    at,
    pieces: [{ kind: "expansion", splits, number: false, process: false }],
    plain: false,
  };
}

/** The text of a word; undefined where it depends on an expansion. */
export function textOf(word: Word): string | undefined {
  let text = "";
  for (const piece of word.pieces) {
    if (piece.kind === "expansion") return undefined;
    text += piece.text;
  }
  return text;
}

/** Whether a word may become several words, or none. */
export function splits(word: Word): boolean {
  return word.pieces.some((piece) => piece.kind === "expansion" && piece.splits);
}

/** The known text before the first expansion of a word. */
export function prefixOf(word: Word): string {
  const end = word.pieces.findIndex((piece) => piece.kind === "expansion");
  return textOf({ ...word, pieces: end < 0 ? word.pieces : word.pieces.slice(0, end) }) ?? "";
}

/** The known text behind the last expansion of a word. */
export function suffixOf(word: Word): string {
  const start = word.pieces.findLastIndex((piece) => piece.kind === "expansion");
  return textOf({ ...word, pieces: word.pieces.slice(start + 1) }) ?? "";
}

/** Whether a word, once expanded, may be `text`, or bring `text` among others. */
export function mayBe(word: Word, text: string): boolean {
  const known = textOf(word);
  if (known !== undefined) return known === text;
  if (splits(word)) return true;
  return text.startsWith(prefixOf(word)) && text.endsWith(suffixOf(word));
}

/** Whether a word, once expanded, may start with `text`. */
export function mayStartWith(word: Word, text: string): boolean {
  const known = textOf(word);
  if (known !== undefined) return known.startsWith(text);
  const prefix = prefixOf(word);
  return splits(word) || prefix.startsWith(text) || text.startsWith(prefix);
}

/** The whole-number value of a word that is one expansion; false where it may be anything else. */
export function numberOf(word: Word): NumberKind {
  const [only, ...others] = word.pieces;
  return only?.kind === "expansion" && others.length === 0 ? only.number : false;
}

/** Whether a word is surely a whole number; nothing counts as 0. */
export function isNumber(word: Word): boolean {
  const text = textOf(word);
  return text === undefined ? numberOf(word) === true : /^-?\d*$/.test(text);
}

/** A word without the first `count` characters of its known prefix. */
export function behind(word: Word, count: number): Word {
  const pieces: Piece[] = [];
  let left = count;
  for (const piece of word.pieces) {
    const cut = piece.kind === "text" ? Math.min(left, piece.text.length) : 0;
    left -= cut;
    if (piece.kind === "expansion") pieces.push(piece);
    else if (cut < piece.text.length) pieces.push({ ...piece, text: piece.text.slice(cut) });
  }
  return { ...word, pieces };
}

/** Collects the pieces of one word. */
export class WordBuilder {
  readonly pieces: Piece[] = [];
  plain = true;

  /** Adds text; quoted text is never a keyword. */
  text(text: string, quoted: boolean): void {
    if (quoted) this.plain = false;
    const last = this.pieces[this.pieces.length - 1];
    if (last?.kind !== "text" || last.quoted !== quoted) {
      this.pieces.push({ kind: "text", text, quoted });
    } else this.pieces[this.pieces.length - 1] = { ...last, text: last.text + text };
  }

  /** Adds an expansion. */
  expansion(splits: boolean, number: NumberKind = false): void {
    this.plain = false;
    this.pieces.push({ kind: "expansion", splits, number, process: false });
  }

  /** Adds a process substitution. */
  process(): void {
    this.plain = false;
    this.pieces.push({ kind: "expansion", splits: false, number: false, process: true });
  }

  /** The word, which started at `at`. */
  build(at: number): Word {
    return { at, pieces: this.pieces, plain: this.plain };
  }
}
