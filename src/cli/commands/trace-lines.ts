import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { LineFlags } from "../../api/trace/copy-lines.ts";
import { DEFAULT_REORDER } from "../../api/trace/trace-input.ts";
import {
  mergeTraces,
  type SampleFlags,
  sampleTrace,
  sortTraces,
} from "../../api/trace/write-trace.ts";
import type { CommandContext } from "../command.ts";
import { shareOf, wholeNumber } from "../options.ts";
import { count } from "../../text/count.ts";

/** Adds what these commands share. */
export function lineCommand(
  parent: Command,
  name: string,
  about: { summary: string; description: string },
): Command {
  return parent
    .command(name)
    .summary(about.summary)
    .description(about.description)
    .argument(
      "<traces...>",
      "files, folders, globs (.gz and .parquet too), or - for standard input",
    )
    .option("-o, --output <file>", "the trace that is written; .gz and .parquet name its form", "-")
    .addOption(
      new Option("--reorder <events>", "how many events to buffer when sorting by time")
        .argParser(wholeNumber)
        .default(DEFAULT_REORDER),
    );
}

async function sample(
  paths: readonly string[],
  flags: SampleFlags,
  context: CommandContext,
): Promise<void> {
  const { kept, all } = await sampleTrace(paths, flags, context.io);
  context.io.stderr.write(`${kept} of ${count(all, "event")}\n`);
}

/** `trace sample`. */
export function defineSample(parent: Command, context: CommandContext): void {
  lineCommand(parent, "sample", {
    summary: "keep a share of the sessions of a trace",
    description:
      "Keeps a share of the sessions, each as a whole. The same seed always selects the same sessions.",
  })
    .addOption(
      new Option("--share <share>", "the share of sessions, 0 to 1")
        .argParser(shareOf)
        .default(0.1),
    )
    .option("--seed <text>", "another seed selects other sessions", "")
    .action((paths: readonly string[], flags: SampleFlags) => sample(paths, flags, context));
}

async function merge(
  paths: readonly string[],
  flags: LineFlags,
  context: CommandContext,
): Promise<void> {
  const { events, files } = await mergeTraces(paths, flags, context.io);
  context.io.stderr.write(`${count(events, "event")} from ${count(files, "file")}\n`);
}

/** `trace merge`. */
export function defineMerge(parent: Command, context: CommandContext): void {
  lineCommand(parent, "merge", {
    summary: "merge traces in the order of time",
    description:
      "Merges traces by time, then by file and line, in the order in which a replay reads " +
      "them. Each file is sorted within a buffer of --reorder events.",
  }).action((paths: readonly string[], flags: LineFlags) => merge(paths, flags, context));
}

const MEBIBYTE = 1024 * 1024;

function megabytes(value: string): number {
  const count = wholeNumber(value);
  if (count < 1 || count > 4096) throw new InvalidArgumentError("it has to be 1 to 4096.");
  return count;
}

/** `trace sort`: what the reader names where disorder is beyond `--reorder`. */
export function defineSort(parent: Command, context: CommandContext): void {
  lineCommand(parent, "sort", {
    summary: "sort a trace by time",
    description:
      "Sorts files of any size; events that do not fit into memory are written to temporary " +
      "files. Lines are not changed.",
  })
    .addOption(
      new Option("--memory <MiB>", "how much of the trace to sort in memory at a time")
        .argParser(megabytes)
        .default(16),
    )
    .action((paths: readonly string[], flags: LineFlags & { readonly memory: number }) =>
      sortTraces(paths, { ...flags, memory: flags.memory * MEBIBYTE }, context.io),
    );
}
