import { Chalk } from "chalk";
import type { BenchResult, ConditionCost } from "../../documents/bench-result.ts";
import { printable } from "../escape.ts";
import { type ReportOptions, WHOLE } from "../reporter.ts";
import { calls, CONDITIONS, more, oneLine, percent, place, shown, speed, whole } from "./words.ts";

function ruleLines(result: BenchResult, { details }: ReportOptions): readonly string[] {
  const costs = shown(result, details);
  const rest = result.rules.slowest.length - costs.length;
  return [
    ...(costs.length === 0 ? [] : ["   ns  share    asked  matched  rule"]),
    ...costs.map((cost) =>
      printable(
        `${whole(cost.nanoseconds).padStart(5)}  ${percent(cost.share).padStart(5)}  ` +
          `${whole(cost.asked).padStart(7)}  ${whole(cost.matched).padStart(7)}  ${cost.rule}  ` +
          `${place(cost)}`,
        WHOLE,
      ),
    ),
    ...more(rest, "rule"),
    ...(result.rules.neverAsked > 0
      ? [`  ${result.rules.neverAsked} of ${result.rules.total} rules fit none of these calls`]
      : []),
  ];
}

function conditionLines(
  { conditions }: BenchResult,
  { details }: ReportOptions,
): readonly string[] {
  const costs = details ? conditions : conditions.slice(0, CONDITIONS);
  if (costs.length === 0) return [];
  const line = ({ nanoseconds, share, asked, matched, text, rule }: ConditionCost): string =>
    printable(
      `${whole(nanoseconds).padStart(5)}  ${percent(share).padStart(5)}  ` +
        `${whole(asked).padStart(7)}  ${whole(matched).padStart(7)}  ${rule}: ${oneLine(text)}`,
      WHOLE,
    );
  return [
    "conditions the slowest parts first, each evaluated alone if no part before it is false:",
    "   ns  share    asked     true  part",
    ...costs.map(line),
    ...more(conditions.length - costs.length, "part"),
  ];
}

export function prettyBench(result: BenchResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { reading, deciding, machine } = result;
  const lines = [
    printable(`${result.candidate.ref} on ${calls(result)}`, WHOLE),
    paint.bold(`deciding  ${speed(result)}`),
    `          the median of ${deciding.runs} ${deciding.runs === 1 ? "run" : "runs"} is ` +
      `${whole(deciding.medianDecisionsPerSecond)} a second`,
    `reading   ${whole(reading.eventsPerSecond)} events a second, ${reading.megabytesPerSecond.toFixed(0)} MB a second`,
    `rules     the slowest first, mean time of one evaluation:`,
    ...ruleLines(result, options),
    ...conditionLines(result, options),
    printable(`one thread, Node ${machine.node}, ${machine.cpu}, ${machine.platform}`, WHOLE),
  ];
  return `${lines.join("\n")}\n`;
}
