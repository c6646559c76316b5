import { InvalidArgumentError } from "commander";

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

/** A share from 0 to 1, as a flag takes it. */
export function shareFlag(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError("it has to be a share from 0 to 1, such as 0.8.");
  const share = Number(text);
  const fault = shareFault(share);
  if (fault !== undefined)
    throw new InvalidArgumentError(`a share: ${fault.message}; ${fault.help}`);
  return share;
}
