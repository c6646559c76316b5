/**
 * A share for people: "none" where there is nothing to share (design 9); never rounded up to 100%
 * or down to 0%.
 */
export function share({
  covered,
  total,
}: {
  readonly covered: number;
  readonly total: number;
}): string {
  if (total === 0) return "none";
  if (covered === total) return "100%";
  return covered === 0
    ? "0%"
    : `${Math.min(99.9, Math.max(0.1, (covered / total) * 100)).toFixed(1)}%`;
}
