import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { runCi } from "./run-ci.ts";
import { CI_STEPS, type CiFlags } from "./step.ts";

const isCheck = (name: CiStep["name"]): boolean => name !== "replay";

/**
 * What the candidate comes to without a trace: every step of `agentz ci` but the replay, as that
 * command runs it, and what changed since the baseline; null: nothing compared them. WHY the
 * same code: a report is never friendlier than the pipeline.
 */
export async function candidateChecks(
  flags: CiFlags,
  io: CommandIo,
): Promise<{ readonly checks: readonly CiStep[]; readonly diff: CiResult["diff"] }> {
  const { result } = await runCi(flags, io, new Set(CI_STEPS.filter(isCheck)));
  return { checks: result.steps.filter(({ name }) => isCheck(name)), diff: result.diff };
}
