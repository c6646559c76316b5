/** `as before` or `before: 2`, of benign calls that would be denied; nothing where the baseline denies none. */
export function deniedBeforeTexts({
  denied,
  deniedBefore,
}: {
  readonly denied: number;
  readonly deniedBefore: number;
}): readonly string[] {
  if (deniedBefore === 0) return [];
  return [
    denied === deniedBefore ? "as before" : `before: ${deniedBefore.toLocaleString("en-US")}`,
  ];
}
