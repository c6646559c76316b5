import { availableParallelism } from "node:os";
import { Option, type Command } from "commander";
import { RECORDED_BASELINE, type ColumnsOptions } from "../replay-inputs.ts";
import { totalBytes } from "../../node/files.ts";
import { withInterrupt } from "../../node/interrupt.ts";
import { cacheFolder } from "../../node/private-folder.ts";
import { isColored, openLog, writeDocument } from "../../node/output.ts";
import { reportFolder } from "../../node/report-folder.ts";
import { chooseBaseline, refuseSameFiles } from "../baseline.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { readConfig, neededPaths } from "../config.ts";
import { gateFlag, mergeGate, refuseMisspeltLabels } from "../gate-config.ts";
import { createProgress, type Progress } from "../progress.ts";
import {
  addSetOptions,
  duration,
  failOn,
  formatOption,
  pick,
  repeatable,
  shareOf,
  startOf,
  untilOf,
  wholeNumber,
  type Failable,
} from "../options.ts";
import { loadPolicySet, type PolicySet } from "../../api/policy-set.ts";
import { findRecordedPolicy, RECORDED_POLICY } from "../recorded-policy.ts";
import { runReplay, type ReplayJob } from "../replay-job.ts";
import { addImportFlags, FORMATS } from "../import-formats.ts";
import { openTrace, type TraceFlags } from "../trace-input.ts";
import { comparesIds, refuseUnreadable, replayError } from "../../api/vacuity.ts";
import { openLabels } from "../label-files.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { watchReplay } from "../replay-watch.ts";
import { DEFAULT_STEPS } from "../../condition/meter.ts";
import { conditionSteps } from "../../engine/condition-steps.ts";
import { printable } from "../../report/escape.ts";
import { REPLAY_REPORTERS } from "../../report/replay/reporters.ts";
import { statsText } from "../../report/replay/stats.ts";
import { askedFilter } from "../../replay/filter.ts";
import { LIMITS } from "../../replay/gate.ts";
import type { ReplayResult, ReplayStats } from "../../documents/replay-result.ts";
import type { TraceFile } from "../../trace/read-events.ts";

/** What every command over a replay takes. */
export interface ReplayRunFlags extends TraceFlags {
  readonly candidate?: readonly string[];
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

/** What `agentz replay` takes. */
export interface ReplayFlags extends ReplayRunFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly watch?: boolean;
  readonly stats?: boolean;
}

/** The checks that are minimums, or maximums, several a line. */
function namesOf(atLeast: boolean): string {
  const names = [...LIMITS].flatMap(([name, limit]) => (limit.atLeast === atLeast ? [name] : []));
  return names
    .map((name, i) => (i > 0 && i % 5 === 0 ? `\n           ${name}` : name))
    .join(", ")
    .replaceAll(", \n", ",\n");
}

const HELP = `
Examples:
  agentz replay                                          what agentz.yaml says
  agentz replay --baseline git:main                      the working tree against a branch
  agentz replay --baseline recorded --trace 'traces/**/*.jsonl' --decisions out.jsonl
  agentz replay --from otel --trace spans.jsonl          a trace in another format
  agentz replay --fail-on widened                        exit 1 if any call is widened
  agentz replay --watch                                  again after each save, with what it moved

Filters leave calls uncounted, not unwalked: what they did to later calls still holds; --sample alone leaves out
whole sessions.

Checks of --gate: shares run from 0 to 1, counts are whole numbers. A minimum fails where there is nothing to measure.
  minimum  ${namesOf(true)}
  maximum  ${namesOf(false)},
           widened.label:<x>, widened.class:<x>, widened.effect:<x>

Without --baseline: agentz.yaml, else (in a git repository) the commit where HEAD left the branch that the change goes
to: the one that the CI's variables name, else origin/HEAD, origin/main, origin/master, main or master. Outside a
repository: recorded. In a CI it is an error where there is no such commit, and where it is HEAD itself, or
the very files of the candidate.`;

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
  { env, stderr }: CommandContext["io"],
): ColumnsOptions {
  const workers = flags.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  return {
    files,
    workers: workers < 2 ? 0 : workers,
    index: flags.index !== false,
    cache: cacheFolder(env),
    checkIndex: flags.checkIndex === true,
    tell: toldOnce((message) => stderr.write(`agentz: ${printable(message, 500)}\n`)),
    forceIndex: false,
  };
}

