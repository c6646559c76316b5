import { capital } from "../../text/capital.ts";
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
import { alsoTexts, LEAST_POINTS, leftText, pointsMoved } from "./also-words.ts";
import { bar, trendChart } from "./chart.ts";
import { sentenceParts } from "./sentence-parts.ts";
import type { Figures } from "./figures.ts";
import { folded } from "./folded.ts";
import { bandIn, BAND_WORDS, todayRatio } from "./bands.ts";
import { openingTexts, spokenText } from "./lead-words.ts";
import { html, type Html, type Part, withBreaks } from "./html-text.ts";
import { byFate, FATES, fateOf } from "./incident-words.ts";
import { costTexts } from "./oversight-words.ts";
import { riskOwners } from "./owner-words.ts";
import { type Row, table } from "./table.ts";
import { decisionWords, percentText, unlistedText } from "./words.ts";
import type { Section } from "./section.ts";
import { TARGETS_HOW } from "./verdict-words.ts";
import { verdictBlock } from "./verdict-block.ts";

type Metric = keyof ReportResult["targets"];

/** `95.6%`; – where there is nothing to share. */
function shareOrDash(ratio: Ratio): string {
  return ratio.total === 0 ? "–" : share(ratio);
}

/** `▲ +1.3 points`. */
function pointsText(points: number): string {
  return `${points > 0 ? "▲ +" : "▼ −"}${Math.abs(points).toFixed(1)} points`;
}

/** What moved since the earlier report, in percentage points; empty without one. */
function deltaText({ since, coverage }: ReportResult, metric: Metric): Part {
  if (since === undefined) return "";
  const move = since.moved.find((one) => one.metric === metric);
  const rate = ({ covered, total }: Ratio): number => (total === 0 ? 0 : covered / total);
  const points =
    move === undefined ? 0 : (rate(coverage.metrics[metric]) - rate(move.before)) * 100;
  const shown =
    Math.abs(points) < LEAST_POINTS ? "no change" : html`<strong>${pointsText(points)}</strong>`;
  return html` <span class="delta">${shown} since the earlier report</span>`;
}

function targetText({ target, alarm, from }: MetricTarget): string {
  const whose = from === "default" ? ": agentz’s default, nobody has set yours" : "";
  return `target ${percentText(target)}, alarm below ${percentText(alarm)}${whose}`;
}

/** The one target of all metrics; undefined where they differ. */
function commonTarget({ targets }: ReportResult): MetricTarget | undefined {
  const [first, ...rest] = Object.values(targets);
  const isCommon = rest.every(
    ({ target, alarm, from }) =>
      target === first?.target && alarm === first.alarm && from === first.from,
  );
  return isCommon ? first : undefined;
}

/** `163 of 249 consequential calls`. */
function countText(metric: Metric, of: string, { report, figures }: Context): Part {
  if (report.coverage.metrics[metric].total === 0) return `no ${of}`;
  const at = `/coverage/metrics/${metric}`;
  return html`${figures.number(`${at}/covered`)} of ${figures.number(`${at}/total`)} ${of}`;
}

interface Context {
  readonly report: ReportResult;
  readonly figures: Figures;
}

/** One coverage: its number, its band, how it moved, and what it asks. */
function card({ metric, title, asks, of }: (typeof METRIC_WORDS)[number], context: Context): Html {
  const { report, figures } = context;
  const ratio = report.coverage.metrics[metric];
  const target = report.targets[metric];
  const band = bandIn(report, metric);
  const unrecorded =
    (ratio.unrecorded ?? 0) === 0
      ? ""
      : html` <span class="of">
          ${figures.number(`/coverage/metrics/${metric}/unrecorded`)} without a recorded credential</span>`;
  const own =
    commonTarget(report) === undefined ? html` <span class="of">${targetText(target)}</span>` : "";
  const mark = html`<span class="mark ${band}">${BAND_WORDS[band]}</span>`;
  const today = todayRatio(report, metric);
  const value = shareOrDash(ratio);
  const was = today === undefined ? "" : html`<span class="was">today ${share(today)} → </span>`;
  const moved = pointsMoved(report, metric);
  const way =
    moved === undefined
      ? ""
      : html` <span class="delta"><strong>${pointsText(moved)}</strong> with the new policies</span>`;
  // of a coverage that falls it matters whether these calls run
  const left = metric === "policy" && (moved ?? 0) < 0 ? leftText(report) : "";
  const others = left === "" ? "" : html` <span class="of">${left}.</span>`;
  return html`<li><span class="name">${title}</span>${" "}
    <span class="value">${was}${value} ${mark}</span>${bar(ratio, band)} <span class="of">
    ${countText(metric, of, context)}</span>
    ${unrecorded}${way}${others}${deltaText(report, metric)}${own} <span class="asks">${asks}</span></li>`;
}

