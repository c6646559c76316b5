import { RECORDED_BASELINE, type ReplayJob } from "./replay/replay-inputs.ts";
import { totalBytes } from "../node/files.ts";
import { expandInputs, TRACE_ENDINGS } from "../node/inputs.ts";
import { askedFilter } from "../replay/filter.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { Policies } from "./policies.ts";
import { comparesIds } from "../trace/repeated-ids.ts";

/** How a trace is replayed; the defaults are those of `agentz replay`. */
export interface ReplayOptions {
  /** Whether each version sees the calls that it would have let run, or those that ran (design 7.5). */
  readonly history?: "counterfactual" | "recorded";
  /** Approvals as they are recorded, or as if all were granted or refused (design 7.6). */
  readonly approvals?: "recorded" | "granted" | "refused";
  /** How many events to buffer when sorting by time; by default 10,000. */
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

/**
 * A replay on the calling thread, without an index: nothing is written.
 *
 * @internal
 */
export async function replayJobOf(
  input: {
    readonly candidate: Policies;
    readonly baseline: Policies | "recorded";
    readonly trace: string | readonly string[];
  },
  options: ReplayOptions,
): Promise<ReplayJob> {
  const candidate = Policies.open(input.candidate).loaded;
  const paths = typeof input.trace === "string" ? [input.trace] : input.trace;
  const files = await expandInputs(paths, TRACE_ENDINGS);
  return {
    baseline:
      input.baseline === "recorded" ? RECORDED_BASELINE : Policies.open(input.baseline).loaded,
    candidate,
    refs: {
      candidate: [input.candidate.ref],
      baseline: [input.baseline === "recorded" ? "recorded" : input.baseline.ref],
    },
    files,
    columns: {
      files,
      workers: 0,
      index: false,
      cache: undefined,
      checkIndex: false,
      tell: () => undefined,
      indexes: "large",
    },
    comparesIds: comparesIds(await totalBytes(files.map(({ path }) => path))),
    labels: undefined,
    history: options.history ?? "counterfactual",
    approvals: options.approvals ?? "recorded",
    reorder: options.reorder ?? DEFAULT_REORDER,
    idle: options.idle,
    decisions: undefined,
    filter: askedFilter(options),
    gate: { limits: new Map(), accepted: [] },
    now: undefined,
    clock: Date.now,
    progress: undefined,
    live: false,
  };
}
