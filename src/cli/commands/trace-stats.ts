import type { Command } from "commander";
import { STATS_REPORTERS, VALIDATE_REPORTERS } from "../../report/trace/reporters.ts";
import { DEFAULT_REORDER } from "../../trace/order.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import type { StatsResult } from "../../documents/trace-stats-result.ts";
import type { TraceRead } from "../../documents/trace-read.ts";
import type { ValidateResult } from "../../documents/trace-validate-result.ts";
import { traceRead, TraceStats } from "../../trace/tools/stats.ts";
import { validateTrace } from "../../trace/tools/validate.ts";
import type { CommandContext } from "../command.ts";
import { writeDocument } from "../../node/output.ts";
import { addImportFlags } from "../import-flags.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import { formatOption, pick, wholeNumber } from "../options.ts";
import { openTrace, type TraceFlags } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";
import { Option } from "commander";

interface Flags extends TraceFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly reorder: number;
}

function refuseEmpty(trace: TraceRead): void {
  if (trace.events === 0)
    throw new UserError(
      "unreadable-trace",
      `nothing of the trace could be read (${trace.malformed} malformed lines)`,
      {
        help: "a trace is JSON Lines, one event a line; other formats come in by `agentz import` or `--from`",
      },
    );
}

async function stats(
  paths: readonly string[],
  flags: Flags,
  { io }: CommandContext,
): Promise<void> {
  const { files } = await openTrace(paths, flags, io);
  const report = new ReadReport();
  const found = new TraceStats();
  for await (const batch of readTrace(files, { reorder: flags.reorder, report }))
    for (const event of batch) found.add(event);
  const trace = traceRead(found.tally, report);
  refuseEmpty(trace);
  const document: StatsResult = {
    schemaVersion: 1,
    command: "trace stats",
    tool: { version: VERSION },
    trace,
    ...found.lists(),
  };
  await writeDocument(
    io,
    pick(STATS_REPORTERS, flags.format)(document, {
      color: false,
      details: flags.details === true,
    }),
    flags.output,
  );
}

async function validate(
  paths: readonly string[],
  flags: Flags,
  { io, finish }: CommandContext,
): Promise<void> {
  const { files } = await openTrace(paths, flags, io);
  const found = await validateTrace(files);
  refuseEmpty(found.trace);
  const document: ValidateResult = {
    schemaVersion: 1,
    command: "trace validate",
    tool: { version: VERSION },
    ...found,
  };
  await writeDocument(
    io,
    pick(VALIDATE_REPORTERS, flags.format)(document, {
      color: false,
      details: flags.details === true,
    }),
    flags.output,
  );
  finish(document.valid ? 0 : 1);
}

/** `trace stats`. */
export function defineStats(parent: Command, context: CommandContext): void {
  const command = parent
    .command("stats")
    .summary("what a trace holds")
    .description("Counts events, agents, actions, decisions, labels, and what is recorded of them.")
    .argument("<traces...>", "files, folders, globs (.gz too), or - for standard input");
  addImportFlags(command)
    .addOption(
      new Option(
        "--from <format>",
        "what the trace was recorded in, where not as agentz's own",
      ).choices(FORMATS),
    )
    .addOption(
      new Option("--reorder <events>", "how many events to buffer when sorting by time")
        .argParser(wholeNumber)
        .default(DEFAULT_REORDER),
    )
    .addOption(formatOption(STATS_REPORTERS))
    .option("--details", "list every name")
    .option("--output <file>", "write the result there instead of stdout")
    .action((paths: readonly string[], flags: Flags) => stats(paths, flags, context));
}

/** `trace validate`. */
export function defineValidate(parent: Command, context: CommandContext): void {
  parent
    .command("validate")
    .summary("check every line of a trace")
    .description(
      "Checks that every line is an event, ids are unique, parents known, and the order can be fixed. Exit status 1 where not.",
    )
    .argument("<traces...>", "files, folders, globs (.gz too), or - for standard input")
    .addOption(formatOption(VALIDATE_REPORTERS))
    .option("--details", "list every line")
    .option("--output <file>", "write the result there instead of stdout")
    .action((paths: readonly string[], flags: Flags) => validate(paths, flags, context));
}
