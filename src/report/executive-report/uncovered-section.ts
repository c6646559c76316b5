import type { Breakdown, UncoveredGroup } from "../../documents/coverage-result.ts";
import type { ReportResult } from "../../documents/report-result.ts";
import { gravityText, METRIC_WORDS, sinceFacts } from "../coverage/words.ts";
import { share } from "../replay/words.ts";
import { type Figures, pointerPart } from "./figures.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { type Row, table } from "./table.ts";
import { count } from "../../text/count.ts";
import type { Section } from "./section.ts";

const UNCOVERED_ORDER =
  "Most consequential first: irreversible, paying, restricted, open world (data enters or leaves " +
  "the company); then by number of calls.";

function sinceBlock({ since }: ReportResult): Part {
  if (since === undefined) return "";
  const moves = since.moved.map(
    ({ metric, before, after, why }) =>
      html`<li><strong>${metric}
        </strong>: ${share(before)} → ${share(after)}${
          why.length === 0
            ? ""
            : html`<ul class="plain">${why.map((cause) => html`<li>${cause}</li>`)}</ul>`
        }
        </li>`,
  );
  return html`<h3>Since the earlier report</h3>
    ${moves.length === 0 ? html`<p>No coverage changed.</p>` : html`<ul class="plain">${moves}</ul>`}
    <ul class="plain">${sinceFacts(since).map((fact) => html`<li>${fact}</li>`)}</ul>`;
}

function uncoveredRow(
  group: UncoveredGroup,
  i: number,
  { report, figures }: { readonly report: ReportResult; readonly figures: Figures },
): Row {
  const grave = gravityText(group);
  return {
    timelines: report.uncoveredTimelines[i] ?? [],
    cells: [
      { content: html`<span class="mono">${group.action}</span>` },
      { content: group.subject },
      { content: group.resourceClass ?? "–" },
      { content: grave === "" ? "–" : grave, sort: i },
      { content: figures.number(`/coverage/uncovered/${i}/calls`) },
      { content: group.why },
    ],
  };
}

const DIMENSIONS = [
  ["agent", "agent"],
  ["surface", "surface"],
  ["action", "tool"],
  ["class", "classification"],
  ["kind", "kind of action"],
] as const;

/** A value of a dimension, where it is no name. */
function valueText(name: string, value: string): string {
  if (name === "class" && value === "none") return "no resource";
  return value === "?" ? (name === "class" ? "unknown" : "unrecorded") : value;
}

/** What a table of a dimension counts, where a reader would compare it with another number. */
function countedText(name: string, rows: number): string {
  if (name === "agent") return `: ${count(rows, "agent")} made such calls`;
  return name === "class"
    ? ": classification coverage counts only the calls whose resource is known"
    : "";
}

function breakdownTable(
  name: string,
  title: string,
  { part, figures }: { readonly part: Breakdown; readonly figures: Figures },
): Html {
  const rows = Object.entries(part).map(
    ([value, { metrics }]): Row => ({
      cells: [
        { content: valueText(name, value) },
        { content: figures.number(`/coverage/by/${name}/${pointerPart(value)}/consequential`) },
        ...METRIC_WORDS.map(({ metric }) => ({
          content: metrics[metric].total === 0 ? "–" : share(metrics[metric]),
          sort: metrics[metric].total === 0 ? -1 : metrics[metric].covered / metrics[metric].total,
        })),
      ],
    }),
  );
  return table(
    `Coverage of consequential calls by ${title}${countedText(name, rows.length)}; – where no such call was made`,
    [
      { title, name: true },
      { title: "calls", numeric: true },
      ...METRIC_WORDS.map((words) => ({ title: words.title, numeric: true })),
    ],
    rows,
  );
}

/** Which calls are not covered, and the coverages by every dimension. */
export function uncoveredSection(report: ReportResult, figures: Figures): Section {
  const { coverage } = report;
  const rows = coverage.uncovered.map((group, i) => uncoveredRow(group, i, { report, figures }));
  const rest =
    coverage.uncoveredRest.groups > 0
      ? html`<p class="soft">… and ${figures.number(
          "/coverage/uncoveredRest/groups",
        )} more groups with ${figures.number("/coverage/uncoveredRest/calls")} calls.</p>`
      : "";
  const names = (
    title: string,
    tools: readonly { readonly tool: string; readonly calls: number }[],
  ): Part =>
    tools.length === 0
      ? ""
      : html`<p><strong>${title}:</strong> ${tools
          .slice(0, 30)
          .map(
            ({ tool, calls }, i) =>
              html`${i === 0 ? "" : ", "}${tool} (${calls.toLocaleString("en-US")})`,
          )}${tools.length > 30 ? ` and ${tools.length - 30} more` : ""}</p>`;
  const parts = DIMENSIONS.map(
    ([name, title]) =>
      html`<details class="part"${name === "agent" ? html` open` : ""}><summary>By ${title}
        </summary>${breakdownTable(name, title, { part: coverage.by[name], figures })}</details>`,
  );
  return {
    id: "uncovered",
    title: "What is not covered",
    brief: "Not covered",
    body: html`<p class="soft">${UNCOVERED_ORDER}</p>
      ${table(
        "Calls that at least one of the six measures does not cover",
        [
          { title: "tool", name: true },
          { title: "agent", name: true },
          { title: "classification" },
          { title: "consequential because" },
          { title: "calls", numeric: true },
          { title: "why" },
        ],
        rows,
      )}
      ${rest}
      ${names("Tools that no catalog lists", coverage.unknownTools)}
      ${names(
        "Left out because the catalog says that they are not consequential",
        coverage.inconsequential.marked,
      )}
      ${sinceBlock(report)}
      <h3>By agent, surface, tool, classification and kind</h3>
      ${parts}`,
  };
}
