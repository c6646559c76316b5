import { Chalk } from "chalk";
import type { BenchResult, ConditionCost, RuleCost } from "../../documents/bench-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { calls, CONDITIONS, more, oneLine, percent, place, shown, speed, whole } from "./words.ts";

/** The columns before the names of a table. */
const NAMES = 34;

/** Numbers and a name in one line, what belongs to the name behind it, or below where it does not fit. */
function costLines(row: string, rest: string, { columns }: ReportOptions): readonly string[] {
  const [whole, below] = [row, rest].map((text) => printableWhole(text));
  const line = `${whole ?? ""}  ${below ?? ""}`;
  return columns === undefined || line.length <= columns
    ? [line]
    : [
        whole ?? "",
        `${" ".repeat(columns < 2 * NAMES ? Math.floor(columns / 3) : NAMES)}${below ?? ""}`,
      ];
}

function ruleLines(result: BenchResult, options: ReportOptions): readonly string[] {
  const costs = shown(result, options.details);
  const rest = result.rules.slowest.length - costs.length;
  return [
    ...(costs.length === 0 ? [] : ["     ns  share    asked  matched  rule"]),
    ...costs.flatMap((cost) => costLines(`${numbersOf(cost)}  ${cost.rule}`, place(cost), options)),
    ...more(rest, "rule"),
    ...(result.rules.neverAsked > 0
      ? [`  ${result.rules.neverAsked} of ${result.rules.total} rules fit none of these calls`]
      : []),
  ];
}

function numbersOf(cost: RuleCost | ConditionCost): string {
  return (
    `${whole(cost.nanoseconds).padStart(7)}  ${percent(cost.share).padStart(5)}  ` +
    `${whole(cost.asked).padStart(7)}  ${whole(cost.matched).padStart(7)}`
  );
}

function conditionLines({ conditions }: BenchResult, options: ReportOptions): readonly string[] {
  const costs = options.details ? conditions : conditions.slice(0, CONDITIONS);
  if (costs.length === 0) return [];
  const line = (cost: ConditionCost): readonly string[] =>
    costLines(`${numbersOf(cost)}  ${cost.rule}:`, oneLine(cost.text), options);
  return [
    "conditions  the slowest parts first, each evaluated alone if no part before it is false:",
    "     ns  share    asked     true  part",
    ...costs.flatMap(line),
    ...more(conditions.length - costs.length, "part"),
  ];
}

export function prettyBench(result: BenchResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { reading, deciding, machine } = result;
  const lines = [
    printableWhole(`${result.candidate.ref} on ${calls(result)}`),
    paint.bold(`deciding  ${speed(result)}`),
    ...(deciding.runs === 1
      ? []
      : [
          `          the fastest of ${deciding.runs} runs; their median is ` +
            `${whole(deciding.medianDecisionsPerSecond)} a second`,
        ]),
    `reading   ${whole(reading.eventsPerSecond)} events a second, ${reading.megabytesPerSecond.toFixed(0)} MB a second`,
    "rules     the slowest first; ns: nanoseconds of one evaluation on average; share: of the time of all rules",
    ...ruleLines(result, options),
    ...conditionLines(result, options),
    printableWhole(`one thread, Node ${machine.node}, ${machine.cpu}, ${machine.platform}`),
  ];
  return `${lines.join("\n")}\n`;
}
