import type { ReplayJob } from "../cli/replay-inputs.ts";
import { totalBytes } from "../node/files.ts";
import { expandInputs, TRACE_ENDINGS } from "../node/inputs.ts";
import { Policies } from "./policies.ts";
import { comparesIds } from "./vacuity.ts";

/** How a trace is replayed; the defaults are those of `agentz replay`. */
export interface ReplayOptions {
  /** Whether each version sees the calls that it would have let run, or those that ran (design 7.5). */
  readonly history?: "counterfactual" | "recorded";
  /** Approvals as they are recorded, or as if all were granted or refused (design 7.6). */
  readonly approvals?: "recorded" | "granted" | "refused";
  /** How much disorder is mended, in events of a file; by default 10,000. */
  readonly reorder?: number;
  /** Milliseconds of silence after which a session's state is forgotten; by default never. */
  readonly idle?: number;
  /** Milliseconds since 1970, both included: only calls of that time are counted. */
  readonly since?: number;
  readonly until?: number;
  /** Only calls of these subjects are counted: ids, or `type:id`. */
  readonly agents?: readonly string[];
  readonly sessions?: readonly string[];
}

const RECORDED = { set: undefined, info: { source: null, ref: "recorded", digest: null } };
const REORDER = 10_000;

function filterOf({ since, until, agents, sessions }: ReplayOptions): ReplayJob["filter"] {
  const filter = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(agents === undefined ? {} : { agents }),
    ...(sessions === undefined ? {} : { sessions }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

/**
 * A replay on the calling thread, without an index: nothing is written.
 *
 * @internal
 */
export async function replayJobOf(
  of: {
    readonly candidate: Policies;
    readonly baseline: Policies | "recorded";
    readonly trace: string | readonly string[];
  },
  options: ReplayOptions,
): Promise<ReplayJob> {
  const candidate = Policies.open(of.candidate).loaded;
  const paths = typeof of.trace === "string" ? [of.trace] : of.trace;
  const files = await expandInputs(paths, TRACE_ENDINGS);
  return {
    baseline: of.baseline === "recorded" ? RECORDED : Policies.open(of.baseline).loaded,
    candidate,
    refs: {
      candidate: [of.candidate.ref],
      baseline: [of.baseline === "recorded" ? "recorded" : of.baseline.ref],
    },
    files,
    columns: {
      files,
      workers: 0,
      index: false,
      cache: undefined,
      checkIndex: false,
      tell: () => undefined,
      forceIndex: false,
    },
    comparesIds: comparesIds(await totalBytes(files.map(({ path }) => path))),
    labels: undefined,
    history: options.history ?? "counterfactual",
    approvals: options.approvals ?? "recorded",
    reorder: options.reorder ?? REORDER,
    idle: options.idle,
    decisions: undefined,
    filter: filterOf(options),
    gate: { limits: new Map(), accepted: [] },
    now: undefined,
    clock: Date.now,
    progress: undefined,
    live: false,
  };
}
