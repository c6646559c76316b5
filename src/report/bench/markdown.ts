import type { BenchResult } from "../../documents/bench-result.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import type { ReportOptions } from "../reporter.ts";
import { calls, CONDITIONS, oneLine, percent, place, shown, speed, whole } from "./words.ts";

export function markdownBench(result: BenchResult, { details }: ReportOptions): string {
  const { reading, machine } = result;
  const rows = shown(result, details).map((cost) => [
    whole(cost.nanoseconds),
    percent(cost.share),
    whole(cost.asked),
    whole(cost.matched),
    markdownText(cost.rule),
    markdownText(place(cost)),
  ]);
  const parts = (details ? result.conditions : result.conditions.slice(0, CONDITIONS)).map(
    (cost) => [
      whole(cost.nanoseconds),
      percent(cost.share),
      whole(cost.asked),
      whole(cost.matched),
      markdownText(oneLine(cost.text)),
      markdownText(cost.rule),
    ],
  );
  const lines = [
    `**${speed(result)}** on ${calls(result)} of ${markdownText(result.candidate.ref)}.`,
    "",
    `Reading: ${whole(reading.eventsPerSecond)} events a second, ` +
      `${reading.megabytesPerSecond.toFixed(0)} MB a second. One thread, Node ${machine.node}, ` +
      `${markdownText(machine.cpu)}, ${machine.platform}.`,
    "",
    ...(rows.length === 0
      ? []
      : markdownTable(["ns", "share", "asked", "matched", "rule", "where"], rows)),
    ...(result.rules.neverAsked > 0
      ? ["", `${result.rules.neverAsked} of ${result.rules.total} rules fit none of these calls.`]
      : []),
    ...(parts.length === 0
      ? []
      : [
          "",
          ...markdownTable(["ns", "share", "asked", "true", "part of a condition", "rule"], parts),
        ]),
  ];
  return `${lines.join("\n")}\n`;
}
