import type { ScanFinding, ScanResult } from "../../documents/scan-result.ts";
import { count } from "../../text/count.ts";
import { printableWhole } from "../escape.ts";

/** One line, cut to the width of the terminal. */
type Line = (text: string) => string;

const VERBS = { deny: "denied", require_approval: "held" } as const;
/** So many tools that the pack does not name are shown. */
const TOOLS = 5;

function headText(result: ScanResult): string {
  const { agents, recorded, calls, sessions, from, to } = result;
  const names = agents.length === 0 ? "" : ` of ${agents.map(({ name }) => name).join(", ")}`;
  const span = from === null || to === null ? "" : `, ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const stopped = recorded === calls ? "" : `; ${recorded - calls} of them did not run`;
  return `${count(recorded, "call")} in ${count(sessions, "session")}${names}${span}${stopped}`;
}

function whyText({ reason, rules }: ScanFinding): string {
  const ids = rules.map((rule) => rule.replace(/^.*\//, "")).join(", ");
  const named = ids === "" ? "" : `(${rules.length === 1 ? "rule" : "rules"} ${ids})`;
  return [reason ?? "", named].filter((part) => part !== "").join(" ");
}

function findingLines(finding: ScanFinding, index: number, line: Line): readonly string[] {
  const { effect, what, calls, example } = finding;
  // a path is longer than a screen is wide: without details, the file's name has to do
  const file = example.args === null ? example.file.replace(/^.*[\\/]/, "") : example.file;
  const time = example.time === null ? "" : `${example.time.slice(0, 16).replace("T", " ")}, `;
  return [
    line(`${index + 1}. ${what}  (${count(calls, "call")}, ${VERBS[effect]})`),
    line(`   ${whyText(finding)}`),
    ...(example.args === null ? [] : [line(`   ${example.args}`)]),
    line(`   e.g. ${time}${file}:${example.line}`),
  ];
}

function unnamedLines({ held, unnamed }: ScanResult): readonly string[] {
  if (held.unnamed === 0) return [];
  const shown = unnamed.slice(0, TOOLS).map(({ tool, calls }) => `${tool} (${calls})`);
  const rest = unnamed.length > TOOLS ? `, and ${unnamed.length - TOOLS} more` : "";
  return [
    `  of the denied, ${held.unnamed} for tools that the pack does not name:`,
    `    ${shown.join(", ")}${rest}`,
  ];
}

/** WHY: what could not be read may have been a call. */
function unread({ unreadable }: ScanResult): string {
  return unreadable === 0 ? "" : " that could be read";
}

/** What the pack would have stopped, as one number a day, and what it consists of. */
function sumLines(result: ScanResult): readonly string[] {
  const { held, days, pack, heldPerDay } = result;
  const denied = held.deny + held.unnamed;
  const asked = held.require_approval + held.unreadable;
  if (result.calls === 0) return [`none of the calls ran, so the pack ${pack} had nothing to stop`];
  if (denied + asked === 0)
    return [`the pack ${pack} would have allowed every call${unread(result)}`];
  return [
    `the pack ${pack} would have denied ${count(denied, "call")} and held ${asked} for an approval:`,
    `  ${heldPerDay} a day, on ${count(days, "day")} with calls`,
    ...unnamedLines(result),
    ...(held.unreadable === 0
      ? []
      : [`  of the held, ${held.unreadable} because agentz cannot read the shell line`]),
  ];
}

function gravestLines(result: ScanResult, line: Line): readonly string[] {
  const { gravest, more, pack } = result;
  if (gravest.length === 0) return [];
  return [
    line(`what the pack ${pack} would have stopped, the gravest first:`),
    ...gravest.flatMap((finding, index) => findingLines(finding, index, line)),
    ...(more.kinds === 0
      ? []
      : [`… ${count(more.kinds, "more kind")} with ${count(more.calls, "call")}: --details`]),
    "",
  ];
}

/** One screen: what was found, the gravest, what would have been held, what to do next. */
export function prettyScan(result: ScanResult): string {
  const line: Line = (text) => printableWhole(text);
  const { unreadable, next } = result;
  return `${[
    line(headText(result)),
    ...(unreadable === 0 ? [] : [`${count(unreadable, "record")} could not be read`]),
    "",
    ...gravestLines(result, line),
    ...sumLines(result).map(line),
    "",
    `make policies of it: ${next}`,
  ].join("\n")}\n`;
}
