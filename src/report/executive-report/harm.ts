import type { ReportResult } from "../../documents/report-result.ts";
import { count } from "../../text/count.ts";
import { fateOf, onlyFailing } from "./incident-words.ts";

type Facts = Pick<ReportResult, "gravest" | "replay" | "incidents" | "incidentsRest">;

/** The benign calls that the candidate would deny, where they are a risk that no kept limit bears. */
export function benignHarm({
  gravest,
  replay,
}: Pick<Facts, "gravest" | "replay">): ReportResult["replay"]["labels"]["benign"] | undefined {
  const isBorne = replay.gate.checks.some(({ name, passed }) => name === "benign_broken" && passed);
  const isRisk = gravest.some(({ kind }) => kind === "benign");
  return isRisk && !isBorne ? replay.labels.benign : undefined;
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
  return `${open > 0 ? "" : "perhaps "}let ${which} happen again`;
}

/** `deny 13 of 333 calls of benign work`; empty where that is no harm. */
function denyText(facts: Facts): string {
  const benign = benignHarm(facts);
  if (benign === undefined) return "";
  const { calls, denied, failing } = benign;
  const some = denied.toLocaleString("en-US");
  return `deny ${some} of ${count(calls, "call")} of benign work${onlyFailing(failing)}`;
}

/**
 * What the new policies would do to the business, in one sentence: let incidents happen again, stop
 * much benign work; empty where they would do neither.
 */
export function harmText(facts: Facts): string {
  const [again, deny] = [againText(facts), denyText(facts)];
  if (deny === "") return again === "" ? "" : `The new policies would ${again}.`;
  if (again !== "") return `The new policies would ${again}, and ${deny}.`;
  const { calls, denied } = facts.replay.labels.benign;
  const what = denied === calls ? "all work" : "work that has to go on";
  return `The new policies would stop ${what}: they would ${deny}.`;
}
