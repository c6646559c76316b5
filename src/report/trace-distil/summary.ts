import type { DistilResult } from "../../documents/trace-distil-result.ts";
import { printableWhole } from "../escape.ts";
import { count } from "../../text/count.ts";

/** What a fixture keeps of its trace, for a person. */
export function distilSummary(document: DistilResult): string {
  const kinds = Object.entries(document.features.byKind).map(([kind, n]) => `${n} ${kind}`);
  const lines = [
    `${document.to.sessions} of ${count(document.from.sessions, "session")}, ` +
      `${document.to.calls} of ${count(document.from.calls, "call")}`,
    `  show ${document.features.kept} of ${count(document.features.total, "feature")}: ${kinds.join(", ")}`,
    ...document.lost.slice(0, 10).map((feature) => `  only the whole trace shows: ${feature}`),
    ...(document.lost.length > 10 ? [`  and ${document.lost.length - 10} more`] : []),
  ];
  return `${lines.map((line) => printableWhole(line)).join("\n")}\n`;
}
