/** Where a share lies beside its target and its alarm: on target, below it, below the alarm, nothing to share. */
export type ShareBand = "good" | "warn" | "bad" | "none";

/** The band of a share. WHY multiplied: 19 of 20 reach a target of 95%, whatever 19 / 20 rounds to. */
export function bandOf(
  { covered, total }: { readonly covered: number; readonly total: number },
  { target, alarm }: { readonly target: number; readonly alarm: number },
): ShareBand {
  if (total === 0) return "none";
  if (covered >= target * total) return "good";
  return covered < alarm * total ? "bad" : "warn";
}
