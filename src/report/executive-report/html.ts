import type { ReportResult } from "../../documents/report-result.ts";
import type { ReportOptions } from "../reporter.ts";
import { hero, incidentSections, measureSection } from "./board.ts";
import { Figures } from "./figures.ts";
import { embeddedJson, Html, html } from "./html-text.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { approvalSection, candidateSections, changeSection } from "./change-section.ts";
import { invariantSections, methodSection, pointSection, riskSection } from "./evidence-section.ts";
import { controlSection, identitySection } from "./identity-section.ts";
import type { Section } from "./section.ts";
import { uncoveredSection } from "./uncovered-section.ts";
import { spanText } from "./words.ts";
import { count } from "../../text/count.ts";

function sectionMarkup({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <details class="fold" open><summary><h2 id="${id}-title">${title}</h2></summary>${body}</details></section>`;
}

function policy({ pin }: ReportOptions): string {
  if (pin === undefined) throw new Error("a page needs `pin` for its content security policy");
  return (
    `default-src 'none'; script-src 'sha256-${pin(PAGE_SCRIPT)}'; style-src ` +
    `'sha256-${pin(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'`
  );
}

const LINE = new Html("\n");

function head({ title }: ReportResult, options: ReportOptions): Html {
  return html`<head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy(options)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <style>${new Html(PAGE_STYLE)}</style>
    </head>`;
}

function subtitle(report: ReportResult): string {
  const { calls, sessions } = report.trace;
  const read = `${count(calls, "call")} in ${count(sessions, "session")}`;
  return `${spanText(report)}, ${read}; policies in ${report.candidate.ref}`;
}

function madeBy({ tool, candidate, showsArguments }: ReportResult): string {
  const digest = candidate.digest ?? "policies without a digest";
  const values = showsArguments ? "Argument values are shown." : "Argument values are not shown.";
  return `Made by agentz ${tool.version} from ${digest}. ${values}`;
}

/**
 * The report as one self-contained page: nothing is fetched, nothing but the pinned script runs,
 * and every text of a trace or a document is escaped (design 11.5).
 */
export function htmlReport(report: ReportResult, options: ReportOptions): string {
  const figures = new Figures(report);
  const sections = [
    measureSection(report, figures),
    ...candidateSections(report),
    ...incidentSections(report, figures),
    changeSection(report, figures),
    approvalSection(report, figures),
    uncoveredSection(report, figures),
    identitySection(report, figures),
    controlSection(report),
    ...invariantSections(report),
    riskSection(report),
    pointSection(report, figures),
    methodSection(report),
  ];
  const page = html`<!doctype html>${LINE}
    <html lang="en">${head(report, options)}${LINE}
    <body>
    <header>
    <div>
    <h1>${report.title}</h1>
    <p class="soft">${subtitle(report)}</p>
    <nav aria-label="Parts of the report">
    <details class="fold" open><summary>Parts of the report</summary><ul>
    ${sections.map(({ id, title, brief = title }) => html`<li><a href="#${id}">${brief}</a></li>`)}</ul></details>
    </nav>
    </div>
    <button type="button" id="theme" hidden></button>
    </header>${LINE}
    <main>${hero(report, figures)}${sections.map(sectionMarkup)}</main>${LINE}
    <footer><p>${madeBy(report)}</p></footer>${LINE}
    <script type="application/json" id="timelines">${embeddedJson(report.timelines)}</script>
    <script>${new Html(PAGE_SCRIPT)}</script>
    </body>
    </html>${LINE}`;
  return page.text;
}
