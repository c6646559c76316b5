import type { ReportResult } from "../../documents/report-result.ts";
import type { ReportOptions } from "../reporter.ts";
import { Figures } from "./figures.ts";
import { embeddedJson, Html, html } from "./html-text.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import {
  approvalSection,
  changeSection,
  controlSection,
  hero,
  identitySection,
  invariantSections,
  methodSection,
  pointSection,
  riskSection,
  type Section,
  uncoveredSection,
} from "./sections.ts";
import { spanText } from "./words.ts";
import { count } from "../../text/count.ts";

function sectionMarkup({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
}

function policy({ pin }: ReportOptions): string {
  if (pin === undefined) throw new Error("a page needs `pin` for its content security policy");
  return (
    `default-src 'none'; script-src 'sha256-${pin(PAGE_SCRIPT)}'; style-src ` +
    `'sha256-${pin(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'`
  );
}

/**
 * The report as one self-contained page: nothing is fetched, nothing but the pinned script runs,
 * and every text of a trace or a document is escaped (design 11.5).
 */
export function htmlReport(report: ReportResult, options: ReportOptions): string {
  const figures = new Figures(report);
  const sections = [
    uncoveredSection(report, figures),
    changeSection(report, figures),
    approvalSection(report, figures),
    identitySection(report, figures),
    controlSection(report),
    ...invariantSections(report),
    riskSection(report),
    pointSection(report, figures),
    methodSection(report),
  ];
  const error =
    report.error === undefined
      ? ""
      : html`<p><span class="mark bad">proves nothing</span> ${report.error.message}</p>`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy(options)}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><title>${report.title}</title><style>${new Html(PAGE_STYLE)}</style></head>
<body><header><div><h1>${report.title}</h1><p class="soft">${spanText(report)}, ${count(report.trace.calls, "call")} in ${count(report.trace.sessions, "session")}; policies: ${report.candidate.ref}</p>${error}<nav aria-label="Parts of the report"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></div><button type="button" id="theme" hidden>Light or dark</button></header>
<main>${hero(report, figures)}${sections.map(sectionMarkup)}</main>
<footer><p>Made by agentz ${report.tool.version} from ${report.candidate.digest ?? "policies without a digest"}. ${report.showsArguments ? "Argument values are shown." : "Argument values are not shown."}</p></footer>
<script type="application/json" id="timelines">${embeddedJson(report.timelines)}</script><script>${new Html(PAGE_SCRIPT)}</script></body></html>
`;
  return page.text;
}
