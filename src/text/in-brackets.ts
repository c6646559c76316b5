/** ` (before: 2; 1 of them held)`, after what these texts say more of; empty for none. */
export function inBrackets(texts: readonly string[]): string {
  return texts.length === 0 ? "" : ` (${texts.join("; ")})`;
}
