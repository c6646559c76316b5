import type { IdentityInfo, ReportResult } from "../../documents/report-result.ts";
import type { Figures } from "./figures.ts";
import { html, type Html, type Part } from "./html-text.ts";
import { type Row, table } from "./table.ts";
import { controlCounts, measureText, problemTexts, referenceText, soundText } from "./words.ts";
import { count } from "../../text/count.ts";
import type { Section } from "./section.ts";

const NO_EVIDENCE =
  "“No evidence” means that a field which the control needs is not recorded, or that no rule reads it. It does " +
  "not mean “not met”. A call can count in several lines of a control, so the lines can add up to more than its gap.";

const AGENTS_MEANT =
  "“Agents” are those of the catalog that are in service; the inventory also counts agents that " +
  "acted and are not listed. A caller that was not recorded as an agent is “without the name of an agent”.";

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
            : problemTexts(identity).map((text) => html`<span class="mark bad">${text}</span> `),
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

/** How many credentials several identities use. */
function credentialText({ coverage }: ReportResult, figures: Figures): Part {
  if (coverage.credentials.seen === 0) return "No credential is recorded.";
  const [shared, seen] = ["shared", "seen"].map((name) =>
    figures.number(`/coverage/credentials/${name}`),
  );
  return html`${shared ?? ""} of ${seen ?? ""} recorded credentials used by more than one.`;
}

/** Who acts: registered or not, expired, unreviewed, shared. */
export function identitySection(report: ReportResult, figures: Figures): Section {
  const { identities } = report;
  const sound = identities.filter(
    (one) => one.problems.length === 0 && soundText(one) === "sound",
  ).length;
  const registered = identities.filter((one) => one.registered).length;
  const strangers = identities.filter((one) => !one.registered);
  const agents = strangers.filter(({ subject }) => subject.startsWith("agent:")).length;
  const others = strangers.length - agents;
  return {
    id: "identities",
    title: "Identities",
    body: html`<p class="soft">
      ${`${count(identities.length, "identity", "identities")}: ${registered} in the catalog, `}
      ${`${count(agents, "agent")} that acted without being in it`}${
        others === 0
          ? ". "
          : `, ${others} not recorded as ${others === 1 ? "an agent" : "agents"}. `
      }
      ${`${sound} recorded a credential and ${sound === 1 ? "has" : "have"} no finding. `}
      ${credentialText(report, figures)}${
        identities.some(({ subject }) => subject.startsWith("?:"))
          ? " “?” stands for a type that was not recorded."
          : ""
      }</p>
      ${table(
        "Agents registered or seen",
        [
          { title: "identity", name: true },
          { title: "findings" },
          { title: "owner" },
          { title: "purpose", name: true },
          { title: "review due", day: true },
          { title: "expires", day: true },
          { title: "calls", numeric: true },
          { title: "last seen", day: true },
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
      <div><p><span class="mark ${mark}">${control.status}</span> <span class="of">${measureText(control)}</span></p>
      <p class="title">${control.title}</p></div>
      <div>${control.evidence.map((text) => html`<p>${text}</p>`)}</div>
      <div><p class="fields">${referenceText(control)}</p>
      <p class="fields">Evidence in ${control.fields.join("; ")}</p></div></li>`;
  };
  const areas = ["identity", "authorization", "monitoring", "lifecycle"] as const;
  return {
    id: "controls",
    title: "Twelve controls",
    brief: "Controls",
    body: html`<p class="soft">${controlCounts(controls)}. ${NO_EVIDENCE} ${AGENTS_MEANT}</p>
      ${areas.map(
        (area) =>
          html`<h3>${area[0]?.toUpperCase() ?? ""}${area.slice(1)}</h3><ul class="controls">
            ${controls.filter((control) => control.area === area).map(item)}</ul>`,
      )}`,
  };
}
