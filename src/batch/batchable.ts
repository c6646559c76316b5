import type { SetReads } from "../replay/columns/set-reads.ts";

/** Why calls cannot be evaluated by columns; undefined: they can. */
export function whyNotByBatch(_versions: {
  readonly baseline: SetReads | undefined;
  readonly candidate: SetReads;
}): string | undefined {
  return undefined;
}
