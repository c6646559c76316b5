import { idleRuleNames } from "../../text/idle-rules.ts";
import type { ReportResult, RuleUse } from "../../documents/report-result.ts";
import { ANSWER_WORDS, answersText } from "../analyze/words.ts";
import { auditRows, decisionText } from "../coverage/words.ts";
import { share } from "../replay/words.ts";
import type { Figures } from "./figures.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { sentenceParts } from "./sentence-parts.ts";
import { type Row, table } from "./table.ts";
import { doubts, method } from "./words.ts";
import { count } from "../../text/count.ts";
import type { Section } from "./section.ts";

const RISK_LABELS =
  "carry a label of a published risk list. A label says what a rule is meant for; it proves " +
  "nothing.";

const NO_LABELS =
  "No rule carries a label of a published risk list, such as the OWASP Top 10 for Agentic Applications 2026. So " +
  "this report does not say which of these risks the rules are meant for.";

/** Calls that a rule decided though nobody knows that it matches them. */
function openCalls({ matched, decided }: RuleUse): number {
  return Math.max(0, decided - matched);
}

/** WHY said: a rule that matched no call may have decided some. */
function undecidedText(rules: readonly RuleUse[]): Part {
  if (rules.length === 0) return "";
  const named = rules.map((rule) => `${rule.rule} (${openCalls(rule)})`).join(", ");
  return html`<p class="of">Match unknown: the rule decided the call, because its condition is an error there or${" "}
    reads what is not recorded, and then the strictest outcome counts: ${named}.</p>`;
}

/** The one list of all risks; undefined where there are several. */
function commonList({ risks }: ReportResult): string | undefined {
  const [first, ...rest] = risks.map(({ list }) => list);
  return first !== null && rest.every((list) => list === first) ? first : undefined;
}

/** Rules by the risks that their labels name. */
export function riskSection(report: ReportResult): Section {
  const { risks, rules } = report;
  const common = commonList(report);
  const rows = risks.map(
    ({ id, name, list, rules: used }): Row => ({
      cells: [
        { content: [html`<span class="mono">${id}</span> `, name] },
        ...(common === undefined ? [{ content: list ?? "unknown list or year" }] : []),
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
        { content: used.reduce((sum, rule) => sum + openCalls(rule), 0) },
        { content: used.reduce((sum, rule) => sum + rule.decided, 0) },
      ],
    }),
  );
  const unmatched = [
    ...new Map(
      risks.flatMap(({ rules: used }) =>
        used.filter((rule) => openCalls(rule) > 0).map((rule) => [rule.rule, rule]),
      ),
    ).values(),
  ];
  const idle = idleRuleNames(rules);
  return {
    id: "risks",
    title: "Rules by risk",
    brief: "Risks",
    body:
      rules.labelled === 0
        ? html`<p>${NO_LABELS}</p>${idleText(idle)}`
        : html`<p class="soft">
          ${rules.labelled} of ${count(rules.total, "rule")} ${RISK_LABELS}</p>
          ${table(
            `Risks${common === undefined ? "" : ` of the ${common}`}, their rules, and what the rules did`,
            [
              { title: "risk", name: true },
              ...(common === undefined ? [{ title: "list" }] : []),
              { title: "rules", name: true },
              { title: "matched", numeric: true },
              { title: "match unknown", numeric: true },
              { title: "decided", numeric: true },
            ],
            rows,
          )}${undecidedText(unmatched)}${idleText(idle)}`,
  };
}

/** The rules that no recorded call needed. */
function idleText(idle: readonly string[]): Part {
  if (idle.length === 0) return "";
  const names = `${idle.slice(0, 40).join(", ")}${idle.length > 40 ? " …" : ""}`;
  return html`<p><strong>${count(idle.length, "rule")} matched no call and decided none:</strong> ${names}</p>`;
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
      brief: "Proofs",
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
        ? "–"
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

/** The calls that two surfaces decide differently; nothing where there are none. */
function disagreementTable(report: ReportResult, figures: Figures): Part {
  if (report.coverage.disagreements.length === 0) return "";
  return html`<h3>The same call, decided differently</h3>
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
    )}`;
}

/** Decision points, their speed, the audit trail, and calls decided differently on two surfaces. */
export function pointSection(report: ReportResult, figures: Figures): Section {
  const { coverage } = report;
  const { sessions } = coverage.audit;
  const alike =
    coverage.disagreements.length === 0 ? " No call is decided differently on two surfaces." : "";
  return {
    id: "points",
    title: "Decision points and audit trail",
    brief: "Decision points",
    body: html`${table(
      "Where decisions are made",
      [
        { title: "surface", name: true },
        { title: "calls", numeric: true },
        { title: "covered", numeric: true },
        { title: "decision points in the catalog" },
        { title: "decision points seen" },
      ],
      surfaceRows(report, figures),
    )}
      <p>
      ${decisionText(coverage)}.</p>
      <h3>Audit trail</h3>
      ${
        sessions === 0
          ? html`<p class="none">No session is recorded.${alike}</p>`
          : html`<p>Of ${figures.number("/coverage/audit/sessions")} sessions ${auditRows(coverage)
              .map(([name, n]) => `${share({ covered: n, total: sessions })} have ${name}`)
              .join(", ")}.${alike}</p>`
      }
      ${disagreementTable(report, figures)}`,
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
    brief: "Method",
    body: html`<h3>Not decided, not read, not known</h3>
      ${
        open.length === 0
          ? html`<p>Everything recorded could be read and decided.</p>`
          : html`<ul class="plain">${open.map((line) => html`<li>${sentenceParts(line)}</li>`)}</ul>`
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
