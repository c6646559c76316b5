import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { DAY } from "../../text/time.ts";

type Counted = Pick<ReplayResult, "approvals" | "trace">;

/** How many days a trace spans, with their fraction; undefined: events have no time. */
function daysOf({ trace: { from, to } }: Pick<ReplayResult, "trace">): number | undefined {
  return from === null || to === null ? undefined : (Date.parse(to) - Date.parse(from)) / DAY;
}

/** Whether a trace is so short that a number a day says no more than the number. */
export function isUnderADay(result: Pick<ReplayResult, "trace">): boolean {
  return (daysOf(result) ?? 1) < 1;
}

/** In how much time approvals are counted; undefined: events have no time. */
export function daysText(result: Pick<ReplayResult, "trace">): string | undefined {
  const days = daysOf(result);
  if (days === undefined) return undefined;
  if (isUnderADay(result)) return "in less than a day";
  const rounded = Math.round(days * 10) / 10;
  return `in ${rounded.toLocaleString("en-US")} ${rounded === 1 ? "day" : "days"}`;
}

/** How many approvals how many calls need, before and after; undefined: no call needs one. */
export function approvalText({
  baseline,
  candidate,
}: ReplayResult["approvals"]): string | undefined {
  if (candidate.required === 0 && baseline.required === 0) return undefined;
  const before = `${baseline.approvals} for ${baseline.required}`;
  return `${candidate.approvals} for ${count(candidate.required, "call")} (before ${before})`;
}

/** How many a day and at most in an hour that is, before and after; undefined: nobody knows. */
export function approvalRate(result: Counted): string | undefined {
  const { baseline, candidate } = result.approvals;
  const days = daysText(result);
  if (days === undefined) return undefined;
  const daily = `${candidate.perDay ?? 0} a day (before ${baseline.perDay ?? 0}), `;
  return (
    `${days}: ${isUnderADay(result) ? "" : daily}` +
    `at peak ${candidate.peakHour ?? 0} an hour (before ${baseline.peakHour ?? 0})`
  );
}
