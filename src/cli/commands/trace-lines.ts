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
    .argument("<traces...>", "files, folders, globs (.gz too), or - for standard input")
    .option("-o, --output <file>", "the trace to write", "-")
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
  context.io.stderr.write(`${kept} of ${all} events\n`);
}

/** `trace sample`. */
export function defineSample(parent: Command, context: CommandContext): void {
  lineCommand(parent, "sample", {
    summary: "draw whole sessions of a trace",
    description: "Draws a share of the sessions, whole, and always the same for the same seed.",
  })
    .addOption(new Option("--share <share>", "how much, 0 to 1").argParser(shareOf).default(0.1))
    .option("--seed <text>", "another seed draws other sessions", "")
    .action((paths: readonly string[], flags: SampleFlags) => sample(paths, flags, context));
}

async function merge(
  paths: readonly string[],
  flags: LineFlags,
  context: CommandContext,
): Promise<void> {
  const { events, files } = await mergeTraces(paths, flags, context.io);
  context.io.stderr.write(`${events} events from ${files} files\n`);
}

/** `trace merge`. */
export function defineMerge(parent: Command, context: CommandContext): void {
  lineCommand(parent, "merge", {
    summary: "one trace of several, in order of time",
    description:
      "Merges traces by time, then by file and line, as a replay reads them. Each file's own disorder is fixed within --reorder.",
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
    summary: "put a trace in order of time",
    description:
      "Sorts any disorder, in files of any size: what does not fit into memory goes through temporary files. Lines stay as they are.",
  })
    .addOption(
      new Option("--memory <MiB>", "lines sorted in memory at a time")
        .argParser(megabytes)
        .default(16),
    )
    .action((paths: readonly string[], flags: LineFlags & { readonly memory: number }) =>
      sortTraces(paths, { ...flags, memory: flags.memory * MEBIBYTE }, context.io),
    );
}
