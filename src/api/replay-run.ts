import type { TraceFlags } from "./trace/trace-input.ts";
import type { Failable } from "./config/gate-config.ts";
import type { TraceFile } from "../trace/read-events.ts";
import type { Progress } from "../node/progress.ts";
import type { ColumnsOptions } from "./replay/replay-inputs.ts";
import type { CommandIo } from "../node/io.ts";
import { availableParallelism } from "node:os";
import { cacheFolder } from "../node/private-folder.ts";
import { printable } from "../report/escape.ts";
import type { PolicySet } from "./policy-set.ts";
import { conditionSteps } from "../engine/condition-steps.ts";
import { DEFAULT_STEPS } from "../condition/meter.ts";
import type { ReplayJob } from "./replay/replay-job.ts";
import { readConfig, neededPaths } from "./config/config.ts";
import { configuredBaseline } from "./baseline.ts";
import { refuseUncompared } from "./refuse-uncompared.ts";
import { openTrace } from "./trace/trace-input.ts";
import { emptyFiles, loadPolicySet } from "./policy-set.ts";
import { RECORDED_POLICY, findRecordedPolicy } from "./recorded-policy.ts";
import { openLabels } from "./trace/label-files.ts";
import { mergeGate, refuseMisspeltLabels } from "./config/gate-config.ts";
import { totalBytes } from "../node/files.ts";
import { createProgress } from "../node/progress.ts";
import { openDecisions } from "./decision-log.ts";
import { RECORDED_BASELINE } from "./replay/replay-inputs.ts";
import { askedFilter } from "../replay/filter.ts";
import { refuseUnreadable, replayError } from "./vacuity.ts";
import { comparesIds } from "../trace/repeated-ids.ts";
import type { ReplayResult, ReplayStats } from "../documents/replay-result.ts";
import { withInterrupt } from "../node/interrupt.ts";
import { runReplay } from "./replay/replay-job.ts";
import {
  endKept,
  fails,
  replayMore,
  withKept,
  type MoreCandidate,
} from "./replay/more-candidates.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** What every command over a replay takes. */
export interface ReplayRunFlags extends TraceFlags {
  readonly candidate?: readonly string[];
  /** Further candidates, each a set of paths, by number from 2. */
  readonly candidates?: ReadonlyMap<number, readonly string[]>;
  readonly baseline?: readonly string[];
  readonly trace?: readonly string[];
  readonly labels?: readonly string[];
  readonly history: "counterfactual" | "recorded";
  readonly approvals: "recorded" | "granted" | "refused";
  readonly reorder: number;
  readonly idle?: number | undefined;
  readonly failOn?: readonly Failable[];
  readonly since?: number;
  readonly until?: number;
  readonly agent?: readonly string[];
  readonly session?: readonly string[];
  readonly sample?: number;
  readonly gate?: ReadonlyMap<string, number>;
  /** Limits that the command demands by itself. */
  readonly gateDefaults?: ReadonlyMap<string, number>;
  readonly now?: number;
  readonly decisions?: string;
  readonly workers?: number;
  readonly index?: boolean;
  readonly checkIndex?: boolean;
  readonly config?: string;
}

/** The files of a trace that tell the progress what was read of them. */
function watched(
  files: readonly TraceFile[],
  progress: Progress | undefined,
): readonly TraceFile[] {
  if (progress === undefined) return files;
  return files.map((file) => ({ name: file.name, open: () => counted(file.open(), progress) }));
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.read(chunk.length);
    yield chunk;
  }
}

/** Threads beyond this many wait for the one that walks. */
const MOST_WORKERS = 8;

/** WHY once: what holds of the folder of all indexes is found again with each file. */
function toldOnce(tell: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (!told.has(message)) tell(message);
    told.add(message);
  };
}

function columnsOf(
  flags: ReplayRunFlags,
  files: ColumnsOptions["files"],
  { env, stderr }: CommandIo,
): ColumnsOptions {
  const workers = flags.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  return {
    files,
    workers: workers < 2 ? 0 : workers,
    index: flags.index !== false,
    cache: cacheFolder(env),
    checkIndex: flags.checkIndex === true,
    tell: toldOnce((message) => stderr.write(`agentz: ${printable(message, 500)}\n`)),
    indexes: "large",
  };
}

/**
 * Whether each decision ends so soon that an interrupt is heard between two: conditions have no
 * more steps than by default.
 */
function isPrompt(version: PolicySet | undefined): boolean {
  return version === undefined || conditionSteps(version.documents) <= DEFAULT_STEPS;
}

/** A replay of one candidate, and the further ones that are held against the same baseline. */
export interface PreparedReplay extends ReplayJob {
  readonly more: readonly MoreCandidate[];
}

async function moreCandidates(
  flags: ReplayRunFlags,
  baseline: { readonly refs: readonly string[]; readonly set: PolicySet | undefined },
  io: CommandIo,
): Promise<readonly MoreCandidate[]> {
  const more: MoreCandidate[] = [];
  for (const [number, refs] of [...(flags.candidates ?? [])].sort(([a], [b]) => a - b)) {
    const version = await loadPolicySet(io, refs, refs);
    if (baseline.set !== undefined)
      await refuseUncompared(io, {
        baseline: { ...baseline.set, refs: baseline.refs },
        candidate: { ...version, refs },
      });
    more.push({ name: `candidate-${number}`, version, refs });
  }
  return more;
}

