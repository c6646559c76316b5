import type { ApprovalBurden } from "../../documents/replay-result.ts";
import type { ReportGroup, ReportResult } from "../../documents/report-result.ts";
import { CANDIDATE_HEADER, candidateRows } from "../replay/candidates.ts";
import { mayBeWidened, tellsWidened } from "../../text/may-be-widened.ts";
import { byConcern, CONCERN_ORDER, isToLookAt } from "../replay/group-order.ts";
import {
  approversText,
  groupChange,
  groupLabels,
  groupRules,
  changeText,
} from "../replay/words.ts";
import { stack } from "./chart.ts";
import { type Figures, pointerPart } from "./figures.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { type Paper, type Row, table } from "./table.ts";
import { STATES } from "../states.ts";
import { count } from "../../text/count.ts";
import { inBrackets } from "../../text/in-brackets.ts";
import { numberBeforeTexts, stoppedBeforeTexts } from "../../text/number-before.ts";
import { neverRunTexts } from "../../text/unapprovable.ts";
import { benignFailingText, deniedBeside } from "./incident-words.ts";
import { sentenceParts } from "./sentence-parts.ts";
import { movedCalls } from "../../text/moved-calls.ts";
import type { Section } from "./section.ts";
import { besideLimits, LIMITS_HOW } from "./verdict-words.ts";

function decisionBar(figures: Figures, side: "baseline" | "candidate", title: string): Html {
  const kinds = ["allow", "require_approval", "deny", "indeterminate"] as const;
  const value = (kind: string): number =>
    Number(figures.at(`/replay/decisions/${side}/${kind}`) ?? 0);
  return html`<div class="decided"><p><strong>${title}</strong></p>
    ${stack(kinds.map((kind) => ({ kind, value: value(kind) })))}<p class="of">
    ${kinds.map(
      (kind) =>
        html`<span class="key ${kind}">
          ${kind === "require_approval" ? "approval" : kind} ${figures.number(`/replay/decisions/${side}/${kind}`)}
          </span> `,
    )}
    </p></div>`;
}

const MOVED = {
  widened: { permitted: "more is permitted", asked: "less is asked" },
  narrowed: { permitted: "less is permitted", asked: "more is asked" },
} as const;

/**
 * What it means for `all` calls to have changed in a way: `more is permitted`; of several meanings each with
 * its number, the calls once.
 */
function meansText(groups: readonly ReportGroup[], kind: keyof typeof MOVED, all: number): string {
  const { permitted, asked, others, never } = movedCalls(groups, kind, all);
  const words = MOVED[kind];
  const meanings = [
    [permitted, words.permitted],
    [asked, `${words.asked}, in approvals, redaction or logging`],
    [others, "others have to approve, neither fewer nor more"],
    [never, neverRunTexts(never, never).join("")],
  ] as const;
  const told = meanings.filter(([calls]) => calls > 0);
  const isOne = told.length <= 1;
  return told.length === 0
    ? words.permitted
    : told
        .map(([calls, what]) => (isOne ? what : `${calls.toLocaleString("en-US")}: ${what}`))
        .join("; ");
}

/** Changed calls of a class, of which some changed only through earlier calls. */
function movedFact(
  { figures, groups }: { readonly figures: Figures; readonly groups: readonly ReportGroup[] },
  kind: keyof typeof MOVED,
): Html {
  const at = `/replay/changes/${kind}`;
  const of = (part: string): number => Number(figures.at(`${at}/${part}`) ?? 0);
  const all = of("direct") + of("downstream");
  return html`<li><strong>${all.toLocaleString("en-US")}</strong>${" "}
    ${all === 1 ? "call" : "calls"} ${kind} (${meansText(groups, kind, all)}): ${figures.number(
      `${at}/direct`,
    )} by the rules themselves, ${figures.number(`${at}/downstream`)} because an earlier call changed</li>`;
}

