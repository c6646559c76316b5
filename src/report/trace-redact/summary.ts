import type { RedactResult } from "../../documents/trace-redact-result.ts";
import { printableWhole } from "../escape.ts";
import { count } from "../../text/count.ts";
import { someListed } from "../../text/listed.ts";

/** What a redaction did, for a person: what stays is listed, since it is what still can leak. */
export function redactSummary(document: RedactResult): string {
  const lines = [
    `${count(document.events, "event")}: ${count(document.hashed, "value")} hashed, ` +
      `${document.unrecorded} made unrecorded`,
    ...(document.malformed > 0 ? [`${count(document.malformed, "malformed line")} left out`] : []),
    ...document.kept.map(
      ({ path, readBy, became }) => `  ${became} ${path}: compared by ${someListed(readBy, 3)}`,
    ),
    ...document.compared.map(
      ({ path }) => `  hashed ${path}: compared only with other values of the trace`,
    ),
    ...document.detected.map(
      ({ path, kind, values, became }) => `  ${kind} in ${values} values of ${path}: ${became}`,
    ),
    ...(document.bound > 0
      ? [
          `  the arguments of ${count(document.bound, "call")} are kept, because approvals bind their digest`,
        ]
      : []),
  ];
  return `${lines.map((line) => printableWhole(line)).join("\n")}\n`;
}
