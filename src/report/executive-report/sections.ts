import type { Breakdown, UncoveredGroup } from "../../documents/coverage-result.ts";
import type { IdentityInfo, ReportGroup, ReportResult } from "../../documents/report-result.ts";
import { ANSWER_WORDS, answersText } from "../analyze/words.ts";
import {
  auditRows,
  decisionText,
  gravityText,
  METRIC_WORDS,
  sinceFacts,
} from "../coverage/words.ts";
import { gateLines } from "../replay/gate-words.ts";
import { groupChange, groupRules, share, verdictText } from "../replay/words.ts";
import { stack } from "./chart.ts";
import { type Figures, pointerPart } from "./figures.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { type Row, table } from "./table.ts";
import { STATES } from "../states.ts";
import {
  controlCounts,
  doubts,
  measureText,
  method,
  problemText,
  referenceText,
  soundText,
} from "./words.ts";
import { count } from "../../text/count.ts";

const UNCOVERED_ORDER =
  "Most consequential first: irreversible, paying, restricted, open world; then by number of calls.";

const NO_EVIDENCE =
  "“No evidence” means that a field which the control needs is not recorded. It does not mean “not met”.";

const RISK_LABELS =
  "carry a label of a published risk list. A label says what a rule is meant for; it proves " +
  "nothing.";

/** One part of the page: what it is called, and what it shows. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

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

function breakdownTable(
  name: string,
  title: string,
  { part, figures }: { readonly part: Breakdown; readonly figures: Figures },
): Html {
  const rows = Object.entries(part).map(
    ([value, { metrics }]): Row => ({
      cells: [
        { content: value },
        { content: figures.number(`/coverage/by/${name}/${pointerPart(value)}/consequential`) },
        ...METRIC_WORDS.map(({ metric }) => ({
          content: share(metrics[metric]),
          sort: metrics[metric].total === 0 ? -1 : metrics[metric].covered / metrics[metric].total,
        })),
      ],
    }),
  );
  return table(
    `Coverage by ${title}`,
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
          .map(({ tool, calls }) => `${tool} (${calls})`)
          .join(", ")}${tools.length > 30 ? ` and ${tools.length - 30} more` : ""}</p>`;
  const parts = DIMENSIONS.map(
    ([name, title]) =>
      html`<details class="part"${name === "agent" ? html` open` : ""}><summary>By ${title}
        </summary>${breakdownTable(name, title, { part: coverage.by[name], figures })}</details>`,
  );
  return {
    id: "uncovered",
    title: "What is not covered",
    body: html`<p class="soft">${UNCOVERED_ORDER}</p>
      ${table(
        "Calls that some metric does not cover",
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

function decisionBar(figures: Figures, side: "baseline" | "candidate", title: string): Html {
  const kinds = ["allow", "require_approval", "deny", "indeterminate"] as const;
  const value = (kind: string): number =>
    Number(figures.at(`/replay/decisions/${side}/${kind}`) ?? 0);
  return html`<p><strong>${title}</strong></p>
    ${stack(kinds.map((kind) => ({ kind, value: value(kind) })))}<p class="of">
    ${kinds.map(
      (kind) =>
        html`<span class="key ${kind}">
          ${kind === "require_approval" ? "approval" : kind} ${figures.number(`/replay/decisions/${side}/${kind}`)}
          </span> `,
    )}
    </p>`;
}

/** What would have come of the labelled calls, and how many calls change, as items of a list. */
function changeFacts({ replay: { labels } }: ReportResult, figures: Figures): readonly Html[] {
  return [
    labels.incident.calls === 0
      ? html`<li><strong>–</strong>no call is labelled an incident</li>`
      : html`<li><strong>
        ${figures.number("/replay/labels/incident/stopped")} of ${figures.number("/replay/labels/incident/calls")}
        </strong>calls of incidents stopped, in ${figures.number(
          "/replay/labels/incident/sessionsStopped",
        )} of ${figures.number("/replay/labels/incident/sessions")} sessions</li>`,
    labels.benign.calls === 0
      ? html`<li><strong>–</strong>no call is labelled benign</li>`
      : html`<li><strong>
        ${figures.number("/replay/labels/benign/denied")} of ${figures.number("/replay/labels/benign/calls")}
        </strong>benign calls denied, ${figures.number("/replay/labels/benign/gated")} more held for an approval</li>`,
    html`<li><strong>${figures.number("/replay/changes/widened/direct")}
      </strong>calls widened directly, ${figures.number("/replay/changes/widened/downstream")} downstream</li>`,
    html`<li><strong>${figures.number("/replay/changes/narrowed/direct")}
      </strong>calls narrowed directly, ${figures.number("/replay/changes/narrowed/downstream")} downstream</li>`,
  ];
}