/**
 * Whether each decision ends so soon that an interrupt is heard between two: conditions have no
 * more steps than by default.
 */
function isPrompt(version: PolicySet | undefined): boolean {
  return version === undefined || conditionSteps(version.documents) <= DEFAULT_STEPS;
}

/** Everything a replay needs, from flags and agentz.yaml. */
export async function prepareReplay(
  flags: ReplayRunFlags,
  { io }: CommandContext,
): Promise<ReplayJob> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const baseline = await chooseBaseline(io, flags.baseline ?? config.baseline, paths);
  const { inputs, files } = await openTrace(
    neededPaths(flags.trace ?? config.trace, "trace"),
    flags,
    io,
  );
  const candidate = await loadPolicySet(io, paths, paths);
  const recorded = baseline.length === 1 && baseline[0] === "recorded";
  const named =
    baseline.length === 1 && baseline[0] === RECORDED_POLICY
      ? await findRecordedPolicy(io, files, paths)
      : undefined;
  const loaded =
    recorded || named !== undefined ? undefined : await loadPolicySet(io, baseline, paths);
  if (loaded !== undefined) {
    const ours = { refs: paths, sources: candidate.sources };
    await refuseSameFiles(io, { refs: baseline, sources: loaded.sources }, ours);
  }
  const before = named ?? loaded;
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
      [candidate, before].flatMap(
        (version) => version?.set.rules.flatMap(({ rule }) => rule.labels) ?? [],
      ),
    ),
  );
  const decisions = flags.decisions === undefined ? undefined : await openLog(io, flags.decisions);
  // what turns out not to go by columns begins anew
  const byColumns =
    flags.from === undefined && (decisions === undefined || decisions.rewind !== undefined);
  const bytes = await totalBytes(inputs.map((file) => file.path));
  const progress = createProgress(io, bytes);
  return {
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
export async function replayOnce(
  flags: ReplayRunFlags,
  context: CommandContext,
): Promise<Replayed> {
  return replayJob(await prepareReplay(flags, context), context);
}

/** Runs a prepared replay. */
export async function replayJob(job: ReplayJob, context: CommandContext): Promise<Replayed> {
  const done = job.live
    ? await withInterrupt((interrupt) => runReplay({ ...job, interrupt }))
    : await runReplay(job);
  refuseUnreadable(done.result);
  await job.decisions?.close();
  const error = replayError(done, job.candidate.set);
  for (const warning of job.recordedPolicy?.warnings() ?? [])
    context.io.stderr.write(`agentz: ${printable(warning, 500)}\n`);
  const { unmatched } = job.labels ?? { unmatched: 0 };
  if (unmatched > 0 && !done.result.partial)
    context.io.stderr.write(
      `agentz: ${unmatched} labelled ${unmatched === 1 ? "id is" : "ids are"} of no event of the trace\n`,
    );
  const policy =
    job.recordedPolicy === undefined ? {} : { recordedPolicy: job.recordedPolicy.info };
  const document = { ...done.result, ...policy, ...(error === undefined ? {} : { error }) };
  return { document, stats: done.stats, failed: error !== undefined || !document.gate.passed };
}

async function act(flags: ReplayFlags, context: CommandContext): Promise<void> {
  if (flags.watch === true) {
    const prepare = async (): Promise<ReplayJob> => prepareReplay(flags, context);
    const run = async (job: ReplayJob): Promise<ReplayResult> =>
      withStats(await replayJob(job, context), flags);
    return watchReplay(
      { prepare, run, tell: (document) => tell(document, flags, context) },
      context,
    );
  }
  const replayed = await replayOnce(flags, context);
  await tell(withStats(replayed, flags), flags, context);
  context.finish(replayed.document.partial ? 130 : replayed.failed ? 1 : 0);
}

function withStats({ document, stats }: Replayed, flags: ReplayFlags): ReplayResult {
  return flags.stats === true ? { ...document, stats } : document;
}

async function tell(
  document: ReplayResult,
  flags: ReplayFlags,
  { io }: CommandContext,
): Promise<void> {
  const render = pick(REPLAY_REPORTERS, flags.format);
  const color = isColored(io, flags.output);
  await writeDocument(
    io,
    render(document, { color, details: flags.details === true, folder: await reportFolder(io) }),
    flags.output,
  );
  if (document.error !== undefined)
    io.stderr.write(
      inertText(`agentz: ${document.error.message}\n  help: ${document.error.help}\n`),
    );
  if (document.stats !== undefined && flags.format !== "json")
    io.stderr.write(statsText(document.stats));
}

/** The options that every command over a replay takes (design 11.1). */
export function addReplayOptions(command: Command): Command {
  addImportFlags(command)
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs to try; repeated paths are one set"),
    )
    .addOption(
      repeatable(
        "--baseline <path>",
        "what they are compared with: a path, git:<ref>, a bundle, `recorded`, or `recorded-policy` (found by the digest in the trace)",
      ),
    )
    .addOption(
      repeatable("--trace <path>", "recorded traces: files, folders, globs (.gz too), - for stdin"),
    )
    .addOption(
      new Option(
        "--from <format>",
        "what the trace was recorded in, where not as agentz's own; the flags above say what it does not",
      ).choices(FORMATS),
    )
    .addOption(repeatable("--labels <path>", "labels to join by event id: JSONL of {id, labels}"))
    .addOption(
      new Option(
        "--history <kind>",
        "whether each version sees the calls that it would have let run, or those that ran",
      )
        .choices(["counterfactual", "recorded"])
        .default("counterfactual"),
    )
    .addOption(
      new Option("--approvals <mode>", "take approvals as recorded, or assume the answer")
        .choices(["recorded", "granted", "refused"])
        .default("recorded"),
    )
    .addOption(
      new Option("--reorder <events>", "how many events to buffer when sorting by time")
        .argParser(wholeNumber)
        .default(10_000),
    )
    .addOption(
      new Option(
        "--idle <duration>",
        "forget the state of sessions after so much silence, to save memory; what reads it then is unknown; default: never",
      ).argParser(duration),
    )
    .addOption(
      new Option("--since <time>", "count only calls from this day or time on").argParser(startOf),
    )
    .addOption(
      new Option("--until <time>", "count only calls up to this day or time").argParser(untilOf),
    )
    .addOption(repeatable("--agent <id>", "count only calls of these agents"))
    .addOption(repeatable("--session <id>", "count only calls of these sessions"))
    .addOption(
      new Option(
        "--sample <share>",
        "walk only this share of the sessions, 0 to 1; whole sessions, always the same",
      ).argParser(shareOf),
    )
    .addOption(
      new Option(
        "--now <time>",
        "the day by which accepted changes expire; default: the clock",
      ).argParser(untilOf),
    )
    .addOption(
      new Option(
        "--workers <n>",
        "threads that share the work, where they are worth starting; 1: none; default: as many as the machine has",
      ).argParser(wholeNumber),
    )
    .option(
      "--no-index",
      "neither read nor write the index of the trace, which is kept in the user's cache folder",
    )
    .option(
      "--check-index",
      "read the trace all the same, and hold every column of its index against it",
    );
  return addSetOptions(command);
}

/** {@link addReplayOptions}, and those of a gate. */
export function addGatedReplayOptions(command: Command): Command {
  return addGateOptions(addReplayOptions(command));
}

/** The limits that a flag sets. */
export function addGateOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--gate <name=limit>",
        "a limit that has to hold; it replaces the one of agentz.yaml, and the output says so; repeatable",
      ).argParser(gateFlag),
    )
    .addOption(
      new Option(
        "--fail-on <classes>",
        "limits of 0 on widened, narrowed, indeterminate calls; the strictest limit counts",
      ).argParser(failOn),
    );
}

export const replayCommand: CommandModule = {
  define: (command, context) => {
    addGatedReplayOptions(command)
      .addOption(formatOption(REPLAY_REPORTERS))
      .option(
        "--watch",
        "run again after each save of the policies, and say what it moved, until interrupted",
      )
      .option("--details", "list every group and note in pretty output")
      .option("--stats", "say on stderr (in json: as `stats`) which way the replay went, and why")
      .option("--output <file>", "write the result there instead of stdout")
      .option("--decisions <file>", "write one JSON line a call there")
      .addHelpText("after", HELP)
      .action((flags: ReplayFlags) => act(flags, context));
  },
};