/** What would have come of the labelled calls, and how many calls change, as items of a list. */
function changeFacts(
  { replay: { labels, groups } }: ReportResult,
  figures: Figures,
): readonly Html[] {
  const { incident, benign } = labels;
  const stoppedBefore = inBrackets(stoppedBeforeTexts(incident));
  const heldBefore = inBrackets(numberBeforeTexts(benign.gated, benign.gatedBefore));
  return [
    incident.calls === 0
      ? html`<li><strong>–</strong> no call is labelled an incident</li>`
      : html`<li><strong>
        ${figures.number("/replay/labels/incident/stopped")} of ${figures.number("/replay/labels/incident/calls")}
        </strong>${" "}calls of incidents would be stopped or held${stoppedBefore}, in ${figures.number(
          "/replay/labels/incident/sessionsStopped",
        )} of ${figures.number("/replay/labels/incident/sessions")} sessions</li>`,
    benign.calls === 0
      ? html`<li><strong>–</strong> no call is labelled benign</li>`
      : html`<li><strong>
        ${figures.number("/replay/labels/benign/denied")} of ${figures.number("/replay/labels/benign/calls")}
        </strong>${" "}benign calls would be denied${deniedBeside(benign)},${" "}
        ${figures.number("/replay/labels/benign/gated")} held without${" "}
        an approval on record${heldBefore}</li>`,
    movedFact({ figures, groups }, "widened"),
    movedFact({ figures, groups }, "narrowed"),
  ];
}

/** Calls that no label judges, so that incidents and benign calls are fewer than all; empty: none. */
function unlabelledText({ trace, replay: { labels } }: ReportResult): Part {
  const judged = labels.incident.calls + labels.benign.calls;
  if (judged === 0 || judged >= trace.calls) return "";
  const rest = `${count(trace.calls - judged, "call")} of ${trace.calls.toLocaleString("en-US")}`;
  return html`<p class="of">Without a label, so in neither number: ${rest}.</p>`;
}

/** That benign calls are denied only because conditions are errors, which, and what to do; else empty. */
function failingNote(group: ReportGroup): Part {
  const text = benignFailingText(group);
  return text === "" ? "" : html`<div class="of">${sentenceParts(text)}</div>`;
}

/** A group of changed calls, which opens to its sessions; `isTold`: whether {@link tellsWidened}. */
function groupRow(
  { group, i, isTold }: { group: ReportGroup; i: number; isTold: boolean },
  figures: Figures,
): Row {
  return {
    timelines: group.timelines,
    cells: [
      {
        content: html`<span class="mark ${group.class}">
          ${STATES[group.class].sign} ${group.class}</span>`,
      },
      {
        content: [
          `${groupChange(group).replace("->", "→")}${groupLabels(group)}`,
          isTold && mayBeWidened(group) ? "; may be permitted more" : "",
          failingNote(group),
        ],
      },
      {
        content: [
          html`<span class="mono">${group.action}</span>`,
          group.resourceClass === null ? "" : ` (${group.resourceClass})`,
        ],
      },
      { content: group.subject },
      { content: figures.number(`/replay/groups/${i}/calls`) },
      { content: groupRules(group).replace("->", "→") },
      { content: group.owners?.join(", ") ?? "–" },
    ],
  };
}

/** Whether the gate passed, and each of its limits. */
function gateBlock(report: ReportResult): Html {
  const { gate } = report.replay;
  const { limits } = report.verdict;
  const mark = html`<span class="mark ${gate.passed ? "good" : "bad"}">
    ${gate.passed ? "passed" : "failed"}</span>`;
  const lines = [
    ...limits.map(({ passed, text }) => `${passed ? "kept" : "broken"}: ${text}`),
    ...besideLimits(report),
  ];
  return html`<p>${limits.length === 0 ? sentenceParts(`Gate: ${LIMITS_HOW}.`) : html`Gate: ${mark}`}</p>${
    lines.length === 0
      ? ""
      : html`<ul class="plain">${lines.map((line) => html`<li>${line}</li>`)}</ul>`
  }`;
}

/** Further candidates beside the first one, which is the page's; none: no section. */
export function candidateSections(report: ReportResult): readonly Section[] {
  const { candidates = [], candidate, replay, error } = report;
  if (candidates.length === 0) return [];
  const first = { ...replay, decisions: replay.decisions.candidate, candidate };
  const all = [error === undefined ? first : { ...first, error }, ...candidates];
  const rows = candidateRows(all).map(
    (row): Row => ({ cells: row.map((content) => ({ content })) }),
  );
  return [
    {
      id: "candidates",
      title: `${all.length} candidates compared`,
      brief: "Candidates",
      body: html`<p class="soft">The rest of this page is of the first one, ${candidate.ref}.</p>
        ${table(
          "What each candidate stops, breaks and asks, on the same calls",
          CANDIDATE_HEADER.map((title, i) => ({ title, name: i === 0, numeric: i > 0 && i < 7 })),
          rows,
        )}`,
    },
  ];
}

