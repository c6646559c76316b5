import type { CiStep } from "../../documents/ci-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { runCi } from "./run-ci.ts";
import { CI_STEPS, type CiFlags } from "./step.ts";

const isCheck = (name: CiStep["name"]): boolean => name !== "replay";

/**
 * What the candidate comes to without a trace: every step of `agentz ci` but the replay, as that
 * command runs it. WHY the same code: a report is never friendlier than the pipeline.
 */
export async function candidateChecks(flags: CiFlags, io: CommandIo): Promise<readonly CiStep[]> {
  const { result } = await runCi(flags, io, new Set(CI_STEPS.filter(isCheck)));
  return result.steps.filter(({ name }) => isCheck(name));
}
