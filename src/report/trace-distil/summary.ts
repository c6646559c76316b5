import type { DistilResult } from "../../documents/trace-distil-result.ts";
import { printableWhole } from "../escape.ts";

/** What a fixture keeps of its trace, for a person. */
export function distilSummary(document: DistilResult): string {
  const kinds = Object.entries(document.features.byKind).map(([kind, count]) => `${count} ${kind}`);
  const lines = [
    `${document.to.sessions} of ${document.from.sessions} sessions, ${document.to.calls} of ` +
      `${document.from.calls} calls`,
    `  show ${document.features.kept} of ${document.features.total} features: ${kinds.join(", ")}`,
    ...document.lost.slice(0, 10).map((feature) => `  only the whole trace shows: ${feature}`),
    ...(document.lost.length > 10 ? [`  and ${document.lost.length - 10} more`] : []),
  ];
  return `${lines.map((line) => printableWhole(line)).join("\n")}\n`;
}
