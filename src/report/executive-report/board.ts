import type { Ratio } from "../../documents/replay-result.ts";
import type {
  GravestRisk,
  IncidentInfo,
  MetricTarget,
  ReportResult,
} from "../../documents/report-result.ts";
import { count } from "../../text/count.ts";
import { METRIC_WORDS } from "../coverage/words.ts";
import { share } from "../replay/words.ts";
import { bar, trendChart } from "./chart.ts";
import type { Figures } from "./figures.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { type Row, table } from "./table.ts";
import { bandOf, BAND_WORDS, decisionWords, headline, percentText, spokenText } from "./words.ts";
import type { Section } from "./sections.ts";

type Metric = keyof ReportResult["targets"];

/** What moved since the earlier report, in percentage points; empty without one. */
function deltaText({ since, coverage }: ReportResult, metric: Metric): Part {
  if (since === undefined) return "";
  const move = since.moved.find((one) => one.metric === metric);
  const rate = ({ covered, total }: Ratio): number => (total === 0 ? 0 : covered / total);
  const points =
    move === undefined ? 0 : (rate(coverage.metrics[metric]) - rate(move.before)) * 100;
  const shown =
    Math.abs(points) < 0.05
      ? "no change"
      : `${points > 0 ? "▲ +" : "▼ −"}${Math.abs(points).toFixed(1)} points`;
  return html`<span class="delta">${shown} since the earlier report</span>`;
}

function targetText({ target, alarm }: MetricTarget): string {
  return `target ${percentText(target)}, alarm below ${percentText(alarm)}`;
}

/** One coverage: its number, its band, how it moved, and what it asks. */
function card(
  { metric, title, asks }: (typeof METRIC_WORDS)[number],
  { report, figures }: { readonly report: ReportResult; readonly figures: Figures },
): Html {
  const ratio = report.coverage.metrics[metric];
  const target = report.targets[metric];
  const band = bandOf(ratio, target);
  const numbers =
    ratio.total === 0
      ? "no such call"
      : html`${figures.number(`/coverage/metrics/${metric}/covered`)} of ${figures.number(
          `/coverage/metrics/${metric}/total`,
        )} calls`;
  const unrecorded =
    (ratio.unrecorded ?? 0) === 0
      ? ""
      : html`<span class="of">
          ${figures.number(`/coverage/metrics/${metric}/unrecorded`)} without a recorded credential</span>`;
  const mark = html`<span class="mark ${band}">${BAND_WORDS[band]}</span>`;
  return html`<li><span class="name">${title}</span>
    <span class="value">${share(ratio)} ${mark}</span>${bar(ratio, band)}<span class="of">${numbers}</span>
    ${unrecorded}${deltaText(report, metric)}<span class="of">${targetText(target)}</span>
    <span class="asks">${asks}</span></li>`;
}

function riskItem(risk: GravestRisk, i: number, figures: Figures): Html {
  const owner =
    risk.owners.length === 0 ? "nobody is named in the catalog" : risk.owners.join(", ");
  const calls =
    risk.kind === "invariant"
      ? "no recorded call; any agent could do it"
      : html`${figures.number(`/gravest/${i}/calls`)} recorded calls`;
  return html`<li><p class="title">${codeParts(risk.title)}</p>
    <dl><dt>owner</dt><dd>${owner}</dd><dt>calls</dt><dd>${calls}</dd>
    <dt>next step</dt><dd>${codeParts(risk.nextStep)}</dd></dl></li>`;
}

/** A sentence with names between backticks: these as code. */
function codeParts(sentence: string): readonly Part[] {
  return sentence
    .split("`")
    .map((part, i) => (i % 2 === 1 ? html`<span class="mono">${part}</span>` : part));
}

/** The sentence to say aloud, the number with its target and trend, the gravest risks, the cards. */
export function hero(report: ReportResult, figures: Figures): Html {
  const { metrics, by } = report.coverage;
  const { enforcement } = metrics;
  const before = report.since?.moved.find((move) => move.metric === "enforcement")?.before;
  const band = bandOf(enforcement, report.targets.enforcement);
  const moved =
    before === undefined
      ? ""
      : html`<p class="soft">It was ${share(before)} in the earlier report.</p>`;
  const risks =
    report.gravest.length === 0
      ? html`<p class="none">No incident, invariant or tool is open.</p>`
      : html`<ol class="gravest">${report.gravest.map((risk, i) => riskItem(risk, i, figures))}</ol>`;
  return html`<section id="number"><p class="aloud">${spokenText(report)}</p><div class="hero"><div>
    <p class="big ${band}">${share(enforcement)}</p><p class="band"><span class="mark ${band}">
    ${BAND_WORDS[band]}</span> ${targetText(report.targets.enforcement)}</p>
    <p class="say">${headline(report)}</p>${moved}</div>
    ${trendChart(by.day, report.targets.enforcement)}</div>
    <h2 class="next">What to act on first</h2>${risks}
    <h2 class="next">Six coverages</h2><ul class="cards">
    ${METRIC_WORDS.map((words) => card(words, { report, figures }))}</ul></section>`;
}

function incidentRow(incident: IncidentInfo, i: number, figures: Figures): Row {
  const isStopped = incident.stopped === incident.calls;
  return {
    cells: [
      { content: html`<span class="mono">${incident.session ?? "no session"}</span>` },
      { content: incident.first?.slice(0, 10) ?? "–" },
      { content: incident.subject },
      { content: incident.actions.join(", ") },
      {
        content: html`<div><span class="mark ${isStopped ? "good" : "bad"}">
          ${isStopped ? "stopped" : "not stopped"}</span></div><div class="of">
          ${figures.number(`/incidents/${i}/stopped`)}${" of "}${figures.number(`/incidents/${i}/calls`)}</div>`,
        sort: incident.stopped / incident.calls,
      },
      { content: incident.decisions.map((one) => html`<div>${decisionWords(one)}</div>`) },
    ],
  };
}

const LABELLED =
  "with calls that are labelled as incidents would be stopped in full. Sessions that would not be " +
  "stopped come first.";

/** Each incident by the name of its session, and how the candidate stops it; none: no section. */
export function incidentSections(report: ReportResult, figures: Figures): readonly Section[] {
  const { incidents, incidentsRest } = report;
  if (incidents.length === 0) return [];
  const stopped = incidents.filter((one) => one.stopped === one.calls).length;
  const rest =
    incidentsRest === 0
      ? ""
      : html`<p class="soft">… and ${figures.number("/incidentsRest")} more sessions.</p>`;
  return [
    {
      id: "incidents",
      title: "Incidents, and how each would be stopped",
      body: html`<p class="soft">
        ${stopped} of ${count(incidents.length, "session")} ${LABELLED}</p>
        ${table(
          "Incidents by session",
          [
            { title: "session", name: true },
            { title: "date" },
            { title: "agent", name: true },
            { title: "tools", name: true },
            { title: "result" },
            { title: "how" },
          ],
          incidents.map((incident, i) => incidentRow(incident, i, figures)),
        )}${rest}`,
    },
  ];
}
