import type { Breakdown } from "../../documents/coverage-result.ts";
import type { CoverageMetrics, CoverageSummary, Ratio } from "../../documents/replay-result.ts";
import { share } from "../replay/words.ts";
import type { MetricTarget, ReportResult } from "../../documents/report-result.ts";
import { html, type Html } from "./html-text.ts";
import type { Band } from "./bands.ts";
import { percentText } from "./words.ts";

const WIDTH = 640;
const HEIGHT = 210;
const LEFT = 56;
const RIGHT = 152;
const TOP = 12;
const BOTTOM = 28;

interface Line {
  readonly metric: keyof CoverageMetrics;
  readonly title: string;
}

const LINES: readonly Line[] = [
  { metric: "enforcement", title: "enforcement" },
  { metric: "identity", title: "identity" },
  { metric: "oversight", title: "oversight" },
];

const BANDS = [
  { metric: "target", title: "target" },
  { metric: "alarm", title: "alarm" },
] as const;

/** The least distance between two labels, so that none covers another on a narrow page, too. */
const LABEL_HEIGHT = 21;

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

const DAY_MS = 86_400_000;

/** Whether the day before is in the trace and has such calls: only then a line joins the two. */
function isJoined(days: Days, ratios: readonly Ratio[], i: number): boolean {
  const [day = "", before = ""] = [days[i]?.[0], days[i - 1]?.[0]];
  return (ratios[i - 1]?.total ?? 0) > 0 && Date.parse(day) - Date.parse(before) <= DAY_MS;
}

/** The line of a metric, which is broken where nothing was recorded. */
function linePath(days: Days, ratios: readonly Ratio[]): string {
  return ratios
    .map(({ covered, total }, i) =>
      total === 0
        ? ""
        : `${isJoined(days, ratios, i) ? "L" : "M"}${x(days, i)} ${y(covered / total)}`,
    )
    .join("");
}

/** Whether a day stands alone, so that only a dot shows it. */
function isLone(days: Days, ratios: readonly Ratio[], i: number): boolean {
  return !isJoined(days, ratios, i) && !isJoined(days, ratios, i + 1);
}

function grid(rate: number): Html {
  return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(rate)}" y2="${y(rate)}"/>
    <text x="${LEFT - 6}" y="${y(rate) + 4}" text-anchor="end">${Math.round(rate * 100)}%</text>`;
}

function series({ metric }: Line, days: Days): Html {
  const ratios = days.map(([, { metrics }]) => metrics[metric]);
  const isCrowded = days.length > 60;
  const dots = ratios.flatMap(({ covered, total }, i) =>
    total === 0 || (isCrowded && !isLone(days, ratios, i))
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

/** Target and alarm as lines across. */
function bandLines(bands: MetricTarget | undefined): readonly Html[] {
  if (bands === undefined) return [];
  const { target, alarm } = bands;
  return (
    [
      ["target", target],
      ["alarm", alarm],
    ] as const
  ).map(
    ([kind, rate]) =>
      html`<line class="${kind}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(rate)}" y2="${y(rate)}"/>`,
  );
}

interface Label {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
  readonly at: number;
}

/** Moves labels apart, from the top down, and up again where they would leave the chart. */
function apart(labels: readonly Label[]): readonly Label[] {
  const sorted = [...labels].sort((a, b) => a.at - b.at);
  const down: Label[] = [];
  for (const label of sorted)
    down.push({ ...label, at: Math.max(label.at, (down.at(-1)?.at ?? 0) + LABEL_HEIGHT) });
  const up: Label[] = [];
  for (const label of down.reverse())
    up.push({ ...label, at: Math.min(label.at, (up.at(-1)?.at ?? HEIGHT) - LABEL_HEIGHT) });
  return up;
}

/** What each line is, at its right end, with the share of the last day that has one. */
function endLabels(days: Days, shared: MetricTarget | undefined): readonly Html[] {
  const ends = LINES.flatMap(({ metric, title }) => {
    const last = days.map(([, { metrics }]) => metrics[metric]).findLast(({ total }) => total > 0);
    return last === undefined
      ? []
      : [{ kind: metric, name: title, value: share(last), at: y(last.covered / last.total) }];
  });
  const bands =
    shared === undefined
      ? []
      : [
          {
            kind: "target",
            name: "target",
            value: percentText(shared.target),
            at: y(shared.target),
          },
          {
            kind: "alarm",
            name: "alarm below",
            value: percentText(shared.alarm),
            at: y(shared.alarm),
          },
        ];
  return apart([...ends, ...bands]).map(
    ({ kind, name, value, at }) =>
      html`<text class="end ${kind}" x="${WIDTH - RIGHT + 8}" y="${at + 4}">
        <tspan class="what">${`${name} `}</tspan>${value}</text>`,
  );
}

/** Target and alarm that all lines have; undefined where theirs differ: a line across would be of one alone. */
function sharedBands(targets: ReportResult["targets"]): MetricTarget | undefined {
  const [first, ...rest] = LINES.map(({ metric }) => targets[metric]);
  const isShared = rest.every(
    ({ target, alarm }) => target === first?.target && alarm === first.alarm,
  );
  return isShared ? first : undefined;
}

/**
 * Three coverages by day as lines, broken at days without such calls, with target and alarm where all have
 * the same; each is named at its end. A sentence where the trace has fewer than two days.
 */
export function trendChart(by: Breakdown, targets: ReportResult["targets"]): Html {
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
  const bands = sharedBands(targets);
  const keys = [...LINES, ...(bands === undefined ? [] : BANDS)].map(
    ({ metric, title }) => html`<span class="key ${metric}">${title}</span> `,
  );
  return html`<figure>
    <svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${[0, 0.5, 1].map(grid)}${bandLines(bands)}${LINES.map((line) => series(line, days))}
    ${endLabels(days, bands)}
    <text x="${LEFT}" y="${HEIGHT - 8}">${first}</text>
    <text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${last}</text>
    <text class="when" x="${WIDTH - RIGHT + 8}" y="${HEIGHT - 8}">(on this day)</text></svg>
    <figcaption>By day. The shares at the right are of the last day alone; the large numbers are of all days.
    ${" "}Oversight is what the new policies would do. No line where nothing was recorded.${" "}
    <span class="keys">${keys}
    </span></figcaption>
    </figure>`;
}

/** One share as a bar, in the colour of its band. */
export function bar({ covered, total }: Ratio, band: Band): Html {
  const width = total === 0 ? 0 : Math.round((covered / total) * 1000) / 10;
  return html`<svg class="bar ${band}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
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
