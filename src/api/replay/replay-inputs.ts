import type { Document } from "../../policy/model.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { ApprovalsMode } from "../../engine/member.ts";
import type { FilterOptions } from "../../replay/filter.ts";
import type { DecisionCounter } from "../../replay/seen-call.ts";
import type { GateConfig } from "../../replay/gate.ts";
import type { VersionInfo } from "../../documents/replay-result.ts";
import type { Source } from "../../text/span.ts";
import type { LabelTable } from "../../trace/labels.ts";
import type { TraceFile } from "../../trace/read-events.ts";
import type { KeptTrace } from "./kept-trace.ts";
import type { Interrupt } from "../../node/interrupt.ts";
import type { Progress } from "../../node/progress.ts";
import type { DecisionFile } from "../decision-log.ts";
import type { OpenedFiles } from "../shared-files.ts";
import type { RecordedPolicyCheck } from "../recorded-policy.ts";

/** The baseline of what events say was decided (design 7.3). */
export const RECORDED_BASELINE: ReplayJob["baseline"] = {
  set: undefined,
  info: { source: null, ref: "recorded", digest: null },
};

/** One replay, all inputs at hand. */
export interface ReplayJob {
  readonly baseline: OpenedFiles & {
    readonly set: CompiledSet | undefined;
    readonly info: VersionInfo;
    readonly sources?: readonly Source[];
    readonly documents?: readonly Document[];
  };
  /** Set where the baseline was found by the digest that recorded decisions name. */
  readonly recordedPolicy?: RecordedPolicyCheck | undefined;
  readonly candidate: OpenedFiles & {
    readonly set: CompiledSet;
    readonly info: VersionInfo;
    readonly sources: readonly Source[];
    readonly documents: readonly Document[];
  };
  /** As they were named: paths, or `git:<ref>`, a bundle, `recorded`. */
  readonly refs: { readonly candidate: readonly string[]; readonly baseline: readonly string[] };
  readonly files: readonly TraceFile[];
  /**
   * Set where the files are canonical ones, so that columns may serve: under which paths they
   * stand.
   */
  readonly columns: ColumnsOptions | undefined;
  /**
   * Whether events that have the id of an earlier one are looked for: in a trace that is not large.
   */
  readonly comparesIds: boolean;
  readonly labels: LabelTable | undefined;
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  readonly reorder: number;
  readonly idle: number | undefined;
  readonly decisions: DecisionFile | undefined;
  /** Told every call in order, where decisions are written. */
  readonly logDecision?: DecisionFile["log"];
  /** Makes who counts what calls come to; anew each time that the trace is begun. */
  readonly countDecisions?: () => DecisionCounter;
  readonly filter: FilterOptions | undefined;
  readonly gate: GateConfig;
  /** What expiry is judged by; undefined: the newest event, else `clock` (design 11.6). */
  readonly now: number | undefined;
  readonly clock: () => number;
  readonly progress: Progress | undefined;
  /**
   * Whether the trace comes in by standard input, which may have no end but the user's interrupt,
   * and that can be heard.
   */
  readonly live: boolean;
  /** The interrupt that ends the trace; where nobody listens, it ends the process. */
  readonly interrupt?: Interrupt;
}

/** How a trace is read by columns. */
export interface ColumnsOptions {
  readonly files: readonly { readonly name: string; readonly path: string }[];
  /** How many threads read besides the one that walks; 0: that one reads too. */
  readonly workers: number;
  /** Whether the index of a trace is used, and built where it lacks or is stale. */
  readonly index: boolean;
  /**
   * This user's folder for what may be made again: indexes are kept below it; undefined: there is
   * none.
   */
  readonly cache: string | undefined;
  /** Whether an index turned out not to hold what was written: none is read then. */
  readonly damaged?: true;
  /** Calls stand below others, as was found meanwhile: ids of events matter. */
  readonly linked?: true;
  /** Whether the trace is read all the same, and its index held against what it holds. */
  readonly checkIndex: boolean;
  /** Told what a user wants to know of indexes that are not believed. */
  readonly tell: (message: string) => void;
  /** Which traces get an index that have none: those for which it is worth it, all, or none. */
  readonly indexes: "large" | "all" | "none";
  /** Makes a set of the texts of an earlier candidate again; by default: as it was loaded. */
  readonly setOf?: (sources: readonly Source[]) => CompiledSet | undefined;
  /** Set where the same trace is replayed again and again: what may stay in memory. */
  readonly kept?: KeptTrace;
}
