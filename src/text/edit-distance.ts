/** The Damerau-Levenshtein distance (adjacent transpositions count one) between two short words. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const rows: number[] = new Array<number>((a.length + 1) * width).fill(0);
  const at = (i: number, j: number): number => rows[i * width + j] ?? 0;
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) {
        rows[i * width + j] = i + j;
        continue;
      }
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      rows[i * width + j] = best;
    }
  }
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