/** What of the changed calls has to be on paper: what page one sends readers to, and benign calls that need more. */
function onPaper(groups: readonly ReportGroup[]): Paper {
  const isPrinted = (group: ReportGroup): boolean =>
    isToLookAt(group) || (group.class === "narrowed" && group.benignCalls !== undefined);
  return {
    rows: groups.filter(isPrinted).length,
    rest: ", of calls that would be permitted less and are not labelled benign, or not reached,",
  };
}

const GROUPS = `Groups of changed calls: ${CONCERN_ORDER}`;

/** What the candidate would have done: incidents, benign work, and the groups of changed calls. */
export function changeSection(report: ReportResult, figures: Figures): Section {
  const { replay, baseline, candidate, trace } = report;
  const isTold = tellsWidened(replay);
  const verdict = changeText({ ...report, ...replay });
  return {
    id: "changes",
    title: "What the candidate would have changed",
    brief: "Changes",
    body: html`<p class="soft">
      ${`The baseline (the policies before) is ${baseline.ref}; `}
      ${`the candidate (the policies under test) is ${candidate.ref}. `}
      ${`On ${count(trace.calls, "recorded call")}: ${verdict.replace(/^no change: /, "no change, ")}.`}</p>
      <ul class="facts">
      ${changeFacts(report, figures)}
      </ul>${unlabelledText(report)}
      ${decisionBar(figures, "baseline", "Before")}
      ${decisionBar(figures, "candidate", "After")}
      ${
        replay.decisions.candidate.indeterminate + replay.decisions.baseline.indeterminate === 0
          ? ""
          : html`<p class="of">Indeterminate: the trace does not say enough to decide the call.</p>`
      }
      ${gateBlock(report)}
      <h3>Changed calls</h3>
      ${table(
        GROUPS,
        [
          { title: "change" },
          { title: "decision", words: true },
          { title: "tool", name: true },
          { title: "agent", name: true },
          { title: "calls", numeric: true },
          { title: "rules", name: true },
          { title: "owner of the rules", name: true },
        ],
        byConcern(replay.groups.map((group, i) => ({ ...group, i }))).map((group) =>
          groupRow({ group, i: group.i, isTold }, figures),
        ),
        onPaper(replay.groups),
      )}`,
  };
}

/** WHY said: with two approvers a call, the approvals of the table are more than the calls. */
function severalText({ required, approvals }: ApprovalBurden): Part {
  return approvals === required
    ? ""
    : html`<p class="of">These calls need ${approvals.toLocaleString("en-US")}${" "}
        approvals, because some need more than one.</p>`;
}

/** Of approvers whom nobody in the catalog is. */
const NOBODY = "nobody in the catalog is one, so these calls can never run";

/** How much the approvals ask of people. */
export function approvalSection(report: ReportResult, figures: Figures): Section {
  const { baseline, candidate } = report.replay.approvals;
  const asksNobody = baseline.required === 0 && candidate.required === 0;
  const fact = (pointer: string, words: Part): Html =>
    html`<li><strong>${figures.number(pointer)}</strong> ${words}</li>`;
  const rows = Object.entries(candidate.byApprover).map(([group, { nobody }]): Row => {
    const at = `/replay/approvals/candidate/byApprover/${pointerPart(group)}`;
    return {
      cells: [
        {
          content: nobody === true ? `${approversText(group)}: ${NOBODY}` : approversText(group),
        },
        { content: figures.number(`${at}/approvals`) },
        { content: figures.number(`${at}/perDay`) },
        { content: figures.number(`${at}/peakHour`) },
      ],
    };
  });
  return {
    id: "approvals",
    title: "Approvals",
    body: asksNobody
      ? html`<p>No recorded call needs an approval, under the baseline or the candidate.</p>`
      : html`<ul class="facts">
      ${fact(
        "/replay/approvals/candidate/required",
        html`calls need an approval (before: ${figures.number("/replay/approvals/baseline/required")})`,
      )}
      ${fact("/replay/approvals/candidate/satisfied", "of them were approved")}
      ${fact("/replay/approvals/candidate/perDay", "approvals a day on average")}
      ${fact("/replay/approvals/candidate/peakHour", "approvals in the busiest hour")}
      </ul>${severalText(candidate)}
      ${table(
        "Who has to approve, and how often",
        [
          { title: "approvers" },
          { title: "approvals", numeric: true },
          { title: "a day", numeric: true },
          { title: "busiest hour", numeric: true },
        ],
        rows,
      )}`,
  };
}
