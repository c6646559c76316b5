/** Digits after the point of a share in percent: the usual, and the most that are told. */
const [USUAL_DIGITS, MOST_DIGITS] = [1, 4];

/** A limit of a gate on a share of calls, from 0 to 1. */
interface ShareLimit {
  readonly limit: number;
  readonly bound: "minimum" | "maximum";
  readonly passed: boolean;
}

/** What a limit on a share allows or demands, in percent. */
export function limitPercent({ limit }: Pick<ShareLimit, "limit">): string {
  return `${Math.round(limit * 1e6) / 1e4}%`;
}

/** A share in percent; more digits where it would look as if it kept the limit, or broke it. */
export function actualPercent(actual: number, { limit, bound, passed }: ShareLimit): string {
  if (actual === 0 || actual === 1) return `${actual * 100}%`;
  const isKept = (share: number): boolean =>
    bound === "minimum" ? share >= limit : share <= limit;
  for (let digits = USUAL_DIGITS; digits < MOST_DIGITS; digits++) {
    const least = 10 ** -digits;
    const shown = Math.min(100 - least, Math.max(least, actual * 100)).toFixed(digits);
    if (isKept(Number(shown) / 100) === passed) return `${shown}%`;
  }
  return `${(actual * 100).toFixed(MOST_DIGITS)}%`;
}
