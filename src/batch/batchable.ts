import { keepsState } from "../engine/compile-set.ts";
import type { SetReads } from "../replay/columns/set-reads.ts";

/** Why calls cannot be evaluated by columns; undefined: they can. */
export function whyNotByBatch(versions: {
  readonly baseline: SetReads | undefined;
  readonly candidate: SetReads;
}): string | undefined {
  const { baseline, candidate } = versions;
  if (baseline === undefined) return "the baseline is what was recorded";
  for (const { set, rules } of [baseline, candidate]) {
    if (keepsState(set)) return "earlier calls matter";
    if (set.manifests.size > 0) return "agents have manifests";
    if (set.modes.length > 0) return "policies ask for whom a call is made";
    if (rules.some(({ atoms }) => atoms.some(({ dynamic }) => dynamic)))
      return "a condition reads the time";
  }
  return undefined;
}
