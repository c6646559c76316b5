import type { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { SeenObserver } from "../../replay/seen-call.ts";

/** What looks at every call of a replay besides, and asks its coverage. */
export type Watch = (coverage: CoverageTally) => SeenObserver;
