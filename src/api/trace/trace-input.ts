import { UserError } from "../../diagnostics/user-error.ts";
import { expandInputs, IMPORT_ENDINGS, TRACE_ENDINGS } from "../../node/inputs.ts";
import type { Io } from "../../node/io.ts";
import type { ImportReport } from "../../trace/importers/import-tally.ts";
import type { ImportFile } from "../../trace/importers/importer.ts";
import { importedFiles } from "../../trace/importers/run-import.ts";
import type { TraceFile } from "../../trace/read-events.ts";
import { chooseImporter, type ImportFlags, importOptions } from "./import-formats.ts";
import { wayOut } from "./import-refusal.ts";
import { importedNothing, importSummary } from "./import-summary.ts";
import { count } from "../../text/count.ts";

export { DEFAULT_REORDER } from "../../trace/order.ts";

/** Flags that say where a trace comes from. */
export interface TraceFlags extends ImportFlags {
  /** The format of the trace, where it is not the canonical one. */
  readonly from?: string;
}

/** A trace's files as they were named, and as a reader takes them. */
export interface OpenedTrace {
  readonly inputs: readonly ImportFile[];
  readonly files: readonly TraceFile[];
}

/**
 * Finds a trace's files; with `--from` they are imported while they are read, and stderr tells what
 * was. At their end it is a `UserError` where a file broke off (a gate must not pass on half a
 * trace), or nothing could be imported.
 */
export async function openTrace(
  paths: readonly string[],
  flags: TraceFlags,
  io: Io,
): Promise<OpenedTrace> {
  const endings = flags.from === undefined ? TRACE_ENDINGS : [...IMPORT_ENDINGS, "csv"];
  const inputs = await expandInputs(paths, endings);
  if (inputs.length === 0)
    throw new UserError(
      "no-trace",
      `there is no trace to replay: the paths contain no file that ends in .${endings.join(", .")}`,
      {
        help: "pass a file, a folder or a glob as --trace, and --from <format> if it is not agentz's own format",
      },
    );
  if (flags.from === undefined) return { inputs, files: inputs };
  const importer = await chooseImporter(flags.from, io.cwd, flags.mapping);
  const { files, report } = await importedFiles(importer, inputs, importOptions(flags));
  let left = files.length;
  const onEnd = (): void => {
    if (--left === 0) tell(report(), io);
  };
  return {
    inputs,
    files: files.map((file) => ({ name: file.name, open: () => told(file.open(), onEnd) })),
  };
}

function tell(report: ImportReport, io: Io): void {
  io.stderr.write(importSummary(report));
  const [broken] = report.broken;
  if (broken !== undefined)
    throw new UserError("unreadable-trace", broken, {
      help: "`agentz import` writes the events before the break",
    });
  if (!importedNothing(report)) return;
  const [first] = report.unreadable;
  const [kind] = report.notUnderstood;
  const why =
    first === undefined
      ? kind === undefined
        ? "it contains no events of that format"
        : `${count(kind.count, "part")} that may be ` +
          `${kind.count === 1 ? "a call is" : "calls are"} not understood: ${kind.kind}`
      : `${first.file}${first.line === undefined ? "" : `:${first.line}`}: ${first.cause}`;
  throw new UserError("unreadable-trace", `no event of the trace can be imported: ${why}`, {
    help:
      `does it have the format that you pass as --from? \`auto\` detects the format from the ` +
      `content; ${wayOut(first?.file)}`,
  });
}

async function* told(
  chunks: AsyncIterable<Uint8Array>,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  onEnd();
}
