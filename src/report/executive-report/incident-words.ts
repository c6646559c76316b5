import type { IncidentInfo, ReportResult } from "../../documents/report-result.ts";
import { explainFailing } from "../../text/explain-text.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { listed } from "../../text/listed.ts";
import { deniedBeforeTexts } from "../../text/number-before.ts";
import { inBrackets } from "../../text/in-brackets.ts";
import { count } from "../../text/count.ts";
import { blockedText, waitingText } from "../../text/newly-held.ts";

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

/** What becomes of an incident under the candidate or the baseline, whether or not conditions are errors. */
type Result = Exclude<Fate, "failing">;

function resultNow(incident: IncidentInfo): Result {
  const fate = fateOf(incident);
  return fate === "failing" ? "stopped" : fate;
}

function resultBefore({ calls, before }: IncidentInfo): Result {
  const { stopped, held, indeterminate } = before;
  if (stopped + indeterminate < calls) return "not stopped";
  if (indeterminate > 0) return "indeterminate";
  return held > 0 ? "held" : "stopped";
}

/**
 * `as before`, or `before: 2` of the incidents with a result: how many have it under the baseline, and
 * for how many that is indeterminate; nothing where none has.
 */
export function beforeTexts(incidents: readonly IncidentInfo[], result: Result): readonly string[] {
  const now = incidents.filter((one) => resultNow(one) === result);
  const before = incidents.filter((one) => resultBefore(one) === result);
  const isSame = now.length === before.length && now.every((one) => before.includes(one));
  if (isSame) return now.length === 0 ? [] : ["as before"];
  const unknown = now.filter((one) => resultBefore(one) === "indeterminate").length;
  const others = now.length === before.length ? ", not the same ones" : "";
  return [
    ...(before.length === 0 && unknown === 0 ? [] : [`before: ${before.length}${others}`]),
    ...(unknown === 0 ? [] : [`${unknown} indeterminate before`]),
  ];
}

/** Whether each incident has the same result under the baseline. */
function isAllAsBefore(incidents: readonly IncidentInfo[]): boolean {
  return incidents.every((one) => resultNow(one) === resultBefore(one));
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
  const isSame = isAllAsBefore(incidents);
  const heldBefore = isSame ? [] : beforeTexts(incidents, "held");
  const others = [
    [of("held"), "would wait for an approval", heldBefore],
    [of("not stopped"), "would happen again", []],
    [of("indeterminate"), "cannot be decided", []],
  ] as const;
  const rest = others
    .filter(([n, , before]) => n > 0 || before.length > 0)
    .map(([n, what, before]) => `${n === 0 ? "none" : n} ${what}${inBrackets(before)}`);
  const failing = of("failing");
  const stopped = of("stopped") + failing;
  const isOne = stopped === 0 || rest.length === 0;
  const before = isSame ? (isOne ? ["as before"] : []) : beforeTexts(incidents, "stopped");
  const beside = inBrackets(besideTexts({ failing, all: stopped, of: "" }, before));
  const told = "the new policies would have stopped";
  if (stopped === 0) return `${happened}; ${told} none ${which}${beside}: ${listed(rest)}.`;
  const parts = [`${told} ${stopped} ${which}${beside}`, ...rest];
  const last = isOne ? "" : `, and ${parts.at(-1)}${isSame ? ": all as before" : ""}`;
  return `${happened}; ${parts.slice(0, Math.max(1, parts.length - 1)).join(", ")}${last}.`;
}

/**
 * What is known of a number of stopped or denied calls, after it: how many there were, and how many of it only
 * because conditions are errors. WHY `of the 13`: `of them` would be of those before.
 */
function besideTexts(
  { failing, all, of }: { readonly failing: number; readonly all: number; readonly of: string },
  before: readonly string[],
): readonly string[] {
  if (failing === 0) return before;
  const which = before.length === 0 ? of : ` of the ${all.toLocaleString("en-US")}`;
  const some =
    failing === all && before.length > 0 ? "" : `${failing.toLocaleString("en-US")}${which} `;
  return [...before, `${some}only because conditions are errors`];
}

/**
 * ` (before: 2; 1 of the 13 only because conditions are errors)`, of benign calls that would be denied; empty
 * where there is nothing of both to say.
 */
export function deniedBeside(benign: {
  readonly denied: number;
  readonly deniedBefore: number;
  readonly failing: number;
}): string {
  const { denied, failing } = benign;
  const counted = { failing, all: denied, of: " of them" };
  return inBrackets(besideTexts(counted, deniedBeforeTexts(benign)));
}

/**
 * `denied only because conditions are errors (1 call): fix coding/no-downloads; \`agentz explain s-1/3\`
 * shows why`; empty of a group without such benign calls.
 */
export function benignFailingText(group: ChangeGroup): string {
  const { benignFailing = 0, failingRules = group.toRules } = group;
  if (benignFailing === 0) return "";
  const rules = failingRules.map((rule) => `\`${rule}\``);
  return (
    `denied only because conditions are errors (${count(benignFailing, "call")}): ` +
    `fix ${listed(rules)}${explainFailing([group])}`
  );
}

/** `The new policies would deny 2 of 333 calls of benign work.`; empty where none is labelled, or nothing is proved. */
function deniedText(report: Happened): string {
  const { replay, error } = report;
  const { calls, denied } = replay.labels.benign;
  if (calls === 0 || error !== undefined) return "";
  const some = denied === 0 ? "none of the" : `${denied.toLocaleString("en-US")} of`;
  const beside = deniedBeside(replay.labels.benign);
  return `The new policies would deny ${some} ${count(calls, "call")} of benign work${beside}.`;
}

type Happened = Pick<ReportResult, "incidents" | "incidentsRest" | "error" | "replay">;

/**
 * `6 incidents happened; the new policies would have stopped 5 of them, and 1 would wait for an
 * approval. The new policies would deny 2 of 333 calls of benign work. 9 benign calls that run today
 * would wait for role:lead.`; empty where no call is labelled, and none would wait. `isDeniedSaid`:
 * what they would deny is said already.
 */
export function happenedText(report: Happened, isDeniedSaid = false): string {
  const { groups } = report.replay;
  const isProved = report.error === undefined;
  return [
    // what gets worse before what is as before
    isProved ? blockedText(groups) : "",
    stoppedText(report),
    isDeniedSaid ? "" : deniedText(report),
    isProved ? waitingText(groups) : "",
  ]
    .filter((text) => text !== "")
    .join(" ");
}
