import { UserError } from "../../diagnostics/user-error.ts";
import type { CommandIo } from "../../node/io.ts";
import { expandInputs, TRACE_ENDINGS } from "../../node/inputs.ts";
import { askedFilter } from "../../replay/filter.ts";
import { configuredBaseline } from "../baseline.ts";
import { neededPaths, readConfig } from "../config/config.ts";
import { loadPolicySet, type PolicySet } from "../policy-set.ts";
import { refuseUncompared } from "../refuse-uncompared.ts";
import { RECORDED_POLICY } from "../recorded-policy.ts";
import { RECORDED_BASELINE, type ReplayJob } from "../replay/replay-inputs.ts";
import type { ReplayRunFlags } from "../replay-run.ts";
import { openLabels } from "../trace/label-files.ts";
import { openTrace } from "../trace/trace-input.ts";
import { digestOfFiles } from "./file-digest.ts";
import { makePart, type PartContent } from "./make-part.ts";
import { splitOf, type Split, type SplitFlags } from "./split-key.ts";

/** What `agentz part` takes of the flags of a replay. */
export type PartFlags = Pick<
  ReplayRunFlags,
  | "candidate"
  | "baseline"
  | "trace"
  | "labels"
  | "history"
  | "approvals"
  | "reorder"
  | "since"
  | "until"
  | "agent"
  | "session"
  | "sample"
  | "config"
> &
  SplitFlags & {
    /** Whether `agentz report` and `agentz coverage` are to be made of the part. */
    readonly report?: boolean;
    /** Whether lines with one time are in the order in which the calls were made. */
    readonly inOrder?: boolean;
  };

/** Two versions, and by what a trace is split for them. */
export interface SplitVersions {
  /** Undefined: what was recorded. */
  readonly baseline: PolicySet | undefined;
  readonly candidate: PolicySet;
  /** As they were named. */
  readonly refs: { readonly baseline: readonly string[]; readonly candidate: readonly string[] };
  readonly split: Split;
}

/**
 * The versions of flags and agentz.yaml. A `UserError` where no split of a trace keeps the calls
 * together that share state.
 */
export async function splitVersions(
  flags: Pick<PartFlags, "candidate" | "baseline" | "config" | keyof SplitFlags>,
  io: CommandIo,
): Promise<SplitVersions> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const refs = await configuredBaseline(io, flags, config);
  if (refs.includes(RECORDED_POLICY))
    throw new UserError("usage", `\`--baseline ${RECORDED_POLICY}\` is not for parts`, {
      help: "each part would look for the policies of its own calls; name them, or take `recorded`",
    });
  const candidate = await loadPolicySet(io, paths, paths);
  const isRecorded = refs.length === 1 && refs[0] === "recorded";
  const baseline = isRecorded ? undefined : await loadPolicySet(io, refs, paths);
  if (baseline !== undefined)
    await refuseUncompared(io, {
      baseline: { ...baseline, refs },
      candidate: { ...candidate, refs: paths },
    });
  const sets = [...(baseline === undefined ? [] : [baseline.set]), candidate.set];
  return {
    baseline,
    candidate,
    refs: { baseline: refs, candidate: paths },
    split: splitOf(sets, flags),
  };
}

/** One part from flags and configuration; by default of the trace on standard input. */
export async function partDocument(flags: PartFlags, io: CommandIo): Promise<PartContent> {
  const { baseline, candidate, refs, split } = await splitVersions(flags, io);
  if (flags.trace === undefined && io.readKey !== undefined)
    io.stderr.write(
      "agentz: the part is read from standard input; `--trace <path>` names a file\n",
    );
  const { files } = await openTrace(flags.trace ?? ["-"], {}, io);
  const job: ReplayJob = {
    baseline: baseline ?? RECORDED_BASELINE,
    candidate,
    refs,
    files,
    columns: undefined,
    comparesIds: false,
    labels: await openLabels(flags.labels),
    history: flags.history,
    approvals: flags.approvals,
    reorder: flags.reorder,
    idle: undefined,
    decisions: undefined,
    filter: askedFilter({ ...flags, agents: flags.agent, sessions: flags.session }),
    gate: { limits: new Map(), accepted: [] },
    now: undefined,
    clock: io.clock,
    progress: undefined,
    live: false,
  };
  const labels =
    flags.labels === undefined
      ? null
      : await digestOfFiles(await expandInputs(flags.labels, TRACE_ENDINGS));
  return makePart(job, {
    split,
    labels,
    report: flags.report === true,
    inOrder: flags.inOrder === true,
  });
}
