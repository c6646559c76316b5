import type { CandidateResult, ReplayResult } from "../../documents/replay-result.ts";
import type { JunitCase } from "../junit.ts";
import { junitDocument } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { candidateProblem } from "./candidates.ts";
import { acceptedText, checkText, replacedText } from "./gate-words.ts";
import { uncomparedText, verdictText } from "./words.ts";

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
  return [
    proves,
    ...uncomparedCases(uncomparedText(result)),
    ...checks,
    ...accepted,
    ...(result.candidates ?? []).map(candidateCase),
  ];
}

/** A case that is skipped where files are read by both versions: nothing compared their changes. */
export function uncomparedCases(text: string | undefined): readonly JunitCase[] {
  if (text === undefined) return [];
  return [
    { classname: "agentz-replay", name: "every file of the policies is compared", skipped: text },
  ];
}

/** Whether a further candidate passes, as one case. */
function candidateCase(one: CandidateResult): JunitCase {
  const why = candidateProblem(one);
  return {
    classname: "agentz-candidates",
    name: `${one.name}: ${one.candidate.ref}`,
    ...(why === undefined
      ? {}
      : { problem: { kind: "failure" as const, type: "gate", message: why, text: why } }),
  };
}

/** The same as a document. */
export function junitReplay(result: ReplayResult, options: ReportOptions): string {
  return junitDocument("agentz replay", replayCases(result), options);
}
