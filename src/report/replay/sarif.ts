import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import type { SarifNotification, SarifResult, SarifRule, SarifRun } from "../sarif.ts";
import { sarifLog } from "../sarif.ts";
import { acceptedText, checkText, replacedTexts, unexercisedText } from "./gate-words.ts";
import { sentence } from "./sentence.ts";
import { uncomparedText, verdictWord } from "./words.ts";

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

/** What a run says of one candidate, be it the first or a further one. */
type Judged = Pick<
  ReplayResult,
  "candidate" | "groups" | "gate" | "unexercised" | "partial" | "error"
>;

/** That a group's change is accepted, and by whom. */
function suppressed({ gate }: Judged, group: string): { readonly suppression?: string } {
  const found = gate.accepted.find((one) => one.group === group && one.state === "accepted");
  return found === undefined ? {} : { suppression: printable(acceptedText(found), 400) };
}

/**
 * What has no place in a file: why the replay proves nothing; of the gate its checks, what they
 * replace and accepted changes; and what no call reaches.
 */
function notifications(result: Judged): readonly SarifNotification[] {
  const { error } = result;
  const unexercised = unexercisedText(result);
  const uncompared = uncomparedText(result);
  return [
    ...(error === undefined
      ? []
      : [
          {
            id: `replay/${error.code}`,
            level: "error" as const,
            message: printable(error.message, 1000),
          },
        ]),
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
    ...(uncompared === undefined
      ? []
      : [
          {
            id: "replay/uncompared",
            level: "warning" as const,
            message: printable(uncompared, 1000),
          },
        ]),
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

/** A widened or narrowed group at the line of its rule; nothing where it has none. */
function resultOf(group: ChangeGroup, judged: Judged): readonly SarifResult[] {
  if (group.place === null || (group.class !== "widened" && group.class !== "narrowed")) return [];
  const { file, line, column, endLine, endColumn } = group.place;
  const widened = verdictWord(judged) === "failed" ? "error" : "warning";
  return [
    {
      ruleId: `replay-${group.class}`,
      level: group.class === "widened" ? widened : "note",
      message: `${sentence(group)}.`,
      file,
      region: { startLine: line, startColumn: column, endLine, endColumn },
      fingerprints: { "agentzGroup/v1": group.id },
      ...suppressed(judged, group.id),
    },
  ];
}

function runOf(category: string, judged: Judged, { tool }: ReplayResult): SarifRun {
  return {
    category,
    version: tool.version,
    rules: RULES,
    results: judged.groups.flatMap((group) => resultOf(group, judged)),
    notifications: notifications(judged),
  };
}

/** The run of one of several candidates: it and each of its messages name the candidate. */
function named(run: SarifRun, { candidate }: Judged): SarifRun {
  const ref = printable(candidate.ref, 100);
  const name = <T extends { readonly message: string }>(one: T): T => ({
    ...one,
    message: `${ref}: ${one.message}`,
  });
  return {
    ...run,
    about: `Replay of the candidate ${ref}`,
    results: run.results.map(name),
    notifications: (run.notifications ?? []).map(name),
  };
}

/**
 * Widened groups at the line of the rule that widened, narrowed ones as notes. Each further
 * candidate has a run of its own: `automationDetails.id` is unique in a log (SARIF 2.1.0, 3.17.3).
 */
export function sarifReplay(result: ReplayResult, options: ReportOptions): string {
  const first = runOf("agentz/replay/", result, result);
  if (result.candidates === undefined) return sarifLog([first], options);
  const further = result.candidates.map((one) => {
    const judged = { ...one, partial: result.partial };
    return named(runOf(`agentz/replay/${one.name}/`, judged, result), judged);
  });
  return sarifLog([named(first, result), ...further], options);
}
