import { UserError } from "../../diagnostics/user-error.ts";
import { suggestMapping } from "../../mapping/suggest.ts";
import { expandInputs, IMPORT_ENDINGS, leftOutInputs } from "../../node/inputs.ts";
import type { Io } from "../../node/io.ts";
import { openLines } from "../../node/output.ts";
import { printable } from "../../report/escape.ts";
import type { ImportFile } from "../../trace/importers/importer.ts";
import { runImport } from "../../trace/importers/run-import.ts";
import { chooseImporter, type ImportFlags, importOptions } from "./import-formats.ts";
import { importRefusal } from "./import-refusal.ts";
import { importedNothing, importSummary } from "./import-summary.ts";
import { openLabels } from "./label-files.ts";
import { openTraceLines, type TraceOutput } from "./trace-output.ts";
import { count } from "../../text/count.ts";
import { someListed } from "../../text/listed.ts";

const GENERIC_ENDINGS = [...IMPORT_ENDINGS, "csv"];

/** What folders held besides, for people; empty where that is nothing. */
function leftOutLine(left: readonly string[]): string {
  if (left.length === 0) return "";
  return `${printable(
    `${count(left.length, "file")} with another ending ${left.length === 1 ? "is" : "are"} left ` +
      `out: ${someListed(left, 5)}; to import such a file, pass its name`,
    600,
  )}\n`;
}

/**
 * Writes a mapping for `generic` that starts from what files look like; where nothing in them looks
 * like a call it is a `UserError`.
 */
export async function suggestImport(
  paths: readonly string[],
  output: string,
  io: Io,
): Promise<void> {
  const files = await expandInputs(paths, IMPORT_ENDINGS);
  const mapping = await suggestMapping(files);
  if (mapping === undefined)
    throw new UserError("nothing-imported", "these files contain nothing that looks like a call", {
      help: "write a mapping as shown in docs/importers/generic.md",
    });
  const out = await openLines(io, output);
  out.add(mapping.replace(/\n$/, ""));
  await out.close();
}

/** What an import takes beside what an operator adds to it. */
export interface ImportTraceFlags extends ImportFlags, TraceOutput {
  readonly labels?: readonly string[];
}

/**
 * Writes recorded runs of a format as a trace, and tells on stderr what was read, left out and not
 * understood. Where nothing could be imported it is a `UserError`, and nothing is written.
 */
export async function importTrace(
  source: { readonly format: string; readonly paths: readonly string[] },
  flags: ImportTraceFlags,
  io: Io,
): Promise<void> {
  const { format, paths } = source;
  const importer = await chooseImporter(format, io.cwd, flags.mapping);
  const endings = format === "generic" ? GENERIC_ENDINGS : IMPORT_ENDINGS;
  const files = await expandInputs(paths, endings);
  io.stderr.write(leftOutLine(await leftOutInputs(paths, endings)));
  if (files.length === 0)
    throw new UserError("no-input", "there is nothing to import: there is no file of that kind", {
      help: "give files, folders, globs, or - for standard input",
    });
  const labels = await openLabels(flags.labels);
  const run = runImport(importer, files, { ...importOptions(flags), ...(labels && { labels }) });
  const out = await openTraceLines(io, flags);
  for await (const chunk of run.chunks) {
    out.add(chunk.replace(/\n$/, ""));
    out.flush();
  }
  const report = run.report();
  io.stderr.write(importSummary(report));
  if (labels !== undefined && labels.unmatched > 0)
    io.stderr.write(
      `  ${count(labels.unmatched, "labelled id")} ${labels.unmatched === 1 ? "belongs" : "belong"} to no event\n`,
    );
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
