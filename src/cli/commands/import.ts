import type { ImportFlags } from "../../api/trace/import-formats.ts";
import { IMPORT_ENDINGS, expandInputs, leftOutInputs } from "../../node/inputs.ts";
import { printable } from "../../report/escape.ts";
import { importRefusal } from "../../api/trace/import-refusal.ts";
import { counted, importSummary, importedNothing } from "../../api/trace/import-summary.ts";
import type { ImportFile } from "../../trace/importers/importer.ts";
import type { Io } from "../../node/io.ts";
import { suggestMapping } from "../../mapping/suggest.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { openLines } from "../../node/output.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import {
  FORMATS,
  chooseImporter,
  importOptions,
  formatLines,
} from "../../api/trace/import-formats.ts";
import { openLabels } from "../../api/trace/label-files.ts";
import { runImport } from "../../trace/importers/run-import.ts";
import { addImportFlags } from "../import-flags.ts";
import { repeatable } from "../options.ts";

interface Flags extends ImportFlags {
  readonly output: string;
  readonly labels?: readonly string[];
  readonly suggest?: boolean;
}

const GENERIC_ENDINGS = [...IMPORT_ENDINGS, "csv"];

/** What folders held besides, for people; empty where that is nothing. */
function leftOutLine(left: readonly string[]): string {
  if (left.length === 0) return "";
  const names = left.slice(0, 5).join(", ");
  const more = left.length > 5 ? ` and ${left.length - 5} more` : "";
  return `${printable(`${counted(left.length, "file")} of another ending ${left.length === 1 ? "is" : "are"} left out: ${names}${more}; give them by name to import them`, 600)}\n`;
}

async function suggest(files: readonly ImportFile[], output: string, io: Io): Promise<void> {
  const mapping = await suggestMapping(files);
  if (mapping === undefined)
    throw new UserError("nothing-imported", "nothing in these files looks like a call", {
      help: "docs/importers/generic.md shows a mapping",
    });
  const out = await openLines(io, output);
  out.add(mapping.replace(/\n$/, ""));
  await out.close();
}

async function act(
  format: string,
  paths: readonly string[],
  of: { flags: Flags; context: CommandContext },
): Promise<void> {
  const { flags } = of;
  const { io } = of.context;
  if (flags.suggest === true) {
    const named = FORMATS.includes(format) ? paths : [format, ...paths];
    return suggest(await expandInputs(named, IMPORT_ENDINGS), flags.output, io);
  }
  const importer = await chooseImporter(format, io.cwd, flags.mapping);
  const endings = format === "generic" ? GENERIC_ENDINGS : IMPORT_ENDINGS;
  const files = await expandInputs(paths, endings);
  io.stderr.write(leftOutLine(await leftOutInputs(paths, endings)));
  if (files.length === 0)
    throw new UserError("no-input", "there is nothing to import: no file of that kind was found", {
      help: "give files, folders, globs, or - for standard input",
    });
  const labels = await openLabels(flags.labels);
  const run = runImport(importer, files, { ...importOptions(flags), ...(labels && { labels }) });
  const out = await openLines(io, flags.output);
  for await (const chunk of run.chunks) {
    out.add(chunk.replace(/\n$/, ""));
    out.flush();
  }
  const report = run.report();
  io.stderr.write(importSummary(report));
  if (labels !== undefined && labels.unmatched > 0)
    io.stderr.write(`  ${labels.unmatched} labelled ids were not among the events\n`);
  if (importedNothing(report)) await refuse(files, io);
  await out.close();
}

/** Says what helps, and what a mapping of the first file may begin with. */
async function refuse(files: readonly ImportFile[], io: Io): Promise<never> {
  const { help, mapping } = await importRefusal(files);
  if (mapping !== undefined)
    io.stderr.write(`a mapping to begin with, for \`generic\`:\n\n${indented(mapping)}\n`);
  throw new UserError("nothing-imported", "nothing could be imported", {
    help: `the lines above say why; ${help}`,
  });
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
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
      .argument("<format>", "what was recorded: one of the formats below")
      .argument("[paths...]", "files, folders, globs (.gz too), or - for standard input")
      .option("-o, --output <file>", "the trace to write", "-");
    addImportFlags(command)
      .addOption(repeatable("--labels <path>", "labels to join by event id: JSONL of {id, labels}"))
      .option("--results", "keep the texts of prompts, answers and results")
      .option("--suggest", "write a mapping for `generic` that starts from these files")
      .addHelpText("after", `\nFormats:\n${formatLines()}\n${EXAMPLES}`)
      .action((format: string, paths: readonly string[], flags: Flags) =>
        act(format, paths, { flags, context }),
      );
  },
};
