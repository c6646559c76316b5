import { nearestWord } from "./edit-distance.ts";

/** A word as it is told from others whatever its case, width and separators. */
function foldedWord(word: string): string {
  return word
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[-_.\s]+/g, "");
}

/** Longer words are data. */
const LONGEST = 64;
/** Shorter words are the beginning of too many others. */
const LEAST_PREFIX = 3;

/** The one known word that begins with `word`, or that `word` begins with. */
function shortened(word: string, known: readonly string[]): string | undefined {
  if (word.length < LEAST_PREFIX) return undefined;
  const lower = word.toLowerCase();
  const found = known.filter((other) => {
    const theirs = other.toLowerCase();
    return theirs.startsWith(lower) || (theirs.length >= LEAST_PREFIX && lower.startsWith(theirs));
  });
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Whether two words differ only in a number or a single letter that stands for itself: `team-a`,
 * `team-b`.
 */
function isNumbered(a: string, b: string): boolean {
  const [left, right] = [a, b].map((word) => word.split(/[-_./\s]+|(?<=\D)(?=\d)|(?<=\d)(?=\D)/));
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.every(
    (part, i) =>
      part === right[i] ||
      (/^(?:\d+|.{1,2})$/.test(part) && /^(?:\d+|.{1,2})$/.test(right[i] ?? "")),
  );
}

/** The known word that is spelled like `word` but for case, width and separators. */
export function sameButSpelling(word: string, known: Iterable<string>): string | undefined {
  const folded = foldedWord(word);
  for (const other of known) if (other !== word && foldedWord(other) === folded) return other;
  return undefined;
}

/**
 * The known word that `word` is most likely a misspelling of: another spelling, or {@link
 * nearestWord} where the two do not differ as numbered names do.
 */
export function misspelledFrom(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const words = [...known];
  const near = nearestWord(word, words);
  const told = near === undefined || isNumbered(word, near) ? undefined : near;
  return sameButSpelling(word, words) ?? told;
}

/** The same, or the known word that `word` is a short form of, or that is one of `word`. */
export function slippedFrom(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const words = [...known];
  return misspelledFrom(word, words) ?? shortened(word, words);
}

/** The help for a word that is none of `known`: the one that is meant, else `otherwise`. */
export function meantHelp(word: string, known: Iterable<string>, otherwise: string): string {
  const near = slippedFrom(word, known);
  return near === undefined ? otherwise : `did you mean \`${near}\`?`;
}
