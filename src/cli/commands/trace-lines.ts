import { InvalidArgumentError, Option, type Command } from "commander";
import type { TraceFile } from "../../trace/read-events.ts";
import { DEFAULT_REORDER } from "../../trace/order.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { sessionKey } from "../../trace/tools/session-key.ts";
import { isDrawn } from "../../trace/tools/sample.ts";
import { readRaw, type RawEvent } from "../../trace/tools/raw-events.ts";
import { sortTrace } from "../../trace/tools/sort.ts";
import type { CommandContext } from "../command.ts";
import { openLines } from "../../node/output.ts";
import { withRunStore } from "../../node/run-store.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { shareOf, wholeNumber } from "../options.ts";
import { openTrace, type TraceFlags } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";

/** Flags of tools that write a trace. */
export interface LineFlags extends TraceFlags {
  readonly output: string;
  readonly reorder: number;
}

/**
 * Tells of malformed lines, and refuses a trace of which nothing could be read: before what is
 * there is replaced by nothing.
 */
export function tellMalformed(report: ReadReport, { io }: CommandContext): void {
  const [first] = report.malformedList;
  if (first !== undefined)
    io.stderr.write(
      inertText(
        `${report.malformed} malformed lines were left out, the first at ${first.file}:${first.line}: ${first.cause}\n`,
      ),
    );
  if (report.events === 0)
    throw new UserError("unreadable-trace", "nothing of the trace could be read", {
      help: "a trace is JSON Lines, one event a line; other formats come in by `agentz import`",
    });
}

/** Writes the lines of `files` that `keeps`, in the order of time. */
export async function copyLines(
  files: readonly TraceFile[],
  of: { flags: LineFlags; context: CommandContext; keeps: (raw: RawEvent) => boolean },
): Promise<{ readonly kept: number; readonly all: number }> {
  const report = new ReadReport();
  const out = await openLines(of.context.io, of.flags.output);
  let kept = 0;
  for await (const batch of readRaw(files, { reorder: of.flags.reorder, report })) {
    for (const raw of batch) {
      if (!of.keeps(raw)) continue;
      out.add(raw.text);
      kept++;
    }
    out.flush();
  }
  tellMalformed(report, of.context);
  await out.close();
  return { kept, all: report.events };
}

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
  flags: LineFlags & { readonly share: number; readonly seed: string },
  context: CommandContext,
): Promise<void> {
  const { files } = await openTrace(paths, flags, context.io);
  const { kept, all } = await copyLines(files, {
    flags,
    context,
    keeps: ({ event }) => isDrawn(sessionKey(event), flags),
  });
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
    .action((paths: readonly string[], flags: LineFlags & { share: number; seed: string }) =>
      sample(paths, flags, context),
    );
}

async function merge(
  paths: readonly string[],
  flags: LineFlags,
  context: CommandContext,
): Promise<void> {
  const { files } = await openTrace(paths, flags, context.io);
  const { kept } = await copyLines(files, { flags, context, keeps: () => true });
  context.io.stderr.write(`${kept} events from ${files.length} files\n`);
}

/** `trace merge`. */
export function defineMerge(parent: Command, context: CommandContext): void {
  lineCommand(parent, "merge", {
    summary: "one trace of several, in order of time",
    description:
      "Merges traces by time, then by file and line, as a replay reads them. Each file's own disorder is fixed within --reorder.",
  }).action((paths: readonly string[], flags: LineFlags) => merge(paths, flags, context));
}

async function sort(
  paths: readonly string[],
  flags: LineFlags & { readonly memory?: number },
  context: CommandContext,
): Promise<void> {
  const { files } = await openTrace(paths, flags, context.io);
  const report = new ReadReport();
  await withRunStore(async (store) => {
    const out = await openLines(context.io, flags.output);
    let pending = 0;
    for await (const line of sortTrace(files, {
      report,
      store,
      ...(flags.memory !== undefined && { run: flags.memory * 1024 * 1024 }),
    })) {
      out.add(line);
      if (++pending % 1000 === 0) out.flush();
    }
    tellMalformed(report, context);
    await out.close();
  });
}

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
    .action((paths: readonly string[], flags: LineFlags & { memory?: number }) =>
      sort(paths, flags, context),
    );
}
