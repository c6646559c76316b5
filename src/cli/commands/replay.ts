import type { Command } from "commander";
import { Option } from "commander";
import type { ReplayRunFlags, Replayed } from "../../api/replay-run.ts";
import { prepareReplay, replayJob, replayOnce } from "../../api/replay-run.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import { DEFAULT_REORDER } from "../../api/trace/trace-input.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { LIMITS } from "../../replay/gate.ts";
import { statsText } from "../../report/replay/stats.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { gateFlag } from "../gate-flag.ts";
import { addImportFlags } from "../import-flags.ts";
import {
  addSetOptions,
  duration,
  failOn,
  formatOption,
  repeatable,
  shareOf,
  startOf,
  untilOf,
  wholeNumber,
} from "../options.ts";
import type { ReplayJob } from "../replay-job.ts";
import { watchReplay } from "../replay-watch.ts";
import { showDocument } from "../show-document.ts";

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

async function act(flags: ReplayFlags, context: CommandContext): Promise<void> {
  if (flags.watch === true) {
    const prepare = async (): Promise<ReplayJob> => prepareReplay(flags, context.io);
    const run = async (job: ReplayJob): Promise<ReplayResult> =>
      withStats(await replayJob(job, context.io), flags);
    return watchReplay(
      { prepare, run, tell: (document) => tell(document, flags, context) },
      context,
    );
  }
  const replayed = await replayOnce(flags, context.io);
  await tell(withStats(replayed, flags), flags, context);
  context.finish(replayed.document.partial ? 130 : replayed.failed ? 1 : 0);
}

function withStats({ document, stats }: Replayed, flags: ReplayFlags): ReplayResult {
  return flags.stats === true ? { ...document, stats } : document;
}

export async function tell(
  document: ReplayResult,
  flags: ReplayFlags,
  { io }: CommandContext,
): Promise<void> {
  await showDocument(io, { name: "replay", document }, flags);
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
        .default(DEFAULT_REORDER),
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
      .addOption(formatOption("replay"))
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
