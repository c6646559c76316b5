import type { ReportResult, ShipVerdict } from "../../documents/report-result.ts";
import { sentenceParts } from "./sentence-parts.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { folded } from "./folded.ts";
import { answerText, cutAfter, questionText } from "./verdict-words.ts";

const MARKS: {
  readonly [answer in ShipVerdict["answer"]]: { readonly band: string; readonly sign: string };
} = {
  ship: { band: "good", sign: "✓" },
  "ship after": { band: "warn", sign: "!" },
  "do not ship yet": { band: "bad", sign: "✗" },
  "not decided": { band: "plain", sign: "–" },
};

/**
 * Whether a sentence says of which incident calls are that would be permitted more, or that one happens again:
 * nobody may have to open something to read that.
 */
function isOfIncident(sentence: string): boolean {
  return /\bof (?:the incident|incidents)\b|\bhappen again\b/.test(sentence);
}

/** Sentences of a kind that are shown. */
const SHOWN = 3;

function list(sentences: readonly string[]): Html {
  return html`<ul class="plain">
    ${sentences.map((sentence) => html`<li>${sentenceParts(sentence)}</li>`)}</ul>`;
}

function column(title: string, sentences: readonly string[], most = SHOWN): Part {
  const [first, ...more] = sentences;
  if (first === undefined) return "";
  const { shown, rest } = cutAfter(sentences, most, isOfIncident);
  const told =
    more.length === 0 ? sentenceParts(first) : [list(shown), folded(rest.length, list(rest))];
  return html`<div><dt>${title}</dt><dd>${told}</dd></div>`;
}

/** Whether to ship the candidate, why, what has to be done first, and on what that rests. */
export function verdictBlock(report: ReportResult): Html {
  const { verdict } = report;
  const { band, sign } = MARKS[verdict.answer];
  return html`<div class="verdict ${band}"><h2>${questionText(report)} <span class="mark ${band}">
    ${`${sign} ${answerText(verdict)}`}</span></h2><dl>
    ${column("why", verdict.reasons)}${column("first", verdict.before)}
    ${column("it rests on", verdict.restsOn.split("; "), verdict.restsOn.length)}</dl></div>`;
}
