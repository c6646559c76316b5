/** ` (as before)` or ` (before: 2)`, of benign calls that would be denied; empty where the baseline denies none. */
export function deniedBeforeText({
  denied,
  deniedBefore,
}: {
  readonly denied: number;
  readonly deniedBefore: number;
}): string {
  if (deniedBefore === 0) return "";
  return denied === deniedBefore
    ? " (as before)"
    : ` (before: ${deniedBefore.toLocaleString("en-US")})`;
}
