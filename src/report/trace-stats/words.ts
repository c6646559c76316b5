import type { TraceRead } from "../../documents/trace-read.ts";
import { count } from "../../text/count.ts";
import { printableWhole } from "../escape.ts";

/** How many names of a list are shown without `--details`. */
export const SHOWN = 8;

export function headline(trace: TraceRead): string {
  const span =
    trace.from === null || trace.to === null ? "without times" : `${trace.from} to ${trace.to}`;
  return (
    `${count(trace.events, "event")}, ${count(trace.calls, "call")} in ` +
    `${count(trace.sessions, "session")} from ${count(trace.files, "file")}, ${span}`
  );
}

export function undecidedLines({ undecided_events: events }: TraceRead): readonly string[] {
  if (events === 0) return [];
  return [
    `${count(events, "event has", "events have")} an action and an unknown type, so ` +
      `they are not decided; a call has type \`call\`, or none`,
  ];
}

export function text(lines: readonly string[]): string {
  return `${lines.map((line) => printableWhole(line)).join("\n")}\n`;
}
