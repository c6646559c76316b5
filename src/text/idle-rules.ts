/** The rules that match no recorded call, as in result documents, and those of them that did before. */
interface IdleRules {
  readonly neverMatched: readonly string[];
  readonly noLongerMatched?: readonly string[];
}

/**
 * Rules that match no recorded call, by name, those first that match some in the baseline, and that said: `p/r
 * (matched calls before)`. `isTold`: which rules are told, all where it is not given.
 */
export function idleRuleNames(
  { neverMatched, noLongerMatched = [] }: IdleRules,
  isTold: (rule: string) => boolean = () => true,
): readonly string[] {
  const before = new Set(noLongerMatched);
  return [
    ...noLongerMatched.filter(isTold).map((rule) => `${rule} (matched calls before)`),
    ...neverMatched.filter((rule) => isTold(rule) && !before.has(rule)),
  ];
}