/** Standard input can be read once. */
function refuseStream(paths: readonly string[], flags: ReplayRunFlags): void {
  if ((flags.candidates?.size ?? 0) > 0 && paths.includes("-"))
    throw new UserError(
      "usage",
      "several candidates need a trace that can be read again, and standard input cannot",
      { help: "write the trace to a file, and name the file in `--trace`" },
    );
}

/** Everything a replay needs, from flags and agentz.yaml. */
export async function prepareReplay(flags: ReplayRunFlags, io: CommandIo): Promise<PreparedReplay> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const baseline = await configuredBaseline(io, flags, config);
  const { inputs, files } = await openTrace(
    neededPaths(flags.trace ?? config.trace, "trace"),
    flags,
    io,
  );
  refuseStream(
    inputs.map(({ path }) => path),
    flags,
  );
  const candidate = await loadPolicySet(io, paths, paths);
  const recorded = baseline.length === 1 && baseline[0] === "recorded";
  const named =
    baseline.length === 1 && baseline[0] === RECORDED_POLICY
      ? await findRecordedPolicy(io, files, paths)
      : undefined;
  const loaded =
    recorded || named !== undefined ? undefined : await loadPolicySet(io, baseline, paths);
  if (loaded !== undefined)
    await refuseUncompared(io, {
      baseline: { ...loaded, refs: baseline },
      candidate: { ...candidate, refs: paths },
    });
  for (const sentence of new Set([candidate, ...(loaded ? [loaded] : [])].flatMap(emptyFiles)))
    io.stderr.write(`agentz: ${printable(sentence, 500)}\n`);
  const before = named ?? loaded;
  const more = await moreCandidates(flags, { refs: baseline, set: loaded }, io);
  const labels = await openLabels(flags.labels);
  const gate = mergeGate({
    defaults: flags.gateDefaults,
    config: config.gate,
    flags: flags.gate,
    failOn: flags.failOn,
  });
  refuseMisspeltLabels(
    gate,
    new Set(
      [candidate, before, ...more.map(({ version }) => version)].flatMap(
        (version) => version?.set.rules.flatMap(({ rule }) => rule.labels) ?? [],
      ),
    ),
  );
  const decisions =
    flags.decisions === undefined ? undefined : await openDecisions(io, flags.decisions);
  // what turns out not to go by columns begins anew
  const byColumns =
    flags.from === undefined && (decisions === undefined || decisions.rewind !== undefined);
  const bytes = await totalBytes(inputs.map((file) => file.path));
  const progress = createProgress(io, bytes);
  return {
    more,
    baseline: before ?? RECORDED_BASELINE,
    ...(named === undefined ? {} : { recordedPolicy: named.check }),
    candidate,
    refs: { candidate: paths, baseline },
    files: watched(files, progress),
    columns: byColumns ? columnsOf(flags, inputs, io) : undefined,
    filter: askedFilter({ ...flags, agents: flags.agent, sessions: flags.session }),
    gate,
    now: flags.now,
    clock: io.clock,
    progress,
    comparesIds: comparesIds(bytes),
    labels,
    history: flags.history,
    approvals: flags.approvals,
    reorder: flags.reorder,
    idle: flags.idle,
    decisions,
    live: inputs.some(({ path }) => path === "-") && [candidate, loaded].every(isPrompt),
  };
}

/** A replay's document, which way it went, and whether it failed (design 7.7, 11.3). */
export interface Replayed {
  readonly document: ReplayResult;
  readonly stats: ReplayStats;
  readonly failed: boolean;
}

/** One replay from flags and configuration. */
export async function replayOnce(flags: ReplayRunFlags, io: CommandIo): Promise<Replayed> {
  return replayJob(await prepareReplay(flags, io), io);
}

/** Runs a prepared replay. */
export async function replayJob(prepared: PreparedReplay, io: CommandIo): Promise<Replayed> {
  const { more, ...rest } = prepared;
  const job = withKept(rest, more);
  try {
    return await replayedAll(job, more, io);
  } finally {
    await endKept(job, more);
  }
}

async function replayedAll(
  job: ReplayJob,
  more: readonly MoreCandidate[],
  io: CommandIo,
): Promise<Replayed> {
  const done = job.live
    ? await withInterrupt((interrupt) => runReplay({ ...job, interrupt }))
    : await runReplay(job);
  refuseUnreadable(done.result);
  await job.decisions?.close();
  const error = replayError(done, job.candidate.set);
  for (const warning of job.recordedPolicy?.warnings() ?? [])
    io.stderr.write(`agentz: ${printable(warning, 500)}\n`);
  const { unmatched } = job.labels ?? { unmatched: 0 };
  if (unmatched > 0 && !done.result.partial)
    io.stderr.write(
      `agentz: ${unmatched} labelled ${unmatched === 1 ? "id belongs" : "ids belong"} to no event of the trace\n`,
    );
  const policy =
    job.recordedPolicy === undefined ? {} : { recordedPolicy: job.recordedPolicy.info };
  const candidates = more.length === 0 ? [] : await replayMore(job, more);
  const document = {
    ...done.result,
    ...policy,
    ...(more.length === 0 ? {} : { candidates }),
    ...(error === undefined ? {} : { error }),
  };
  const failed = [document, ...candidates].some(fails);
  return { document, stats: done.stats, failed };
}
