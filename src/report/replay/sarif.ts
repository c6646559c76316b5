import type { ReplayResult } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import type { SarifNotification, SarifRule } from "../sarif.ts";
import { sarifLog } from "../sarif.ts";
import { acceptedText, checkText, replacedTexts, unexercisedText } from "./gate-words.ts";
import { sentence } from "./sentence.ts";
import { verdictWord } from "./words.ts";

const RULES: readonly SarifRule[] = [
  {
    id: "replay-widened",
    title: "recorded calls are widened",
    help:
      "The candidate permits recorded calls that the baseline did not, or permits them with a " +
      "weaker approval or fewer obligations. Look at the example with `agentz explain`, or " +
      "accept the group in agentz.yaml.",
    level: "warning",
  },
  {
    id: "replay-narrowed",
    title: "recorded calls are narrowed",
    help: "The candidate stops or holds recorded calls that the baseline permitted.",
    level: "note",
  },
];

/** That a group's change is accepted, and by whom. */
function suppressed({ gate }: ReplayResult, group: string): { readonly suppression?: string } {
  const found = gate.accepted.find((one) => one.group === group && one.state === "accepted");
  return found === undefined ? {} : { suppression: printable(acceptedText(found), 400) };
}

/**
 * The gate, which has no place in a file: its checks, what they replace, accepted changes, and what
 * no call reaches.
 */
function notifications(result: ReplayResult): readonly SarifNotification[] {
  const unexercised = unexercisedText(result);
  return [
    ...result.gate.checks.map(
      (check): SarifNotification => ({
        id: `gate/${check.name}`,
        level: check.passed ? "note" : "error",
        message: checkText(check),
      }),
    ),
    ...replacedTexts(result).map(
      (message): SarifNotification => ({ id: "gate/replaced", level: "warning", message }),
    ),
    ...result.gate.accepted.map(
      (one): SarifNotification => ({
        id: "gate/accepted",
        level: one.state === "accepted" ? "note" : "warning",
        message: printable(acceptedText(one), 400),
      }),
    ),
    ...(unexercised === undefined
      ? []
      : [
          {
            id: "replay/unexercised",
            level: "warning" as const,
            message: printable(unexercised, 1000),
          },
        ]),
  ];
}

/** Widened groups at the line of the rule that widened, narrowed ones as notes. */
export function sarifReplay(result: ReplayResult, options: ReportOptions): string {
  const level: "error" | "warning" = verdictWord(result) === "failed" ? "error" : "warning";
  const results = result.groups.flatMap((group) => {
    if (group.place === null || (group.class !== "widened" && group.class !== "narrowed"))
      return [];
    const { file, line, column, endLine, endColumn } = group.place;
    return [
      {
        ruleId: `replay-${group.class}`,
        level: group.class === "widened" ? level : ("note" as const),
        message: `${sentence(group)}.`,
        file,
        region: { startLine: line, startColumn: column, endLine, endColumn },
        fingerprints: { "agentzGroup/v1": group.id },
        ...suppressed(result, group.id),
      },
    ];
  });
  return sarifLog(
    {
      category: "agentz/replay/",
      version: result.tool.version,
      rules: RULES,
      results,
      notifications: notifications(result),
    },
    options,
  );
}
