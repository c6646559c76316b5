import { keepsState } from "../engine/compile-set.ts";
import type { SetReads } from "../replay/columns/set-reads.ts";

/** Why calls cannot be evaluated by columns; undefined: they can. */
export function whyNotByBatch(versions: {
  readonly baseline: SetReads | undefined;
  readonly candidate: SetReads;
}): string | undefined {
  const { baseline, candidate } = versions;
  const keeps = keepsState(candidate.set) || (baseline !== undefined && keepsState(baseline.set));
  return keeps ? "earlier calls matter" : undefined;
}
