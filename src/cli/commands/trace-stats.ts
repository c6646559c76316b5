import type { Command } from "commander";
import { Option } from "commander";
import { FORMATS } from "../../api/trace/import-formats.ts";
import type { TraceFlags } from "../../api/trace/trace-input.ts";
import { DEFAULT_REORDER } from "../../api/trace/trace-input.ts";
import { statsDocument, validateDocument } from "../../api/trace/trace-stats.ts";
import { writeDocument } from "../../node/output.ts";
import { STATS_REPORTERS, VALIDATE_REPORTERS } from "../../report/trace/reporters.ts";
import type { CommandContext } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { formatOption, pick, wholeNumber } from "../options.ts";

interface Flags extends TraceFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly reorder: number;
}

async function stats(
  paths: readonly string[],
  flags: Flags,
  { io }: CommandContext,
): Promise<void> {
  const document = await statsDocument(paths, flags, io);
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
  const document = await validateDocument(paths, flags, io);
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
