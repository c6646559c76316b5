import { Chalk } from "chalk";
import type { BenchResult, ConditionCost, RuleCost } from "../../documents/bench-result.ts";
import { printable } from "../escape.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import { jsonReporter, type Reporter, type ReportOptions } from "../reporter.ts";

const WIDTH = 100;
const SHOWN = 10;
const CONDITIONS = 5;

const whole = (n: number): string => Math.round(n).toLocaleString("en-US");
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
/** A condition may be written over several lines. */
const oneLine = (text: string): string => text.replace(/\s+/g, " ");
const place = ({ file, line }: RuleCost): string => `${file}:${line}`;

function calls({ trace }: BenchResult): string {
  return `${whole(trace.calls)} ${trace.calls === 1 ? "call" : "calls"}${trace.whole ? "" : ", the first of more"}`;
}

function speed({ deciding }: BenchResult): string {
  const { microseconds: of } = deciding;
  return `${whole(deciding.decisionsPerSecond)} decisions a second; one takes ${of.median.toFixed(1)} µs (p99 ${of.p99.toFixed(1)}, most ${of.most.toFixed(1)})`;
}

function shown({ rules }: BenchResult, details: boolean): readonly RuleCost[] {
  return details ? rules.slowest : rules.slowest.slice(0, SHOWN);
}

const more = (count: number, what: string): readonly string[] =>
  count > 0 ? [`  … ${count} more ${count === 1 ? what : `${what}s`} (--details)`] : [];

function ruleLines(result: BenchResult, { details }: ReportOptions): readonly string[] {
  const costs = shown(result, details);
  const rest = result.rules.slowest.length - costs.length;
  return [
    ...(costs.length === 0 ? [] : ["   ns  share    asked  matched  rule"]),
    ...costs.map((cost) =>
      printable(
        `${whole(cost.nanoseconds).padStart(5)}  ${percent(cost.share).padStart(5)}  ${whole(cost.asked).padStart(7)}  ${whole(cost.matched).padStart(7)}  ${cost.rule}  ${place(cost)}`,
        WIDTH,
      ),
    ),
    ...more(rest, "rule"),
    ...(result.rules.neverAsked > 0
      ? [`  ${result.rules.neverAsked} of ${result.rules.total} rules speak of none of these calls`]
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
      `${whole(nanoseconds).padStart(5)}  ${percent(share).padStart(5)}  ${whole(asked).padStart(7)}  ${whole(matched).padStart(7)}  ${rule}: ${oneLine(text)}`,
      WIDTH,
    );
  return [
    "conditions the slowest parts first, each asked alone where none before it is false:",
    "   ns  share    asked     true  part",
    ...costs.map(line),
    ...more(conditions.length - costs.length, "part"),
  ];
}

function pretty(result: BenchResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { reading, deciding, machine } = result;
  const lines = [
    printable(`${result.candidate.ref} on ${calls(result)}`, WIDTH),
    paint.bold(`deciding  ${speed(result)}`),
    `          the middle of ${deciding.runs} ${deciding.runs === 1 ? "run" : "runs"} ${whole(deciding.medianDecisionsPerSecond)} a second`,
    `reading   ${whole(reading.eventsPerSecond)} events a second, ${reading.megabytesPerSecond.toFixed(0)} MB a second`,
    `rules     the slowest first, mean of one question:`,
    ...ruleLines(result, options),
    ...conditionLines(result, options),
    printable(`one thread, Node ${machine.node}, ${machine.cpu}, ${machine.platform}`, WIDTH),
  ];
  return `${lines.join("\n")}\n`;
}

function markdown(result: BenchResult, { details }: ReportOptions): string {
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
    `Reading: ${whole(reading.eventsPerSecond)} events a second, ${reading.megabytesPerSecond.toFixed(0)} MB a second. One thread, Node ${machine.node}, ${markdownText(machine.cpu)}, ${machine.platform}.`,
    "",
    ...(rows.length === 0
      ? []
      : markdownTable(["ns", "share", "asked", "matched", "rule", "where"], rows)),
    ...(result.rules.neverAsked > 0
      ? [
          "",
          `${result.rules.neverAsked} of ${result.rules.total} rules speak of none of these calls.`,
        ]
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

/** Reporters of `agentz bench` by `--format`. */
export const BENCH_REPORTERS: ReadonlyMap<string, Reporter<BenchResult>> = new Map<
  string,
  Reporter<BenchResult>
>([
  ["pretty", pretty],
  ["json", jsonReporter],
  ["markdown", markdown],
]);
