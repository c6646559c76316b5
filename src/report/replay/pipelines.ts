import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import { githubAnnotations, type Annotation } from "../github.ts";
import { junitDocument, type JunitCase } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { sarifLog, type SarifNotification, type SarifRule } from "../sarif.ts";
import {
  acceptedText,
  checkText,
  replacedText,
  replacedTexts,
  unexercisedText,
} from "./gate-words.ts";
import { count, groupChange, groupPlace, groupRules, verdictText, verdictWord } from "./words.ts";

/** One sentence on a group; names come from a trace, so they are made visible and short. */
function sentence(group: ChangeGroup): string {
  return `${printable(`${count(group.calls, "recorded call")} of ${groupPlace(group)} would change: ${groupChange(group)} (${groupRules(group)}), e.g. ${group.example}`, 400)} [group ${group.id}]`;
}

const RULES: readonly SarifRule[] = [
  {
    id: "replay-widened",
    title: "recorded calls are widened",
    help: "The candidate permits recorded calls that the baseline did not, or on weaker terms. Look at the example with `agentz explain`, or accept the group in agentz.yaml.",
    level: "warning",
  },
  {
    id: "replay-narrowed",
    title: "recorded calls are narrowed",
    help: "The candidate stops or holds recorded calls that the baseline let run.",
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

function annotationOf(group: ChangeGroup): Annotation {
  const { place } = group;
  const at = place === null ? {} : { file: place.file, line: place.line, endLine: place.endLine };
  return {
    level: group.class === "widened" ? "warning" : "notice",
    title: `agentz replay: ${group.class}`,
    message: sentence(group),
    ...at,
  };
}

/** What lets the gate pass besides its figures, and what the trace says nothing about. */
function toldAnnotations(result: ReplayResult): readonly Annotation[] {
  const unexercised = unexercisedText(result);
  const replaced = result.gate.checks.flatMap((check): readonly Annotation[] => {
    const message = replacedText(check);
    return message === undefined
      ? []
      : [
          {
            level: check.replaces?.looser === true ? "warning" : "notice",
            title: "agentz gate",
            message,
          },
        ];
  });
  const accepted = result.gate.accepted.map(
    (one): Annotation => ({
      level: one.state === "accepted" ? "notice" : "warning",
      title: "agentz gate",
      message: printable(acceptedText(one), 400),
    }),
  );
  return [
    ...replaced,
    ...accepted,
    ...(unexercised === undefined
      ? []
      : [
          {
            level: "warning" as const,
            title: "agentz replay: not exercised",
            message: printable(unexercised, 1000),
          },
        ]),
  ];
}

/** Failed checks as errors, widened groups as warnings, narrowed ones as notices. */
export function replayAnnotations(result: ReplayResult): readonly Annotation[] {
  const failed: readonly Annotation[] = result.gate.checks
    .filter((check) => !check.passed)
    .map((check) => ({ level: "error", title: "agentz gate", message: checkText(check) }));
  const broken: readonly Annotation[] =
    result.error === undefined
      ? []
      : [{ level: "error", title: "agentz replay", message: result.error.message }];
  const groups = result.groups
    .filter((group) => group.class === "widened" || group.class === "narrowed")
    .map(annotationOf);
  return [...broken, ...failed, ...toldAnnotations(result), ...groups];
}

/** Workflow commands, and the verdict as the last line. */
export function githubReplay(result: ReplayResult, options: ReportOptions): string {
  return `${githubAnnotations(replayAnnotations(result), options)}agentz replay: ${printable(verdictText(result))}\n`;
}

/**
 * The gate's checks as test cases; without a gate one case that says whether the replay proves
 * anything.
 */
export function replayCases(result: ReplayResult): readonly JunitCase[] {
  const proves = {
    classname: "agentz-replay",
    name: "the replay decides calls that the policies name",
    ...(result.error === undefined
      ? {}
      : {
          problem: {
            kind: "failure" as const,
            type: result.error.code,
            message: result.error.message,
            text: result.error.help,
          },
        }),
  };
  const checks = result.gate.checks.map((check) => {
    const message = checkText(check);
    const replaced = replacedText(check);
    const name = replaced === undefined ? check.name : `${check.name} (${replaced})`;
    return {
      classname: "agentz-gate",
      name,
      ...(check.passed
        ? {}
        : {
            problem: { kind: "failure" as const, type: "gate", message, text: verdictText(result) },
          }),
    };
  });
  const accepted = result.gate.accepted.map((one) => ({
    classname: "agentz-gate",
    name: acceptedText(one),
  }));
  return [proves, ...checks, ...accepted];
}

/** The same as a document. */
export function junitReplay(result: ReplayResult, options: ReportOptions): string {
  return junitDocument("agentz replay", replayCases(result), options);
}
