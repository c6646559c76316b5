import { printable } from "../../report/escape.ts";
import type { ImportReport } from "../../trace/importers/import-tally.ts";
import { count } from "../../text/count.ts";

const LACKS = { args: "arguments", agent: "an agent", session: "a session", time: "a time" };

/** How many calls lack what a decision may read; of what every call has, nothing. */
function withoutLines(without: ImportReport["without"]): readonly string[] {
  return (["args", "agent", "session", "time"] as const).flatMap((name) =>
    without[name] === 0 ? [] : [`  ${count(without[name], "call")} without ${LACKS[name]}`],
  );
}

/** What an import read and what it could not, for people. */
export function importSummary(report: ImportReport): string {
  const lines = [
    `${count(report.calls, "call")} in ${count(report.sessions, "session")} from ` +
      `${count(report.files, "file")} (${count(report.lines, "line")}, ` +
      `${count(report.events, "event")})`,
    ...withoutLines(report.without),
    ...report.notUnderstood.map(({ kind, count }) => `  ${count} not understood: ${kind}`),
    ...report.leftOut.map(({ kind, count }) => `  ${count} left out: ${kind}`),
    ...report.causes.map(({ cause, count }) => `  ${count} unreadable: ${cause}`),
    ...report.unreadable
      .slice(0, 5)
      .map(
        ({ file, line, cause }) => `    ${file}${line === undefined ? "" : `:${line}`}: ${cause}`,
      ),
    ...report.notes.map((note) => `  note: ${note}`),
  ];
  return `${lines.map((line) => printable(line, 300)).join("\n")}\n`;
}

/**
 * Whether an import came to nothing: no event, or no call where something that may be one was
 * refused.
 */
export function importedNothing(report: ImportReport): boolean {
  const refused = report.notUnderstood.length > 0 || report.unreadable.length > 0;
  return report.events === 0 || (report.calls === 0 && refused);
}
