/**
 * Whether a group of changed calls is indeterminate, and the baseline does not allow its calls already: `class`
 * and `from` as in result documents.
 */
export function mayBeWidened(group: { readonly class: string; readonly from: string }): boolean {
  return group.class === "indeterminate" && group.from !== "allow";
}

/**
 * Whether the groups of {@link mayBeWidened} have just the indeterminate calls that are not surely
 * permitted no more; else nobody can tell which groups these are in.
 */
export function tellsWidened({
  groups,
  changes: { indeterminate, notWidened = 0 },
}: {
  readonly groups: readonly {
    readonly class: string;
    readonly from: string;
    readonly calls: number;
  }[];
  readonly changes: { readonly indeterminate: number; readonly notWidened?: number };
}): boolean {
  const calls = groups.reduce((sum, group) => sum + (mayBeWidened(group) ? group.calls : 0), 0);
  return calls === indeterminate - notWidened;
}
