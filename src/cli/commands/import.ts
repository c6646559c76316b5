import { FORMATS, formatLines } from "../../api/trace/import-formats.ts";
import { type ImportTraceFlags, importTrace, suggestImport } from "../../api/trace/import-trace.ts";
import type { Io } from "../../node/io.ts";
import { keepHeapSmall } from "../../node/small-heap.ts";
import type { CommandModule } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { repeatable } from "../options.ts";

interface Flags extends ImportTraceFlags {
  readonly suggest?: boolean;
}

async function act(
  format: string,
  paths: readonly string[],
  asked: { readonly flags: Flags; readonly io: Io },
): Promise<void> {
  const { flags, io } = asked;
  keepHeapSmall();
  if (flags.suggest !== true) return importTrace({ format, paths }, flags, io);
  const named = FORMATS.includes(format) ? paths : [format, ...paths];
  return suggestImport(named, flags.output, io);
}

const EXAMPLES = `
Examples:
  agentz import auto runs/ -o trace.jsonl
  agentz import claude-code ~/.claude/projects --subject agent:coder -o trace.jsonl
  agentz import otel 'spans/**/*.jsonl.gz' | gzip > trace.jsonl.gz
  agentz import --suggest runs.jsonl -o calls.yaml
  agentz import generic calls.csv --mapping calls.yaml -o trace.jsonl`;

export const importCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("<format>", "the format of the files: one of the formats below")
      .argument(
        "[paths...]",
        "files, folders, globs (.gz and .parquet too), or - for standard input",
      )
      .option(
        "-o, --output <file>",
        "the trace that is written; .gz and .parquet name its form",
        "-",
      );
    addImportFlags(command)
      .addOption(
        repeatable(
          "--labels <path>",
          "labels to add by event id: JSONL of {id, labels: {incident: true|false}}",
        ),
      )
      .option("--results", "keep the texts of prompts, answers and results")
      .option("--suggest", "write a first mapping for `generic` from these files")
      .addHelpText("after", `\nFormats:\n${formatLines()}\n${EXAMPLES}`)
      .action((format: string, paths: readonly string[], flags: Flags) =>
        act(format, paths, { flags, io: context.io }),
      );
  },
};
