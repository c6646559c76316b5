import type { ChangeGroup, ReplayResult } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import type { Annotation } from "../github.ts";
import { githubAnnotations } from "../github.ts";
import type { ReportOptions } from "../reporter.ts";
import { candidateProblem } from "./candidates.ts";
import { acceptedText, checkText, replacedText, unexercisedText } from "./gate-words.ts";
import { sentence } from "./sentence.ts";
import { uncomparedText, verdictText } from "./words.ts";

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

/** The annotation of files that both versions are read from. */
export function uncomparedAnnotation(text: string): Annotation {
  return { level: "warning", title: "agentz: not compared", message: printable(text, 1000) };
}

/** What lets the gate pass besides its figures, and what the trace says nothing about. */
function toldAnnotations(result: ReplayResult): readonly Annotation[] {
  const unexercised = unexercisedText(result);
  const uncompared = uncomparedText(result);
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
    ...(uncompared === undefined ? [] : [uncomparedAnnotation(uncompared)]),
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
  const candidates = (result.candidates ?? []).flatMap((one): readonly Annotation[] => {
    const message = candidateProblem(one);
    return message === undefined ? [] : [{ level: "error", title: `agentz ${one.name}`, message }];
  });
  return [...broken, ...failed, ...candidates, ...toldAnnotations(result), ...groups];
}

/** Workflow commands, and the verdict as the last line. */
export function githubReplay(result: ReplayResult, options: ReportOptions): string {
  return `${githubAnnotations(replayAnnotations(result), options)}agentz replay: ${printable(verdictText(result))}\n`;
}
