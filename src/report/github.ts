import { escapeCommands, escapeControls } from "../diagnostics/format.ts";
import type { ReportOptions } from "./reporter.ts";
import { repositoryPath } from "./repository-path.ts";
import { count } from "../text/count.ts";

/** One annotation of a pull request. Line and column from 1. Line breaks of the message stay. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** GitHub shows ten of each level a step: the rest is told in one line. */
const CAP = 10;
const LEVELS = ["error", "warning", "notice"] as const;

/**
 * The value of a workflow command: what is within one line is made visible, lines end as the runner
 * reads it.
 */
function message(text: string): string {
  const lines = escapeCommands(
    text
      .split(/\r\n|\n/)
      .map(escapeControls)
      .join("\n"),
  );
  return lines.replace(/%/g, "%25").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return message(escapeControls(text)).replace(/:/g, "%3A").replace(/,/g, "%2C");
}

function command(a: Annotation, options: ReportOptions): string {
  const place = [
    a.file === undefined ? "" : `file=${property(repositoryPath(a.file, options))}`,
    a.line === undefined ? "" : `line=${a.line}`,
    a.endLine === undefined ? "" : `endLine=${a.endLine}`,
    a.column === undefined ? "" : `col=${a.column}`,
    a.endColumn === undefined ? "" : `endColumn=${a.endColumn}`,
    `title=${property(a.title)}`,
  ].filter((part) => part !== "");
  return `::${a.level} ${place.join(",")}::${message(a.message)}`;
}

/**
 * Workflow commands, errors first, capped as GitHub caps them; what is over is counted in a last
 * line.
 */
export function githubAnnotations(
  annotations: readonly Annotation[],
  options: ReportOptions,
): string {
  const lines: string[] = [];
  let over = 0;
  for (const level of LEVELS) {
    const found = annotations.filter((a) => a.level === level);
    const shown = found.length > CAP ? CAP - 1 : found.length;
    lines.push(...found.slice(0, shown).map((a) => command(a, options)));
    if (found.length > shown)
      lines.push(
        command(
          {
            level,
            title: "agentz",
            message: `${count(found.length - shown, "more finding")} of this level not shown`,
          },
          options,
        ),
      );
    over += found.length - shown;
  }
  return lines.length === 0
    ? ""
    : `${lines.join("\n")}\n${over > 0 ? `${count(over, "finding")} not shown as annotations\n` : ""}`;
}
