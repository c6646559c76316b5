import type { OversightCost, ReportResult } from "../../documents/report-result.ts";
import { count } from "../../text/count.ts";
import { approversText } from "../replay/words.ts";
import { firstOf } from "./verdict-words.ts";
import { percentText } from "./words.ts";

/** Groups of approvers that are named. */
const SHOWN = 3;

const MORE = { maximumFractionDigits: 2 } as const;

/** How many approvals a day and a week that is, beside how many there are. */
function rateText({ perDay, isUnderADay }: OversightCost, { replay }: ReportResult): string {
  if (perDay === null)
    return "No call has a time, so the trace does not tell how many approvals a day that is";
  const n = (value: number): string => value.toLocaleString("en-US", MORE);
  if (isUnderADay)
    return (
      `If all are held: at least ${n(perDay)} more approvals; the trace is shorter than a day, ` +
      "so it does not tell how many a week"
    );
  const now = replay.approvals.candidate.perDay;
  const beside = now === null ? "" : `, beside ${n(now)} a day under the candidate`;
  const week = perDay * 7;
  const rate =
    week < 1
      ? "less than 1 more approval a week"
      : `at least ${n(perDay)} more approvals a day (${n(week)} a week)`;
  return `If all are held: ${rate}${beside}`;
}

/** Who would give these approvals, as far as rules and trace tell. */
function whoText({ named, unnamed, unlisted, open }: OversightCost): string {
  const n = (calls: number): string => calls.toLocaleString("en-US");
  const beyond =
    unlisted === 0
      ? ""
      : `; ${n(unlisted)} of the ${n(open)} are in groups that this report does not list`;
  const able = named.filter(({ nobody }) => nobody !== true);
  const none = named.filter((one) => !able.includes(one));
  const only = none.map(({ approvers, calls }) => `${approversText(approvers)} (${n(calls)})`);
  const never =
    none.length === 0
      ? ""
      : `; nobody in the catalog could give those that rules ask of ${firstOf(only, SHOWN).join(", ")}`;
  if (able.length === 0)
    return (
      "Who would give them: the trace does not tell, and no rule asks anybody " +
      `${never === "" ? "" : "in the catalog "}for calls of these tools${never}${beyond}`
    );
  const groups = able.map(({ approvers, calls }, i) => {
    const whom = approvers === "human:*" ? "any person" : approversText(approvers);
    return `${whom} (${n(calls)}${i === 0 ? ` of the ${n(open)}` : ""})`;
  });
  const asked = firstOf(groups, SHOWN).join(", ");
  const rest = unnamed === 0 ? "" : `; for ${n(unnamed)} no rule names anybody`;
  return `Who would give them: for other calls of the same tools, rules already ask ${asked}${never}${rest}${beyond}`;
}

/** What the target of oversight costs, in sentences; empty where it is reached. */
export function costTexts(report: ReportResult): readonly string[] {
  const { oversightCost: cost, targets } = report;
  if (cost === null || report.error !== undefined) return [];
  const open = count(cost.open, "call");
  const all = cost.open === 1 ? `the ${open}` : `all ${open}`;
  const some = `${cost.calls.toLocaleString("en-US")} of the ${open}`;
  return [
    `To reach ${percentText(targets.oversight.target)}, deny or hold ` +
      `${cost.calls === cost.open ? all : some} that may run without a person`,
    rateText(cost, report),
    whoText(cost),
  ];
}
