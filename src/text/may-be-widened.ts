/**
 * Whether a group of changed calls is indeterminate, and the baseline does not allow its calls already: `class`
 * and `from` as in result documents.
 */
export function mayBeWidened(group: { readonly class: string; readonly from: string }): boolean {
  return group.class === "indeterminate" && group.from !== "allow";
}
