import { InvalidArgumentError } from "commander";
import { shareFault } from "../api/config/share-fault.ts";

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