/** The calls of a risk, where its title does not say them. */
function riskCalls({ kind }: GravestRisk, i: number, figures: Figures): Part {
  if (kind === "coverage" || kind === "benign") return "";
  const calls =
    kind === "invariant"
      ? "no recorded call; any agent could do it"
      : html`${figures.number(`/gravest/${i}/calls`)} recorded`;
  return html`<dt>calls</dt><dd>${calls}</dd>`;
}

/** Who answers for a risk: whoever has most calls, and the others to be opened. */
function ownerParts(risk: GravestRisk): readonly Part[] {
  const { named, others, noun } = riskOwners(risk);
  return [sentenceParts(named.join(", ")), folded(others.length, others.join(", "), noun)];
}

function riskItem(risk: GravestRisk, i: number, figures: Figures): Html {
  return html`<li><p class="title">${sentenceParts(risk.title)}</p>
    <dl><dt>next step</dt><dd>${sentenceParts(risk.nextStep)}</dd>
    <dt>owner</dt><dd>${ownerParts(risk)}</dd>${riskCalls(risk, i, figures)}</dl></li>`;
}

const BIG = [
  { metric: "enforcement", says: "are decided by a policy outside the agent" },
  { metric: "oversight", says: "would be stopped, or held until a person approves" },
] as const;

/** A number of the sentence, with its band and what it was. */
function bigNumber({ metric, says }: (typeof BIG)[number], context: Context): Html {
  const { report } = context;
  const ratio = report.coverage.metrics[metric];
  const band = bandIn(report, metric);
  const of = METRIC_WORDS.find((words) => words.metric === metric)?.of ?? "";
  const before = report.since?.moved.find((move) => move.metric === metric)?.before;
  const was = before === undefined ? "" : ` It was ${share(before)} in the earlier report.`;
  const today = todayRatio(report, metric);
  const when = today === undefined ? "today" : `today ${share(today)}; with the new policies`;
  const { target, from } = report.targets[metric];
  const whose = from === "default" ? "default target" : "target";
  return html`<div><p class="was">${when}</p><p class="big ${band}">${shareOrDash(ratio)}</p><p class="band">
    <span class="mark ${band}">${BAND_WORDS[band]}</span> <span class="near">${whose} ${percentText(target)}</span></p>
    <p class="say">${says} <span class="of">${countText(metric, of, context)}.${was}</span></p></div>`;
}

/** What stands in names for what a trace does not say; empty where none does. */
function unrecordedText({ uncovered }: ReportResult["coverage"]): string {
  return uncovered.some(({ action }) => action.startsWith("?/"))
    ? ", ? a server that was not recorded"
    : "";
}

/** What a reader has to know to read the page, said once. */
function wordsBlock({ coverage, replay }: ReportResult): Html {
  const consequential = coverage.metrics.enforcement.total;
  const words: readonly (readonly [string, string])[] = [
    [
      "call",
      `one use of a tool by an agent; server/tool names the tool${unrecordedText(coverage)}`,
    ],
    [
      "consequential",
      "does more than read public or internal data, such as sending, paying, changing or running something: " +
        `${consequential.toLocaleString("en-US")} of the calls`,
    ],
    [
      "enforcement",
      "of the consequential calls, the share that a policy outside the agent decides before the tool runs, in a " +
        "gateway or a hook: an agent that is misled cannot skip it",
    ],
    [
      "identity",
      "of the consequential calls, the share made by a registered agent with a credential of its own",
    ],
    ["policy", "written rules: what is allowed, denied, or held until a person approves"],
    [
      "oversight",
      "of the calls that cannot be undone, pay or give access, the share that is stopped or held for a person",
    ],
    ["gate", "limits that the candidate has to keep, such as: no call is permitted more"],
    ...(replay.changes.indeterminate === 0
      ? []
      : [["indeterminate", "the decision depends on data that was not recorded"] as const]),
    ...(replay.labels.incident.calls === 0
      ? []
      : [["incident", "a session with calls that somebody labelled as one in the trace"] as const]),
  ];
  return html`<h2 class="next">Words on this page</h2><dl class="words">
    ${words.map(([word, means]) => html`<div><dt>${word}</dt><dd>${withBreaks(means)}</dd></div>`)}</dl>`;
}

/** Sentences under a heading of their own; nothing where there are none. */
function noteBlock(title: string, texts: readonly string[]): Part {
  return texts.length === 0
    ? ""
    : html`<p class="cost"><strong>${title}</strong> ${texts.map((text) => sentenceParts(`${text}. `))}</p>`;
}

const OVERLAP =
  "A call can count in several risks. The owner with most calls comes first. “What is not covered” lists the calls.";

