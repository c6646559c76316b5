import type { BenchResult, RuleCost } from "../../documents/bench-result.ts";

const SHOWN = 10;

export const CONDITIONS = 5;

export const whole = (n: number): string => Math.round(n).toLocaleString("en-US");

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** A condition may be written over several lines. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ");

export const place = ({ file, line }: RuleCost): string => `${file}:${line}`;

export function calls({ trace }: BenchResult): string {
  return (
    `${whole(trace.calls)} ` +
    `${trace.calls === 1 ? "call" : "calls"}${trace.whole ? "" : ", the first ones of the trace"}`
  );
}

export function speed({ deciding }: BenchResult): string {
  const { microseconds } = deciding;
  return (
    `${whole(deciding.decisionsPerSecond)} decisions a second; half take up to ` +
    `${microseconds.median.toFixed(1)} µs, 99 of 100 up to ${microseconds.p99.toFixed(1)} µs, the slowest ` +
    `${microseconds.most.toFixed(1)} µs`
  );
}

export function shown({ rules }: BenchResult, details: boolean): readonly RuleCost[] {
  return details ? rules.slowest : rules.slowest.slice(0, SHOWN);
}

export const more = (count: number, what: string): readonly string[] =>
  count > 0 ? [`  … ${count} more ${count === 1 ? what : `${what}s`} (--details)`] : [];