/** A group of changed calls, which opens to its sessions. */
function groupRow(group: ReportGroup, i: number, figures: Figures): Row {
  return {
    timelines: group.timelines,
    cells: [
      {
        content: html`<span class="mark ${group.class}">
          ${STATES[group.class].sign} ${group.class}</span>`,
      },
      { content: groupChange(group).replace("->", "→") },
      {
        content: [
          html`<span class="mono">${group.action}</span>`,
          group.resourceClass === null ? "" : ` (${group.resourceClass})`,
        ],
      },
      { content: group.subject },
      { content: figures.number(`/replay/groups/${i}/calls`) },
      { content: groupRules(group).replace("->", "→") },
    ],
  };
}

/** Whether the gate passed, and each of its checks; empty where none was asked for. */
function gateBlock(replay: ReportResult["replay"]): Html | string {
  const lines = gateLines(replay);
  const mark =
    replay.gate.checks.length === 0
      ? ""
      : html`<p>Gate: <span class="mark ${replay.gate.passed ? "good" : "bad"}">
        ${replay.gate.passed ? "passed" : "failed"}</span></p>`;
  return lines.length === 0
    ? ""
    : html`${mark}<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** What the candidate would have done: incidents, benign work, and the groups of changed calls. */
export function changeSection(report: ReportResult, figures: Figures): Section {
  const { replay, baseline, candidate, trace } = report;
  const verdict = verdictText({
    ...report,
    ...replay,
    command: "replay",
    coverage: { baseline: report.coverageBefore, candidate: report.coverage },
  });
  return {
    id: "changes",
    title: "What the candidate would have changed",
    body: html`<p class="soft">
      From ${baseline.ref} to ${candidate.ref}, on ${count(trace.calls, "recorded call")}: ${verdict}.</p>
      <ul class="facts">
      ${changeFacts(report, figures)}
      </ul>
      ${decisionBar(figures, "baseline", "Before")}
      ${decisionBar(figures, "candidate", "After")}
      ${gateBlock(replay)}
      <h3>Changed calls</h3>
      ${table(
        "Groups of changed calls; open a group to see its sessions",
        [
          { title: "change" },
          { title: "decision" },
          { title: "tool", name: true },
          { title: "agent", name: true },
          { title: "calls", numeric: true },
          { title: "rules", name: true },
        ],
        replay.groups.map((group, i) => groupRow(group, i, figures)),
      )}`,
  };
}

/** How much the approvals ask of people. */
export function approvalSection(report: ReportResult, figures: Figures): Section {
  const { candidate } = report.replay.approvals;
  const fact = (pointer: string, words: Part): Html =>
    html`<li><strong>${figures.number(pointer)}</strong>${words}</li>`;
  const rows = Object.entries(candidate.byApprover).map(([group]): Row => {
    const at = `/replay/approvals/candidate/byApprover/${pointerPart(group)}`;
    return {
      cells: [
        { content: group },
        { content: figures.number(`${at}/approvals`) },
        { content: figures.number(`${at}/perDay`) },
        { content: figures.number(`${at}/peakHour`) },
      ],
    };
  });
  return {
    id: "approvals",
    title: "Approvals",
    body: html`<ul class="facts">
      ${fact(
        "/replay/approvals/candidate/required",
        html`calls need an approval (before: ${figures.number("/replay/approvals/baseline/required")})`,
      )}
      ${fact("/replay/approvals/candidate/satisfied", "of them were approved")}
      ${fact("/replay/approvals/candidate/perDay", "approvals a day")}
      ${fact("/replay/approvals/candidate/peakHour", "in the busiest hour")}
      </ul>
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

const SOUND_MARKS = {
  sound: "good",
  "not seen": "plain",
  "no credential recorded": "warn",
} as const;

function soundMark(identity: IdentityInfo): Html {
  const text = soundText(identity);
  return html`<span class="mark ${SOUND_MARKS[text]}">${text}</span>`;
}

function identityRow(identity: IdentityInfo, i: number, figures: Figures): Row {
  const { problems } = identity;
  return {
    cells: [
      { content: html`<span class="mono">${identity.subject}</span>` },
      {
        content:
          problems.length === 0
            ? soundMark(identity)
            : problems.map(
                (problem) => html`<span class="mark bad">${problemText(problem)}</span> `,
              ),
        sort: problems.length,
      },
      { content: identity.owner ?? "–" },
      { content: identity.purpose ?? "–" },
      { content: identity.reviewDue ?? "–" },
      { content: identity.expires ?? "–" },
      { content: figures.number(`/identities/${i}/calls`) },
      { content: identity.last === null ? "never seen" : identity.last.slice(0, 10) },
    ],
  };
}

/** Who acts: registered or not, expired, unreviewed, shared. */
export function identitySection(report: ReportResult, figures: Figures): Section {
  const { identities } = report;
  const sound = identities.filter(
    (one) => one.problems.length === 0 && soundText(one) === "sound",
  ).length;
  return {
    id: "identities",
    title: "Identities",
    body: html`<p class="soft">
      ${count(
        identities.length,
        "agent identity",
        "agent identities",
      )} registered or seen, ${sound} of them with a credential and without a finding. ${figures.number(
        "/coverage/credentials/shared",
      )} of ${figures.number("/coverage/credentials/seen")} recorded credentials used by more than one.</p>
      ${table(
        "Agents registered or seen",
        [
          { title: "identity", name: true },
          { title: "findings" },
          { title: "owner" },
          { title: "purpose" },
          { title: "review due" },
          { title: "expires" },
          { title: "calls", numeric: true },
          { title: "last seen" },
        ],
        identities.map((identity, i) => identityRow(identity, i, figures)),
      )}${
        report.identitiesRest > 0
          ? html`<p class="soft">… and ${figures.number("/identitiesRest")} more.</p>`
          : ""
      }`,
  };
}

/** The twelve controls with their evidence. */
export function controlSection({ controls }: ReportResult): Section {
  const item = (control: ReportResult["controls"][number]): Html => {
    const mark = control.status === "met" ? "good" : control.status === "not met" ? "bad" : "plain";
    return html`<li class="${control.status.replace(" ", "-")}" data-control="${control.id}">
      <p><span class="mark ${mark}">${control.status}</span> <span class="of">${measureText(control)}</span></p>
      <p class="title">${control.title}</p>
      ${control.evidence.map((text) => html`<p>${text}</p>`)}
      <p class="fields">${referenceText(control)}</p>
      <p class="fields">Evidence in ${control.fields.join("; ")}</p></li>`;
  };
  const areas = ["identity", "authorization", "monitoring", "lifecycle"] as const;
  return {
    id: "controls",
    title: "Twelve controls",
    body: html`<p class="soft">${controlCounts(controls)}. ${NO_EVIDENCE}</p>
      ${areas.map(
        (area) =>
          html`<h3>${area[0]?.toUpperCase() ?? ""}${area.slice(1)}</h3><ul class="controls">
            ${controls.filter((control) => control.area === area).map(item)}</ul>`,
      )}`,
  };
}

/** Rules by the risks that their labels name. */
export function riskSection(report: ReportResult): Section {
  const { risks, rules } = report;
  const rows = risks.map(
    ({ id, name, list, rules: used }): Row => ({
      cells: [
        { content: [html`<span class="mono">${id}</span> `, name] },
        { content: list ?? "unknown list or year" },
        {
          content:
            used.length === 0
              ? "no rule"
              : used.map(
                  (rule) =>
                    html`<div>${rule.rule} (${rule.effect}${rule.mode === "shadow" ? ", shadow" : ""})</div>`,
                ),
          sort: used.length,
        },
        { content: used.reduce((sum, rule) => sum + rule.matched, 0) },
        { content: used.reduce((sum, rule) => sum + rule.decided, 0) },
      ],
    }),
  );
  const idle = rules.neverMatched;
  const idleNames = `${idle.slice(0, 40).join(", ")}${idle.length > 40 ? " …" : ""}`;
  return {
    id: "risks",
    title: "Rules by risk",
    body: html`<p class="soft">
      ${rules.labelled} of ${count(rules.total, "rule")} ${RISK_LABELS}</p>
      ${table(
        "Risks, their rules, and what the rules did",
        [
          { title: "risk", name: true },
          { title: "list" },
          { title: "rules", name: true },
          { title: "matched", numeric: true },
          { title: "decided", numeric: true },
        ],
        rows,
      )}${
        idle.length === 0
          ? ""
          : html`<p>
            <strong>${count(idle.length, "rule")} matched no call:</strong> ${idleNames}
            </p>`
      }`,
  };
}

const MARKS = { proved: "good", refuted: "bad", cannot_tell: "warn" } as const;

/** What no call of any session can do, as the candidate's invariants say it; none: no section. */
export function invariantSections({ invariants }: ReportResult): readonly Section[] {
  if (invariants === null) return [];
  const rows = invariants.answers.map(
    ({ id, answer, witness, why }): Row => ({
      cells: [
        { content: html`<span class="mark ${MARKS[answer]}">${ANSWER_WORDS[answer]}</span>` },
        { content: html`<span class="mono">${id}</span>` },
        { content: witness?.sentence ?? why ?? "" },
      ],
    }),
  );
  return [
    {
      id: "invariants",
      title: "What is proved about our agents",
      body: html`<p class="soft">
        ${answersText(
          invariants.summary,
        )}. Proved means: for every request on every session state, not for the recorded calls alone.</p>
        ${table(
          "Invariants, with a permitted session for each broken one",
          [{ title: "answer" }, { title: "invariant", name: true }, { title: "why" }],
          rows,
        )}`,
    },
  ];
}

/** Where the calls of each surface are decided. */
function surfaceRows({ coverage }: ReportResult, figures: Figures): readonly Row[] {
  return coverage.decisionPoints.surfaces.map((surface, i): Row => {
    const at = `/coverage/decisionPoints/surfaces/${i}`;
    const ratio = { covered: surface.covered, total: surface.consequential };
    const covered =
      ratio.total === 0
        ? "none"
        : html`${share(ratio)} <span class="of">(${figures.number(`${at}/covered`)} of ${figures.number(
            `${at}/consequential`,
          )})</span>`;
    const cells = [
      { content: surface.surface },
      { content: figures.number(`${at}/calls`) },
      { content: covered, sort: ratio.total === 0 ? -1 : ratio.covered / ratio.total },
    ];
    return {
      cells: [
        ...cells,
        { content: surface.known.join(", ") || "none" },
        { content: surface.seen.join(", ") || "none" },
      ],
    };
  });
}

/** Calls that two surfaces decide differently. */
function disagreementRows({ coverage }: ReportResult, figures: Figures): readonly Row[] {
  return coverage.disagreements.map(
    (one, i): Row => ({
      cells: [
        { content: one.by === "recorded" ? "recorded" : "candidate" },
        { content: one.action },
        { content: one.subject },
        {
          content: one.surfaces.map(({ surface, effect }) => `${effect} on ${surface}`).join(", "),
        },
        { content: figures.number(`/coverage/disagreements/${i}/calls`) },
      ],
    }),
  );
}

/** Decision points, their speed, the audit trail, and calls decided differently on two surfaces. */
export function pointSection(report: ReportResult, figures: Figures): Section {
  const { coverage } = report;
  const { sessions } = coverage.audit;
  return {
    id: "points",
    title: "Decision points and audit trail",
    body: html`${table(
      "Where decisions are made",
      [
        { title: "surface", name: true },
        { title: "calls", numeric: true },
        { title: "covered", numeric: true },
        { title: "known points" },
        { title: "seen points" },
      ],
      surfaceRows(report, figures),
    )}
      <p>
      ${decisionText(coverage)}.</p>
      <h3>Audit trail</h3>
      ${
        sessions === 0
          ? html`<p class="none">No session is recorded.</p>`
          : html`<p>Of ${figures.number("/coverage/audit/sessions")} sessions ${auditRows(coverage)
              .map(([name, n]) => `${share({ covered: n, total: sessions })} have ${name}`)
              .join(", ")}.</p>`
      }
      <h3>The same call, decided differently</h3>
      ${table(
        "The same call decided differently on two surfaces",
        [
          { title: "by" },
          { title: "tool", name: true },
          { title: "agent", name: true },
          { title: "surfaces" },
          { title: "calls", numeric: true },
        ],
        disagreementRows(report, figures),
      )}`,
  };
}

/** Method, digests, dates, and what could not be decided. */
export function methodSection(report: ReportResult): Section {
  const { trace, baseline, candidate, tool, replay } = report;
  const open = doubts(report);
  const row = (title: string, content: Part): Html =>
    html`<dt>${title}</dt><dd class="mono">${content}</dd>`;
  const filters = Object.entries(replay.filters)
    .filter(([name, value]) => name !== "leftOut" || value !== 0)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return {
    id: "method",
    title: "Method, and what could not be decided",
    body: html`<h3>Not decided, not read, not known</h3>
      ${
        open.length === 0
          ? html`<p>Everything recorded could be read and decided.</p>`
          : html`<ul class="plain">${open.map((line) => html`<li>${line}</li>`)}</ul>`
      }
      <h3>Method</h3><ul class="plain">${method(report).map((line) => html`<li>${line}</li>`)}
      </ul><h3>What was read</h3><dl>
      ${row("candidate", `${candidate.ref} ${candidate.digest ?? ""}`)}
      ${row("its files", candidate.source ?? "–")}
      ${row("baseline", `${baseline.ref} ${baseline.digest ?? ""}`)}
      ${row("its files", baseline.source ?? "–")}
      ${row(
        "trace",
        `${trace.files === null ? "merged parts" : count(trace.files, "file")}, ${count(trace.calls, "call")}, ` +
          `${count(trace.sessions, "session")}, ${trace.digest ?? "no digest"}`,
      )}
      ${row("time", `${trace.from ?? "–"} to ${trace.to ?? "–"}`)}
      ${filters.length === 0 ? "" : row("filters", filters.join("; "))}
      ${row("agentz", tool.version)}
      </dl>`,
  };
}
