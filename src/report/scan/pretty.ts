import type { ScanFinding, ScanResult } from "../../documents/scan-result.ts";
import { printable } from "../escape.ts";

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const VERBS = { deny: "denied", require_approval: "held" } as const;

function findingLines(finding: ScanFinding, index: number): readonly string[] {
  const { effect, what, calls, reason, rules, example } = finding;
  // a path is longer than a screen is wide: without details, the file's name has to do
  const file = example.args === null ? example.file.replace(/^.*[\\/]/, "") : example.file;
  const where = `${file}:${example.line}`;
  return [
    `${index + 1}. ${printable(what)}  (${count(calls, "call")}; would be ${VERBS[effect]})`,
    `   ${[reason ?? "", ...rules]
      .filter((part) => part !== "")
      .map((part) => printable(part))
      .join(", ")}`,
    ...(example.args === null ? [] : [`   ${printable(example.args)}`]),
    `   ${example.time === null ? "" : `${example.time.slice(0, 16).replace("T", " ")}, `}${printable(where)}`,
  ];
}

/** One screen: what was found, the gravest, what would have been held, what to do next. */
export function prettyScan(result: ScanResult): string {
  const { agents, calls, sessions, days, held, gravest, from, to, unreadable } = result;
  const names = agents.map(({ name }) => name).join(", ");
  const span = from === null || to === null ? "" : `, ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const rest = [
    ...(held.unreadable === 0
      ? []
      : [
          `${count(held.unreadable, "shell line")} could not be read, and would be held for an approval`,
        ]),
    ...(held.unnamed === 0
      ? []
      : [`${count(held.unnamed, "call")} of tools that the pack does not name would be denied`]),
    ...(unreadable === 0 ? [] : [`${count(unreadable, "record")} could not be read`]),
  ];
  const head =
    `${count(calls, "call")} in ` +
    `${count(sessions, "session")}${names === "" ? "" : ` of ${printable(names)}`}${span}`;
  const found =
    gravest.length === 0
      ? [`no call that the pack ${result.pack} would have denied or held`]
      : gravest.flatMap(findingLines);
  return `${[
    head,
    "",
    ...found,
    "",
    `the pack ${result.pack} would have denied ${count(held.deny, "call")}, and held ` +
      `${held.require_approval} for an approval`,
    `that is ${result.heldPerDay} a day, on ${count(days, "day")}`,
    ...rest,
    "",
    `make policies of it: ${result.next}`,
  ].join("\n")}\n`;
}
