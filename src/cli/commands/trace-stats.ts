import type { Command } from "commander";
import { Option } from "commander";
import { FORMATS } from "../../api/trace/import-formats.ts";
import type { TraceFlags } from "../../api/trace/trace-input.ts";
import { DEFAULT_REORDER } from "../../api/trace/trace-input.ts";
import { statsDocument, validateDocument } from "../../api/trace/trace-stats.ts";
import type { CommandContext } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { formatOption, wholeNumber } from "../options.ts";
import { showDocument } from "../show-document.ts";

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
  await showDocument(io, { name: "trace stats", document: document }, flags);
}

async function validate(
  paths: readonly string[],
  flags: Flags,
  { io, finish }: CommandContext,
): Promise<void> {
  const document = await validateDocument(paths, flags, io);
  await showDocument(io, { name: "trace validate", document: document }, flags);
  finish(document.valid ? 0 : 1);
}

/** `trace stats`. */
export function defineStats(parent: Command, context: CommandContext): void {
  const command = parent
    .command("stats")
    .summary("show what a trace contains")
    .description(
      "Counts events, agents, actions, decisions and labels, and the attributes that calls record.",
    )
    .argument(
      "<traces...>",
      "files, folders, globs (.gz and .parquet too), or - for standard input",
    );
  addImportFlags(command)
    .addOption(
      new Option("--from <format>", "the format of the trace, if it is not agentz's own").choices(
        FORMATS,
      ),
    )
    .addOption(
      new Option("--reorder <events>", "how many events to buffer when sorting by time")
        .argParser(wholeNumber)
        .default(DEFAULT_REORDER),
    )
    .addOption(formatOption("trace stats"))
    .option("--details", "list every name")
    .option("-o, --output <file>", "write the result to this file instead of stdout")
    .action((paths: readonly string[], flags: Flags) => stats(paths, flags, context));
}

/** `trace validate`. */
export function defineValidate(parent: Command, context: CommandContext): void {
  parent
    .command("validate")
    .summary("check every line of a trace")
    .description(
      "Checks that every line is an event, ids are unique, parents exist, and the trace can be " +
        "sorted. Exit status 1 if not.",
    )
    .argument(
      "<traces...>",
      "files, folders, globs (.gz and .parquet too), or - for standard input",
    )
    .addOption(formatOption("trace validate"))
    .option("--details", "list every line")
    .option("-o, --output <file>", "write the result to this file instead of stdout")
    .action((paths: readonly string[], flags: Flags) => validate(paths, flags, context));
}
