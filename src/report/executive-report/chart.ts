import type { Breakdown } from "../../documents/coverage-result.ts";
import type { CoverageMetrics, CoverageSummary, Ratio } from "../../documents/replay-result.ts";
import { share } from "../replay/words.ts";
import { html, type Html } from "./html-text.ts";

const WIDTH = 640;
const HEIGHT = 190;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 28;

interface Line {
  readonly metric: keyof CoverageMetrics;
  readonly title: string;
}

const LINES: readonly Line[] = [
  { metric: "enforcement", title: "external enforcement" },
  { metric: "policy", title: "policy" },
  { metric: "identity", title: "identity" },
];

type Days = readonly (readonly [day: string, summary: CoverageSummary])[];

/** Where a day stands on the axis of time. */
function x(days: Days, i: number): number {
  const time = (at: number): number => Date.parse(days.at(at)?.[0] ?? "");
  const share = (time(i) - time(0)) / Math.max(1, time(-1) - time(0));
  return Math.round((LEFT + (WIDTH - LEFT - RIGHT) * share) * 10) / 10;
}

function y(rate: number): number {
  return Math.round((TOP + (HEIGHT - TOP - BOTTOM) * (1 - rate)) * 10) / 10;
}

function linePath(days: Days, ratios: readonly Ratio[]): string {
  let drawn = "";
  ratios.forEach(({ covered, total }, i) => {
    if (total > 0) drawn += `${drawn === "" ? "M" : "L"}${x(days, i)} ${y(covered / total)}`;
  });
  return drawn;
}

function grid(rate: number): Html {
  return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(rate)}" y2="${y(rate)}"/>
    <text x="${LEFT - 6}" y="${y(rate) + 4}" text-anchor="end">${Math.round(rate * 100)}%</text>`;
}

function series({ metric }: Line, days: Days): Html {
  const ratios = days.map(([, { metrics }]) => metrics[metric]);
  const dots =
    days.length > 60
      ? []
      : ratios.flatMap(({ covered, total }, i) =>
          total === 0
            ? []
            : [
                html`<circle class="dot ${metric}" cx="${x(days, i)}" cy="${y(covered / total)}" r="3">
                  <title>
                  ${days[i]?.[0] ?? ""}: ${share({ covered, total })} (${covered} of ${total})</title>
                  </circle>`,
              ],
        );
  return html`<path class="line ${metric}" d="${linePath(days, ratios)}"/>${dots}`;
}

/** The main coverages by day as lines; a sentence where the trace has fewer than two days. */
export function trendChart(by: Breakdown): Html {
  const days = Object.entries(by).filter(([day]) => day !== "?" && day !== "(others)");
  if (days.length < 2)
    return html`<p class="none">
      ${
        days.length === 0
          ? "No call has a time, so there is no trend."
          : `All calls are of one day, ${days[0]?.[0] ?? ""}, so there is no trend.`
      }
      </p>`;
  const [first, last] = [days[0]?.[0] ?? "", days.at(-1)?.[0] ?? ""];
  const label = `Coverage by day from ${first} to ${last}`;
  return html`<figure>
    <svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${[0, 0.5, 1].map(grid)}${LINES.map((line) => series(line, days))}
    <text x="${LEFT}" y="${HEIGHT - 8}">${first}</text>
    <text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${last}</text></svg>
    <figcaption>
    ${LINES.map(({ metric, title }) => html`<span class="key ${metric}">${title}</span> `)}by day</figcaption>
    </figure>`;
}

/** One share as a bar. */
export function bar({ covered, total }: Ratio, kind = ""): Html {
  const width = total === 0 ? 0 : Math.round((covered / total) * 1000) / 10;
  const grade =
    total === 0 ? "none" : covered === total ? "full" : covered / total >= 0.5 ? "half" : "low";
  return html`<svg class="bar ${grade} ${kind}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="back" width="100" height="4"/><rect class="fill" width="${width}" height="4"/>
    </svg>`;
}

/** Parts of a whole as one bar; the numbers stand beside it in words. */
export function stack(parts: readonly { readonly kind: string; readonly value: number }[]): Html {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  let at = 0;
  const pieces = parts.map(({ kind, value }) => {
    const width = whole === 0 ? 0 : (value / whole) * 100;
    const [x, across] = [at, width].map((value) => Math.round(value * 100) / 100);
    const piece = html`<rect class="${kind}" x="${x ?? 0}" width="${across ?? 0}" height="4"/>`;
    at += width;
    return piece;
  });
  return html`<svg class="stack" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="back" width="100" height="4"/>${pieces}</svg>`;
}
