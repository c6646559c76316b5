/** The first `most` names, and how many more there are: `a`, `b`, `3 more`. */
export function firstNames(names: readonly string[], most: number): readonly string[] {
  const rest = names.length - most;
  return rest > 0 ? [...names.slice(0, most), `${rest} more`] : names;
}

/** The first `most` names joined by commas, and how many more there are: `a, b and 3 more`. */
export function someListed(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and c`; empty for none. */
export function listed(names: readonly string[]): string {
  const before = names.slice(0, -1);
  const last = names.at(-1) ?? "";
  return before.length === 0 ? last : `${before.join(", ")} and ${last}`;
}

/** The same with each name in backticks. */
export function listedCode(names: readonly string[]): string {
  return listed(names.map((name) => `\`${name}\``));
}
