/**
 * How many changed calls of a class keep their effect: only approvers, redaction or logging change.
 */
export function keptEffect(
  groups: readonly {
    readonly class: string;
    readonly from: string;
    readonly to: string;
    readonly calls: number;
  }[],
  kind: "widened" | "narrowed",
): number {
  return groups
    .filter((group) => group.class === kind && group.from === group.to)
    .reduce((sum, { calls }) => sum + calls, 0);
}
