import { Chalk } from "chalk";
import type { BenchResult, RuleCost } from "../../bench/result.ts";
import { printable } from "../escape.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import { jsonReporter, type Reporter, type ReportOptions } from "../reporter.ts";

const WIDTH = 100;
const SHOWN = 10;

const whole = (n: number): string => Math.round(n).toLocaleString("en-US");
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
const place = ({ file, line }: RuleCost): string => `${file}:${line}`;

function calls({ trace }: BenchResult): string {
  return `${whole(trace.calls)} ${trace.calls === 1 ? "call" : "calls"}${trace.whole ? "" : ", the first of more"}`;
}

function speed({ deciding }: BenchResult): string {
  const { microseconds: of } = deciding;
  return `${whole(deciding.decisionsPerSecond)} decisions a second; one takes ${of.median.toFixed(1)} µs (p99 ${of.p99.toFixed(1)}, most ${of.most.toFixed(1)})`;
}

function shown({ rules }: BenchResult, details: boolean): readonly RuleCost[] {
  return details ? rules.dearest : rules.dearest.slice(0, SHOWN);
}

function ruleLines(result: BenchResult, { details }: ReportOptions): readonly string[] {
  const costs = shown(result, details);
  const rest = result.rules.dearest.length - costs.length;
  return [
    ...(costs.length === 0 ? [] : ["   ns  share    asked  matched  rule"]),
    ...costs.map((cost) => printable(`${whole(cost.nanoseconds).padStart(5)}  ${percent(cost.share).padStart(5)}  ${whole(cost.asked).padStart(7)}  ${whole(cost.matched).padStart(7)}  ${cost.rule}  ${place(cost)}`, WIDTH)),
    ...(rest > 0 ? [`  … ${rest} more ${rest === 1 ? "rule" : "rules"} (--details)`] : []),
    ...(result.rules.neverAsked > 0 ? [`  ${result.rules.neverAsked} of ${result.rules.total} rules speak of none of these calls`] : []),
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
    `rules     the dearest first, mean of one question:`,
    ...ruleLines(result, options),
    printable(`one thread, Node ${machine.node}, ${machine.cpu}, ${machine.platform}`, WIDTH),
  ];
  return `${lines.join("\n")}\n`;
}

function markdown(result: BenchResult, { details }: ReportOptions): string {
  const { reading, machine } = result;
  const rows = shown(result, details).map((cost) => [whole(cost.nanoseconds), percent(cost.share), whole(cost.asked), whole(cost.matched), markdownText(cost.rule), markdownText(place(cost))]);
  const lines = [
    `**${speed(result)}** on ${calls(result)} of ${markdownText(result.candidate.ref)}.`,
    "",
    `Reading: ${whole(reading.eventsPerSecond)} events a second, ${reading.megabytesPerSecond.toFixed(0)} MB a second. One thread, Node ${machine.node}, ${markdownText(machine.cpu)}, ${machine.platform}.`,
    "",
    ...(rows.length === 0 ? [] : markdownTable(["ns", "share", "asked", "matched", "rule", "where"], rows)),
    ...(result.rules.neverAsked > 0 ? ["", `${result.rules.neverAsked} of ${result.rules.total} rules speak of none of these calls.`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Reporters of `agentz bench` by `--format`. */
export const BENCH_REPORTERS: ReadonlyMap<string, Reporter<BenchResult>> = new Map<string, Reporter<BenchResult>>([
  ["pretty", pretty],
  ["json", jsonReporter],
  ["markdown", markdown],
]);
