import type { TraceRead } from "../../documents/trace-read.ts";
import { printable } from "../escape.ts";

/** How many names of a list are shown without `--details`. */
export const SHOWN = 8;

export function headline(trace: TraceRead): string {
  const span =
    trace.from === null || trace.to === null ? "without times" : `${trace.from} to ${trace.to}`;
  return (
    `${trace.events} events, ${trace.calls} calls in ${trace.sessions} sessions from ` +
    `${trace.files} files, ${span}`
  );
}

export function undecidedLines({ undecided_events: count }: TraceRead): readonly string[] {
  if (count === 0) return [];
  return [
    `${count} ${count === 1 ? "event has" : "events have"} an action and an unknown type, so ` +
      `they are not decided; a call has type \`call\`, or none`,
  ];
}

export function text(lines: readonly string[]): string {
  return `${lines.map((line) => printable(line, 300)).join("\n")}\n`;
}
