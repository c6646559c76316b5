import type { IncidentInfo, ReportResult } from "../../documents/report-result.ts";
import { explainText } from "../../text/explain-text.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { listed } from "../../text/listed.ts";
import { deniedBeforeText } from "../../text/denied-before.ts";
import { count } from "../../text/count.ts";

/** What would become of an incident: the calls of one session that are labelled as one. */
type Fate = "stopped" | "failing" | "held" | "indeterminate" | "not stopped";

/** The fate of an incident in words, and how good it is. */
export const FATES: {
  readonly [fate in Fate]: {
    readonly words: string;
    readonly band: "good" | "hold" | "warn" | "bad";
  };
} = {
  stopped: { words: "would be stopped", band: "good" },
  failing: { words: "stopped by errors", band: "warn" },
  held: { words: "would be held", band: "hold" },
  indeterminate: { words: "indeterminate", band: "warn" },
  "not stopped": { words: "would not be stopped", band: "bad" },
};

/** WHY the worst of its calls: an incident is stopped if all of it is. */
export function fateOf({ calls, stopped, decisions }: IncidentInfo): Fate {
  const isUnknown = (effect: string): boolean => effect === "indeterminate";
  const open = decisions.filter(({ effect, permitted }) => permitted || isUnknown(effect));
  if (open.some(({ effect }) => !isUnknown(effect))) return "not stopped";
  if (open.length > 0) return "indeterminate";
  if (stopped < calls) return "not stopped";
  if (decisions.some(({ effect }) => effect === "require_approval")) return "held";
  return decisions.some(({ failing }) => failing === true) ? "failing" : "stopped";
}

const CONCERNS: readonly Fate[] = ["not stopped", "indeterminate", "failing", "held", "stopped"];

/** Incidents with their places in the document, the least certainly stopped first; ties as they stand. */
export function byFate(
  incidents: readonly IncidentInfo[],
): readonly { readonly incident: IncidentInfo; readonly i: number }[] {
  return incidents
    .map((incident, i) => ({ incident, i, at: CONCERNS.indexOf(fateOf(incident)) }))
    .sort((a, b) => a.at - b.at);
}

/** `6 incidents happened; the new policies would have stopped 5 of them.`; empty where none is labelled. */
function stoppedText({ incidents, incidentsRest, error }: Happened): string {
  const all = incidents.length + incidentsRest;
  if (all === 0) return "";
  // calls without a session may be of several incidents
  const least = incidents.some(({ session }) => session === null) ? "at least " : "";
  const happened = `${least}${count(all, "incident")} happened`;
  if (error !== undefined) return `${happened}.`;
  const fates = incidents.map(fateOf);
  const of = (fate: Fate): number => fates.filter((one) => one === fate).length;
  const which = incidentsRest === 0 ? "of them" : `of the ${incidents.length} listed`;
  const others = [
    [of("held"), "would wait for an approval"],
    [of("not stopped"), "would happen again"],
    [of("indeterminate"), "cannot be decided"],
  ] as const;
  const rest = others.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  const failing = of("failing");
  const only = failing === 0 ? "" : ` (${failing} only because conditions are errors)`;
  const stopped = of("stopped") + failing;
  const told = "the new policies would have stopped";
  if (stopped === 0) return `${happened}; ${told} none ${which}: ${listed(rest)}.`;
  const parts = [`${told} ${stopped} ${which}${only}`, ...rest];
  const last = parts.length === 1 ? "" : `, and ${parts.at(-1)}`;
  return `${happened}; ${parts.slice(0, Math.max(1, parts.length - 1)).join(", ")}${last}.`;
}

/** ` (1 of them only because conditions are errors)`, of benign calls that are denied; empty where none is. */
export function onlyFailing(failing: number): string {
  const n = failing.toLocaleString("en-US");
  return failing === 0 ? "" : ` (${n} of them only because conditions are errors)`;
}

/**
 * `denied only because conditions are errors (1 call): fix coding/no-downloads; \`agentz explain s-1/3\`
 * shows why`; empty of a group without such benign calls.
 */
export function benignFailingText(group: ChangeGroup): string {
  const { benignFailing = 0, toRules } = group;
  if (benignFailing === 0) return "";
  const rules = toRules.map((rule) => `\`${rule}\``);
  return (
    `denied only because conditions are errors (${count(benignFailing, "call")}): ` +
    `fix ${listed(rules)}${explainText([group])}`
  );
}

/** `The new policies would deny 2 of 333 calls of benign work.`; empty where none is labelled, or nothing is proved. */
function deniedText(report: Happened): string {
  const { replay, error } = report;
  const { calls, denied, failing } = replay.labels.benign;
  if (calls === 0 || error !== undefined) return "";
  const some = denied === 0 ? "none of the" : `${denied.toLocaleString("en-US")} of`;
  const beside = `${deniedBeforeText(replay.labels.benign)}${onlyFailing(failing)}`;
  return `The new policies would deny ${some} ${count(calls, "call")} of benign work${beside}.`;
}

type Happened = Pick<ReportResult, "incidents" | "incidentsRest" | "error" | "replay">;

/**
 * `6 incidents happened; the new policies would have stopped 5 of them, and 1 would wait for an
 * approval. The new policies would deny 2 of 333 calls of benign work.`; empty where no call is
 * labelled. `isDeniedSaid`: what they would deny is said already.
 */
export function happenedText(report: Happened, isDeniedSaid = false): string {
  return [stoppedText(report), isDeniedSaid ? "" : deniedText(report)]
    .filter((text) => text !== "")
    .join(" ");
}
