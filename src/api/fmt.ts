import type { FmtResult, FormattedFile } from "../documents/fmt-result.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { formatSource } from "../format/format-source.ts";
import type { SetHost } from "../node/io.ts";
import { replaceSources } from "../node/replace-file.ts";
import { VERSION } from "../node/version.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source } from "../text/span.ts";
import { readSet } from "./policy-set.ts";

/** Columns of a line, where nobody says otherwise. */
export const DEFAULT_WIDTH = 100;

/** What to lay out, and how. */
export interface FmtJob {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** Columns. */
  readonly width: number;
  /** Whether files are only compared with how they would be laid out. */
  readonly check: boolean;
}

interface Formatted {
  readonly file: FormattedFile;
  /** The new text, where it is another one. */
  readonly text: string | undefined;
}

/**
 * One text laid out as `agentz fmt` does; a file that is no YAML, or that cannot be laid out
 * without a change of its content, is refused with the reason.
 */
export async function formatText(source: Source, width: number): Promise<Formatted> {
  const file = { file: source.file, why: null, line: null, column: null };
  const formatted = await formatSource(source, width);
  if (formatted === "other") return { file: { ...file, outcome: "skipped" }, text: undefined };
  if ("text" in formatted)
    return formatted.text === source.text
      ? { file: { ...file, outcome: "unchanged" }, text: undefined }
      : { file: { ...file, outcome: "changed" }, text: formatted.text };
  const { why, at } = formatted;
  const { line, column } =
    at === undefined
      ? { line: null, column: null }
      : positionAt(lineStarts(source.text), at.span.start);
  return { file: { ...file, outcome: "refused", why, line, column }, text: undefined };
}

/**
 * Lays out files of policies, catalogs, invariants and suites in place, or with `check` says which
 * ones would change. Content, comments and digests stay the same. What cannot be read or written is
 * a `UserError`; then no file was written.
 */
export async function runFmtJob(io: SetHost, { paths, width, check }: FmtJob): Promise<FmtResult> {
  const { sources, ref } = await readSet(io, paths, paths);
  if (ref.startsWith("git:"))
    throw new UserError("usage", "a git revision cannot be laid out", {
      help: "pass files or folders",
    });
  const all: Formatted[] = [];
  for (const source of sources) all.push(await formatText(source, width));
  const changed = all.flatMap(({ file, text }) =>
    text === undefined ? [] : [{ file: file.file, text }],
  );
  if (!check) await replaceSources(io.cwd, changed);
  const files = all.map(({ file }) => file);
  const numberOf = (outcome: FormattedFile["outcome"]): number =>
    files.filter((file) => file.outcome === outcome).length;
  return {
    schemaVersion: 1,
    command: "fmt",
    tool: { version: VERSION },
    source: null,
    digest: null,
    check,
    width,
    summary: {
      changed: numberOf("changed"),
      unchanged: numberOf("unchanged"),
      skipped: numberOf("skipped"),
      refused: numberOf("refused"),
    },
    files,
  };
}
