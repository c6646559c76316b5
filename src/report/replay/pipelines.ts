import type { ChangeGroup, ReplayResult } from "../../replay/result.ts";
import { printable } from "../escape.ts";
import { githubAnnotations, type Annotation } from "../github.ts";
import { junitDocument, type JunitCase } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { sarifLog, type SarifRule } from "../sarif.ts";
import { count, groupChange, groupPlace, groupRules, verdictText, verdictWord } from "./words.ts";

/** One sentence on a group; names come from a trace, so they are made visible and short. */
function sentence(group: ChangeGroup): string {
  return printable(`${count(group.calls, "recorded call")} of ${groupPlace(group)} would change: ${groupChange(group)} (${groupRules(group)}), e.g. ${group.example}`, 400);
}

const RULES: readonly SarifRule[] = [
  { id: "replay-widened", title: "recorded calls get wider", help: "The candidate permits recorded calls that the baseline did not, or on weaker terms. Look at the example with `agentz explain`, or accept the group in agentz.yaml.", level: "warning" },
  { id: "replay-narrowed", title: "recorded calls get narrower", help: "The candidate stops or holds recorded calls that the baseline let run.", level: "note" },
];

/** Widened groups at the line of the rule that widened, narrowed ones as notes. */
export function sarifReplay(result: ReplayResult, options: ReportOptions): string {
  const level: "error" | "warning" = verdictWord(result) === "failed" ? "error" : "warning";
  const results = result.groups.flatMap((group) => {
    if (group.place === null || (group.class !== "widened" && group.class !== "narrowed")) return [];
    const { file, line, column, endLine, endColumn } = group.place;
    return [
      {
        ruleId: `replay-${group.class}`,
        level: group.class === "widened" ? level : ("note" as const),
        message: `${sentence(group)}.`,
        file,
        region: { startLine: line, startColumn: column, endLine, endColumn },
        fingerprints: { "agentzGroup/v1": group.id },
      },
    ];
  });
  return sarifLog({ category: "agentz/replay/", version: result.tool.version, rules: RULES, results }, options);
}

function annotationOf(group: ChangeGroup): Annotation {
  const { place } = group;
  const at = place === null ? {} : { file: place.file, line: place.line, endLine: place.endLine };
  return { level: group.class === "widened" ? "warning" : "notice", title: `agentz replay: ${group.class}`, message: sentence(group), ...at };
}

/** Failed checks as errors, widened groups as warnings, narrowed ones as notices. */
export function replayAnnotations(result: ReplayResult): readonly Annotation[] {
  const failed: readonly Annotation[] = result.gate.checks
    .filter((check) => !check.passed)
    .map(({ name, limit, actual }) => ({ level: "error", title: "agentz gate", message: `${name} is ${actual ?? "not measurable"}, limit ${limit}` }));
  const broken: readonly Annotation[] = result.error === undefined ? [] : [{ level: "error", title: "agentz replay", message: result.error.message }];
  const groups = result.groups.filter((group) => group.class === "widened" || group.class === "narrowed").map(annotationOf);
  return [...broken, ...failed, ...groups];
}

/** Workflow commands, and the verdict as the last line. */
export function githubReplay(result: ReplayResult, options: ReportOptions): string {
  return `${githubAnnotations(replayAnnotations(result), options)}agentz replay: ${printable(verdictText(result))}\n`;
}

/** The gate's checks as test cases; without a gate one case that says whether the replay proves anything. */
export function replayCases(result: ReplayResult): readonly JunitCase[] {
  const proves = { classname: "agentz-replay", name: "the replay decides calls that the policies name", ...(result.error === undefined ? {} : { problem: { kind: "failure" as const, type: result.error.code, message: result.error.message, text: result.error.help } }) };
  const checks = result.gate.checks.map(({ name, limit, actual, passed }) => {
    const message = `${name} is ${actual ?? "not measurable"}, limit ${limit}`;
    return { classname: "agentz-gate", name, ...(passed ? {} : { problem: { kind: "failure" as const, type: "gate", message, text: verdictText(result) } }) };
  });
  return [proves, ...checks];
}

/** The same as a document. */
export function junitReplay(result: ReplayResult, options: ReportOptions): string {
  return junitDocument("agentz replay", replayCases(result), options);
}
