import type { Command } from "commander";
import { Option } from "commander";
import type { ReplayRunFlags, Replayed } from "../../api/replay-run.ts";
import { prepareReplay, replayJob, replayOnce } from "../../api/replay-run.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import { DEFAULT_REORDER } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { LIMITS } from "../../api/config/gate-config.ts";
import { wrapLine } from "../../report/wrap.ts";
import { statsText } from "../../report/replay/stats.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { gateFlag } from "../gate-flag.ts";
import { addImportFlags } from "../import-flags.ts";
import {
  addFilterOptions,
  addSetOptions,
  duration,
  expiryDay,
  failOn,
  formatOption,
  repeatable,
  wholeNumber,
} from "../options.ts";
import type { ReplayJob } from "../../api/replay/replay-job.ts";
import { explainFlags } from "../explain-command.ts";
import { containing, watchReplay } from "../replay-watch.ts";
import { showDocument, type ShowFlags } from "../show-document.ts";

/** What `agentz replay` takes. */
export interface ReplayFlags extends ReplayRunFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly watch?: boolean;
  readonly stats?: boolean;
}

/** The checks that are minimums, or maximums, below their label. */
function checksOf(label: string, atLeast: boolean, more: readonly string[] = []): string {
  const names = [...LIMITS].flatMap(([name, limit]) => (limit.atLeast === atLeast ? [name] : []));
  return wrapLine(`  ${label}  ${[...names, ...more].join(", ")}`, 80).join("\n");
}

/** Of one label, class of data or effect each. */
const WIDENED = ["widened.label:<x>", "widened.class:<x>", "widened.effect:<x>"];

const HELP = `
Examples:
  agentz replay                                          what agentz.yaml says
  agentz replay --baseline git:main                      the working tree against a branch
  agentz replay --baseline recorded --trace 'traces/**/*.jsonl' --decisions out.jsonl
  agentz replay --from otel --trace spans.jsonl          a trace in another format
  agentz replay --fail-on widened                        exit 1 if any call is widened
  agentz replay --candidate a --candidate-2 b            two candidates side by side, against one baseline
  agentz replay --watch                                  replays again after each save, and shows what changed

A filter only decides which calls are counted. Calls that are not counted still affect the session
state of later calls. Only --sample leaves out whole sessions.

With --candidate-2 to --candidate-9, the result has a row for each candidate. Each is judged by the
same gate, and the exit status is 1 if any of them fails. Only the first candidate is described in
full, and only its decisions are written. --format sarif has a run for each candidate.

Checks of --gate: shares run from 0 to 1, counts are whole numbers. A minimum fails if there is
nothing to measure.
${checksOf("minimum", true)}
${checksOf("maximum", false, WIDENED)}

The default of --baseline is \`baseline\` of agentz.yaml. Without it, in a git repository, the
default is the commit where HEAD left the target branch. The target branch is the one that the
variables of the CI name, else origin/HEAD, origin/main, origin/master, main or master. Outside a
repository, the default is \`recorded\`. In a CI it is an error if there is no such commit, if the
commit is HEAD itself, or if the baseline and the candidate are the same files.`;

/** As many candidates as a table shows side by side. */
const MOST_CANDIDATES = 9;

/**
 * `--candidate-2` to `--candidate-9`; the help names them all with the first of them, or none if
 * `hidden`: the command takes them only to say what to do instead.
 */
export function addMoreCandidates(command: Command, hidden = false): void {
  for (let number = 2; number <= MOST_CANDIDATES; number++) {
    const option = repeatable(
      `--candidate-${number} <path>`,
      `another candidate, replayed beside the first one (up to --candidate-${MOST_CANDIDATES})`,
    );
    command.addOption(number === 2 && !hidden ? option : option.hideHelp());
  }
}

/** What `--candidate-2` and so on name, by number. */
export function moreCandidates(flags: object): ReadonlyMap<number, readonly string[]> {
  const given = new Map<string, unknown>(Object.entries(flags));
  const found = new Map<number, readonly string[]>();
  for (let number = 2; number <= MOST_CANDIDATES; number++) {
    const paths = given.get(`candidate${number}`);
    if (Array.isArray(paths)) found.set(number, paths);
  }
  return found;
}

