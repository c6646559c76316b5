/**
 * Why a number is no share, and what was probably meant; undefined: it is one (design 11.7: shares
 * run from 0 to 1).
 */
export function shareFault(
  value: number,
): { readonly message: string; readonly help: string } | undefined {
  if (value >= 0 && value <= 1) return undefined;
  const percent =
    value > 1 && value <= 100
      ? `did you mean ${Number((value / 100).toPrecision(12))}?`
      : "write 0.05 for 5 percent";
  return { message: "it has to be from 0 to 1", help: percent };
}
