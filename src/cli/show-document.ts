import { renderAs } from "../api/render.ts";
import { codePageAddress } from "../api/code-page.ts";
import { showsHyperlinks } from "../node/hyperlinks.ts";
import type { Io } from "../node/io.ts";
import { isColored, writeDocument } from "../node/output.ts";
import { reportFolder } from "../node/report-folder.ts";
import { count } from "../text/count.ts";
import { wrapText } from "../report/wrap.ts";
import type { DocumentName, Documents } from "../report/formats.ts";

/** Documents whose reporters wrap for themselves: they have lines that have to stay as they are. */
const WRAPPED: ReadonlySet<DocumentName> = new Set(["plan"]);

/** What flags say of how a document is shown. */
export interface ShowFlags {
  readonly format: string;
  /** A file; undefined and `-`: stdout. */
  readonly output?: string;
  readonly details?: boolean;
  /** The rows of the terminal that it may take; left out: as many as it has. */
  readonly rows?: number;
  /** What follows the id in the `agentz explain` that opens a call; null: nothing opens it. */
  readonly explainFlags?: string | null;
}

/** A document as flags ask for it: coloured and wrapped on a terminal, its paths from the repository's root. */
export async function shownText<Name extends DocumentName>(
  io: Io,
  shown: { readonly name: Name; readonly document: Documents[Name] },
  flags: ShowFlags,
): Promise<string> {
  const output = flags.output === "-" ? undefined : flags.output;
  const columns = io.stdout.isTTY && output === undefined ? io.stdout.columns : undefined;
  const text = await renderAs(shown.name, shown.document, {
    format: flags.format,
    color: isColored(io, output),
    details: flags.details === true,
    ...(columns !== undefined && { columns }),
    ...(flags.rows !== undefined && { rows: flags.rows }),
    ...(columns !== undefined && io.stdout.rows !== undefined && { screenRows: io.stdout.rows }),
    ...(flags.explainFlags !== undefined && { explainFlags: flags.explainFlags }),
    ...(columns !== undefined && showsHyperlinks(io) && { pageOf: codePageAddress }),
    folder: await reportFolder(io),
  });
  const wraps = flags.format === "pretty" && !WRAPPED.has(shown.name);
  if (columns === undefined || !wraps) return text;
  const wrapped = wrapText(text, columns);
  return flags.rows === undefined ? wrapped : onRows(wrapped, flags.rows);
}

/** A text of so many rows at most, which says how many it leaves out. */
function onRows(text: string, rows: number): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= rows) return text;
  const most = Math.max(1, rows - 1);
  const left = `… ${count(lines.length - most, "more line")} for which the terminal is too low`;
  return `${[...lines.slice(0, most), left].join("\n")}\n`;
}

/** Writes {@link shownText} to the file of `--output`, else to stdout, without secrets. */
export async function showDocument<Name extends DocumentName>(
  io: Io,
  shown: { readonly name: Name; readonly document: Documents[Name] },
  flags: ShowFlags,
): Promise<void> {
  await writeDocument(io, await shownText(io, shown, flags), flags.output);
}
