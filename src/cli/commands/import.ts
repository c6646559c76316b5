import { Argument, InvalidArgumentError, Option } from "commander";
import { IMPORTERS, findImporter, recogniseImporter } from "../../trace/importers/registry.ts";
import type { Importer, ImportFile } from "../../trace/importers/importer.ts";
import type { ImportReport } from "../../trace/importers/import-tally.ts";
import { runImport } from "../../trace/importers/run-import.ts";
import { readLabels } from "../../trace/labels.ts";
import { printable } from "../../report/escape.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { expandInputs, IMPORT_ENDINGS, TRACE_ENDINGS } from "../host/inputs.ts";
import { openLines } from "../host/output.ts";
import { repeatable } from "../options.ts";
import { UserError } from "../user-error.ts";

interface ImportFlags {
  readonly output: string;
  readonly subject?: { readonly type: string; readonly id: string };
  readonly server?: string;
  readonly model?: string;
  readonly labels?: readonly string[];
  readonly results?: boolean;
}

function subject(value: string): { readonly type: string; readonly id: string } {
  const colon = value.indexOf(":");
  if (colon < 1 || colon === value.length - 1) throw new InvalidArgumentError("it has to be type:id, such as agent:support-eu.");
  return { type: value.slice(0, colon), id: value.slice(colon + 1) };
}

const SAMPLE = 65_536;

async function recognise(file: ImportFile): Promise<Importer> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of file.open()) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= SAMPLE) break;
  }
  const found = recogniseImporter({ name: file.name, text: text.slice(0, SAMPLE) });
  if (found === undefined) throw new UserError("unknown-format", `the format of \`${file.name}\` is not recognised`, { help: `name one of ${IMPORTERS.map((i) => i.name).join(", ")}` });
  return found;
}

function summary(report: ImportReport): string {
  const { without } = report;
  const lines = [
    `${report.calls} calls in ${report.sessions} sessions from ${report.files} files`,
    `  without arguments ${without.args}, agent ${without.agent}, session ${without.session}, time ${without.time}`,
    ...report.causes.map(({ cause, count }) => `  ${count} unreadable: ${cause}`),
    ...report.unreadable.slice(0, 5).map(({ file, line, cause }) => `    ${file}${line === undefined ? "" : `:${line}`}: ${cause}`),
    ...report.notes.map((note) => `  note: ${note}`),
  ];
  return `${lines.map((line) => printable(line, 300)).join("\n")}\n`;
}

async function act(format: string, paths: readonly string[], of: { flags: ImportFlags; context: CommandContext }): Promise<void> {
  const { flags } = of;
  const { io } = of.context;
  const files = await expandInputs(paths, IMPORT_ENDINGS);
  const [first] = files;
  if (first === undefined) throw new UserError("no-input", "there is nothing to import: no file of that kind was found", { help: "give files, folders, globs, or - for standard input" });
  const importer = format === "auto" ? await recognise(first) : findImporter(format);
  if (importer === undefined) throw new UserError("usage", `there is no importer \`${format}\``);
  const labels = flags.labels === undefined ? undefined : await readLabels(await expandInputs(flags.labels, TRACE_ENDINGS));
  const known = { ...(flags.subject && { subject: flags.subject }), ...(flags.server && { server: flags.server }), ...(flags.model && { model: flags.model }) };
  const run = runImport(importer, files, { ...known, results: flags.results === true, ...(labels && { labels }) });
  const out = await openLines(io, flags.output);
  for await (const chunk of run.chunks) {
    out.add(chunk.replace(/\n$/, ""));
    await out.flush();
  }
  await out.close();
  const report = run.report();
  io.stderr.write(summary(report));
  if (labels !== undefined && labels.unmatched > 0) io.stderr.write(`  ${labels.unmatched} labelled ids were not among the events\n`);
  if (report.events === 0) throw new UserError("nothing-imported", "nothing could be imported", { help: "the lines above say why" });
}

export const importCommand: CommandModule = {
  define: (command, context) => {
    command
      .addArgument(new Argument("<format>", "what was recorded").choices([...IMPORTERS.map((importer) => importer.name), "auto"]))
      .argument("<paths...>", "files, folders, globs (.gz too), or - for standard input")
      .option("-o, --output <file>", "the trace to write", "-")
      .addOption(new Option("--subject <type:id>", "the agent that made the calls, where the format does not say").argParser(subject))
      .option("--server <name>", "the server whose tools were called, where the format does not say")
      .option("--model <name>", "the model, where the format does not say")
      .addOption(repeatable("--labels <path>", "labels to join by event id: JSONL of {id, labels}"))
      .option("--results", "keep the texts of prompts, answers and results")
      .addHelpText("after", `\nFormats:\n${IMPORTERS.map((i) => `  ${i.name.padEnd(16)} ${i.title}`).join("\n")}\n\nExample:\n  agentz import chat runs/ --subject agent:assistant -o trace.jsonl`)
      .action((format: string, paths: readonly string[], flags: ImportFlags) => act(format, paths, { flags, context }));
  },
};