/** What the risks count, where there are any. */
function overlapNote({ gravest }: ReportResult): Part {
  return gravest.length === 0 ? "" : html` <span class="of">${sentenceParts(OVERLAP)}</span>`;
}

/** What a board needs: the sentence, whether to ship, the numbers, the gravest risks. */
export function hero(report: ReportResult, figures: Figures): Html {
  const { metrics, by } = report.coverage;
  const context = { report, figures };
  const { happened, numbers } = openingTexts(report);
  const unlisted = unlistedText(report);
  const big = BIG.filter(({ metric }) => metric === "enforcement" || metrics[metric].total > 0);
  const notes = [
    noteBlock("What oversight costs.", costTexts(report)),
    noteBlock("Look at this, too.", alsoTexts(report)),
  ];
  const risks =
    report.gravest.length === 0
      ? html`<p class="none">No incident, invariant or tool is open.</p>`
      : html`<ol class="gravest">
        ${report.gravest.map((risk, i) => riskItem(risk, i, figures))}</ol>`;
  return html`<section id="number"><p class="aloud">${spokenText(report)}</p>
    ${happened === "" ? "" : html`<p class="happened">${sentenceParts(happened)}</p>`}
    ${unlisted === "" ? "" : html`<p>${sentenceParts(unlisted)}</p>`}${verdictBlock(report)}
    <h2 class="next">What to decide first${overlapNote(report)}</h2>
    ${risks}${numbers === "" ? "" : html`<p class="numbers-said">${sentenceParts(numbers)}</p>`}<div class="hero">
    <div class="numbers">${big.map((one) => bigNumber(one, context))}</div>
    ${trendChart(by.day, report.targets)}</div>
    ${notes}${wordsBlock(report)}</section>`;
}

/** The six coverages, each with its band, how it moved, and what it asks. */
export function measureSection(report: ReportResult, figures: Figures): Section {
  const common = commonTarget(report);
  const bands = common === undefined ? "" : `${capital(targetText(common))}. `;
  const isUnset = Object.values(report.targets).some(({ from }) => from === "default");
  const how = isUnset ? `${capital(TARGETS_HOW)}.` : "";
  const note = `${bands}${how}`;
  return {
    id: "measures",
    title: "Six measures",
    brief: "Measures",
    body: html`${note === "" ? "" : html`<p class="soft">${sentenceParts(note)}</p>`}<ul class="cards">
      ${METRIC_WORDS.map((words) => card(words, { report, figures }))}</ul>`,
  };
}

function incidentRow(incident: IncidentInfo, i: number, figures: Figures): Row {
  const { words, band } = FATES[fateOf(incident)];
  return {
    cells: [
      { content: html`<span class="mono">${incident.session ?? "no session"}</span>` },
      { content: incident.first?.slice(0, 10) ?? "–" },
      { content: incident.subject },
      { content: incident.actions.join(", ") },
      {
        content: html`<div><span class="mark ${band}">${words}</span></div><div class="of">
          ${figures.number(`/incidents/${i}/stopped`)}${" of "}${figures.number(
            `/incidents/${i}/calls`,
          )} ${incident.calls === 1 ? "call" : "calls"}</div>`,
        sort: incident.stopped / incident.calls,
      },
      { content: incident.decisions.map((one) => html`<div>${decisionWords(one)}</div>`) },
    ],
  };
}

const LABELLED =
  "with calls that are labelled as incidents would be stopped or held in full. Those that would not be stopped come " +
  "first, then those stopped by errors, then those held.";

const NO_RULES: ReadonlyMap<string, string> = new Map([
  ["default", "“default” means that no rule allows the call"],
  [
    "containment",
    "“containment” means that an earlier denial had stopped the session or the agent",
  ],
]);

/** What decides without being a rule, where it does. */
function withoutRules(incidents: readonly IncidentInfo[]): string {
  const names = new Set(
    incidents.flatMap(({ decisions }) => decisions.flatMap((one) => one.rules)),
  );
  const told = [...NO_RULES].flatMap(([name, means]) => (names.has(name) ? [means] : []));
  return told.length === 0 ? "" : ` ${told.join("; ")}.`;
}

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
      title: "Incidents that happened, and how each would be stopped",
      brief: "Incidents",
      body: html`<p class="soft">
        ${stopped} of ${count(incidents.length, "session")} ${LABELLED}${withoutRules(incidents)}</p>
        ${table(
          "Incidents by session",
          [
            { title: "session", name: true },
            { title: "date", day: true },
            { title: "agent", name: true },
            { title: "tools", name: true },
            { title: "result" },
            { title: "how", name: true },
          ],
          byFate(incidents).map(({ incident, i }) => incidentRow(incident, i, figures)),
        )}${rest}`,
    },
  ];
}
