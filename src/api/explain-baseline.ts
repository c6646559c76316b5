import { UserError } from "../diagnostics/user-error.ts";
import type { CommandIo } from "../node/io.ts";
import { printable } from "../report/escape.ts";
import { WHOLE } from "../report/reporter.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { chooseBaseline } from "./baseline.ts";
import type { ExplainedVersion } from "./explain.ts";
import { loadPolicySet, type PolicySet } from "./policy-set.ts";
import { findRecordedPolicy, RECORDED_POLICY } from "./recorded-policy.ts";

/** Where the baseline of an explanation comes from. */
export interface BaselineQuestion {
  /** `--baseline`. */
  readonly flag: readonly string[] | undefined;
  /** `baseline:` of agentz.yaml. */
  readonly configured: readonly string[] | undefined;
  /** The candidate's references. */
  readonly candidate: readonly string[];
}

function isOfTrace(refs: readonly string[]): boolean {
  return refs.length === 1 && (refs[0] === "recorded" || refs[0] === RECORDED_POLICY);
}

/**
 * The baseline that {@link chooseBaseline} chooses, as `load` loads it. Undefined: there is none. WHY
 * told and not refused where nobody named one: the explanation of the candidate is whole without it.
 */
async function chosen<T>(
  io: CommandIo,
  { flag, configured, candidate }: BaselineQuestion,
  load: (refs: readonly string[]) => Promise<T>,
): Promise<T | undefined> {
  const named = flag ?? configured;
  try {
    return await load(await chooseBaseline(io, named, candidate));
  } catch (error) {
    if (named !== undefined || !(error instanceof UserError)) throw error;
    io.stderr.write(
      `agentz: not compared with a baseline: ${printable(error.message, WHOLE)}\n` +
        "  help: name the version before with --baseline\n",
    );
    return undefined;
  }
}

/** The version with which the explanation of an event is compared: the baseline of a replay (design 7.3). */
export async function eventBaseline(
  io: CommandIo,
  asked: BaselineQuestion & { readonly files: readonly TraceFile[] },
): Promise<ExplainedVersion | undefined> {
  const { files, candidate } = asked;
  return chosen(io, asked, async (refs): Promise<ExplainedVersion> => {
    if (!isOfTrace(refs)) return loadPolicySet(io, refs, candidate);
    return refs[0] === "recorded"
      ? "recorded"
      : (await findRecordedPolicy(io, files, candidate)).loaded;
  });
}

/**
 * The version with which the explanation of a request is compared. No trace has recorded it: such a
 * baseline is a `UserError` where a flag names it, and else none.
 */
export async function requestBaseline(
  io: CommandIo,
  asked: BaselineQuestion,
): Promise<PolicySet | undefined> {
  return chosen(io, asked, async (refs) => {
    if (!isOfTrace(refs)) return loadPolicySet(io, refs, asked.candidate);
    if (asked.flag === undefined) return undefined;
    throw new UserError(
      "usage",
      `the baseline \`${refs.join(" ")}\` is a decision of a trace, and a request has none`,
      { help: "pass a folder, `git:<ref>` or a bundle with --baseline" },
    );
  });
}