async function act(given: ReplayFlags, context: CommandContext): Promise<void> {
  const flags = { ...given, candidates: moreCandidates(given) };
  const explain = explainFlags(flags);
  if (flags.watch === true) {
    if (flags.candidates.size > 0)
      throw new UserError("usage", "`--watch` takes one candidate", {
        help: "leave out `--candidate-2` and the like, or leave out `--watch`",
      });
    const prepare = async (): Promise<ReplayJob> => prepareReplay(flags, context.io);
    const run = async (job: ReplayJob): Promise<ReplayResult> =>
      withStats(await replayJob({ ...job, more: [] }, context.io), flags);
    return watchReplay(
      {
        prepare,
        run,
        // a filter is for the screen: a file has every group
        tell: (document, { details: asked, filter, rows }) => {
          const details = (flags.details === true) !== asked;
          return tell(
            flags.output === undefined ? containing(document, filter) : document,
            {
              ...flags,
              details,
              explainFlags: explain,
              // details may scroll
              ...(rows !== undefined && !details && { rows }),
            },
            context,
          );
        },
      },
      context,
    );
  }
  const replayed = await replayOnce(flags, context.io);
  await tell(withStats(replayed, flags), { ...flags, explainFlags: explain }, context);
  context.finish(replayed.document.partial ? 130 : replayed.failed ? 1 : 0);
}

function withStats({ document, stats }: Replayed, flags: ReplayFlags): ReplayResult {
  return flags.stats === true ? { ...document, stats } : document;
}

/** Writes the document as flags ask for it; what is wrong with it goes to stderr. */
export async function tell(
  document: ReplayResult,
  flags: ShowFlags,
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
  command
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs to try; repeated paths are one set"),
    )
    .addOption(
      repeatable(
        "--baseline <path>",
        "what they are compared with: a path, git:<ref>, a bundle, `recorded`, or " +
          "`recorded-policy` (found by the digest in the trace)",
      ),
    )
    .addOption(
      repeatable(
        "--trace <path>",
        "recorded traces: files, folders, globs (.gz and .parquet too), - for stdin",
      ),
    )
    .addOption(
      new Option(
        "--from <format>",
        "the format of the trace, if it is not agentz's own; the flags below add what it does not record",
      ).choices(FORMATS),
    );
  addImportFlags(command)
    .addOption(
      repeatable(
        "--labels <path>",
        "labels to add by event id: JSONL of {id, labels: {incident: true|false}}",
      ),
    )
    .addOption(
      new Option(
        "--history <kind>",
        "the history that each version sees: the calls that it would have permitted, or the calls that really ran",
      )
        .choices(["counterfactual", "recorded"])
        .default("counterfactual"),
    )
    .addOption(
      new Option(
        "--approvals <mode>",
        "use the recorded approvals, or assume that all are granted or refused",
      )
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
        "forget the state of a session that has no event for this long, to save memory; it is " +
          "then unknown; default: never",
      ).argParser(duration),
    );
  addFilterOptions(command)
    .addOption(expiryDay())
    .addOption(
      new Option(
        "--workers <n>",
        "number of worker threads (1 disables them); default: the number of processors, at most 8, if the trace is " +
          "large enough",
      ).argParser(wholeNumber),
    )
    .option("--no-index", "neither read nor write the index of the trace in your cache folder")
    .option("--check-index", "read the whole trace, and compare every column of its index with it");
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
        "a limit; it replaces the limit of agentz.yaml, and the output shows this; repeatable",
      ).argParser(gateFlag),
    )
    .addOption(
      new Option(
        "--fail-on <classes>",
        "set a limit of 0 on widened, narrowed or indeterminate calls; no other setting loosens it",
      ).argParser(failOn),
    );
}

export const replayCommand: CommandModule = {
  define: (command, context) => {
    addGatedReplayOptions(command).addOption(formatOption("replay"));
    addMoreCandidates(command);
    command
      .option(
        "--watch",
        "replay again after each save of the policies, and show what changed, until interrupted",
      )
      .option("--details", "list every group and note in pretty output")
      .option("--stats", "print on stderr (in json: as `stats`) how the replay was done, and why")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .option(
        "--decisions <file>",
        "write one JSON line for each call to this file; a row where it ends in .parquet",
      )
      .addHelpText("after", HELP)
      .action((flags: ReplayFlags) => act(flags, context));
  },
};
