import type { ReportResult } from "../../documents/report-result.ts";
import { count } from "../../text/count.ts";
import { inBrackets } from "../../text/in-brackets.ts";
import { deniedUnlabelled } from "../../text/denied-work.ts";
import { beforeTexts, deniedBeside, fateOf } from "./incident-words.ts";

type Facts = Pick<ReportResult, "gravest" | "replay" | "incidents" | "incidentsRest">;

/** Work that the candidate would deny; `isLabelled`: these calls are labelled benign. */
interface DeniedWork {
  readonly calls: number;
  readonly denied: number;
  readonly deniedBefore: number;
  readonly failing: number;
  readonly isLabelled: boolean;
}

/** The work that the candidate would deny, where it is a risk that no kept limit bears. */
export function benignHarm({
  gravest,
  replay,
}: Pick<Facts, "gravest" | "replay">): DeniedWork | undefined {
  const isBorne = replay.gate.checks.some(({ name, passed }) => name === "benign_broken" && passed);
  const isRisk = gravest.some(({ kind }) => kind === "benign");
  if (!isRisk || isBorne) return undefined;
  const unlabelled = deniedUnlabelled(replay);
  return unlabelled === undefined
    ? { ...replay.labels.benign, isLabelled: true }
    : { ...unlabelled, deniedBefore: 0, failing: 0, isLabelled: false };
}

/** `let 2 of 6 incidents happen again`; empty where none would. */
function againText({ incidents, incidentsRest }: Facts): string {
  const fates = incidents.map(fateOf);
  const of = (fate: string): number => fates.filter((one) => one === fate).length;
  const [open, unknown] = [of("not stopped"), of("indeterminate")];
  if (open + unknown === 0) return "";
  const n = open > 0 ? open : unknown;
  const all = count(incidents.length, `${incidentsRest === 0 ? "" : "listed "}incident`);
  const every = incidents.length === 1 ? "the one incident" : `all ${all}`;
  const which = n === incidents.length ? every : `${n} of ${all}`;
  const before = beforeTexts(incidents, open > 0 ? "not stopped" : "indeterminate");
  return `${open > 0 ? "" : "perhaps "}let ${which} happen again${inBrackets(before)}`;
}

/** `deny 13 of 333 calls of benign work`; empty where that is no harm. */
function denyText(work: DeniedWork | undefined): string {
  if (work === undefined) return "";
  const { calls, denied, isLabelled } = work;
  const some = `deny ${denied.toLocaleString("en-US")} of ${count(calls, "call")}`;
  return isLabelled
    ? `${some} of benign work${deniedBeside(work)}`
    : `${some} that are not denied today, and no label says which are benign`;
}

/** What would stop, in two or three words. */
function stopText({ calls, denied, isLabelled }: DeniedWork): string {
  if (!isLabelled) return denied === calls ? "all that runs today" : "most of what runs today";
  return denied === calls ? "all work" : "work that has to go on";
}

/**
 * What the new policies would do to the business, in one sentence: let incidents happen again, stop
 * much benign work; empty where they would do neither.
 */
export function harmText(facts: Facts): string {
  const again = againText(facts);
  const work = benignHarm(facts);
  const deny = denyText(work);
  if (work === undefined) return again === "" ? "" : `The new policies would ${again}.`;
  if (again !== "") return `The new policies would ${again}, and ${deny}.`;
  return `The new policies would stop ${stopText(work)}: they would ${deny}.`;
}
