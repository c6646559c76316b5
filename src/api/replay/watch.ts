import type { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { ReplayObserver } from "../../replay/walk.ts";

/** More that takes the calls of a replay; it may listen to how the coverage takes each. */
export type Watch = (coverage: CoverageTally) => ReplayObserver;

/** Has some told every call as a whole, and then how the coverage takes it. */
export function told(coverage: CoverageTally, all: readonly ReplayObserver[]): ReplayObserver {
  return {
    call: (result) => {
      for (const one of all) one.call(result);
      coverage.tell(result);
    },
    other: (event) => {
      for (const one of all) one.other?.(event);
    },
  };
}
