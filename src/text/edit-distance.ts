/** Whether two adjacent letters before these places stand in the other order. */
function isSwapped(a: string, b: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

/** The Damerau-Levenshtein distance (adjacent transpositions count one) between two short words. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const rows: number[] = new Array<number>((a.length + 1) * width).fill(0);
  const at = (i: number, j: number): number => rows[i * width + j] ?? 0;
  const best = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const cost = a[i - 1] === b[j - 1] ? 0 : 1;
    const least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
    return isSwapped(a, b, i, j) ? Math.min(least, at(i - 2, j - 2) + 1) : least;
  };
  for (let i = 0; i <= a.length; i++)
    for (let j = 0; j <= b.length; j++) rows[i * width + j] = best(i, j);
  return at(a.length, b.length);
}

/**
 * The known word that `word` most likely meant: at most one edit away for words of up to five
 * letters, two for longer ones; the first in alphabetical order among equals; undefined where none
 * is near.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let least = word.length <= 2 ? 0 : word.length <= 5 ? 1 : 2;
  for (const candidate of [...known].sort()) {
    if (Math.abs(candidate.length - word.length) > least) continue;
    const distance =
      candidate.toLowerCase() === word.toLowerCase() ? 0 : editDistance(word, candidate);
    if (distance < least || (distance === least && best === undefined)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}
