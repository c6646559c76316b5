import type { CompiledSet } from "../engine/compile-set.ts";
import type { ReplayProblem, ReplayResult } from "../documents/replay-result.ts";
import type { ReplayDone } from "./replay/replay-job.ts";
import { unreadableTrace } from "./trace/unreadable-trace.ts";

/** Whether rules or catalog name any tool at all (design 7.7). */
export function namesTools({ catalog, rules }: CompiledSet): boolean {
  return (
    catalog.tools.size > 0 ||
    rules.some(({ rule }) => rule.actions?.some((pattern) => pattern !== "**") === true)
  );
}

/**
 * An emptied set, or one of shadow rules alone: it denies every call, and a gate on what widens
 * would always pass.
 */
export function noRuleError(set: CompiledSet): ReplayProblem | undefined {
  if (set.rules.some(({ rule }) => rule.mode === "enforce")) return undefined;
  const what = set.rules.length === 0 ? "no rule" : "no rule in force, all are shadow rules";
  const help = "check whether a file is empty or a path is wrong";
  return { code: "no-rule", message: `the candidate has ${what}, so every call is denied`, help };
}

/** Design 7.7: a coverage of nothing is a failure, not a score. */
export function emptyReplayError(
  done: Pick<ReplayDone, "result" | "namedCalls">,
  set: CompiledSet,
): ReplayProblem | undefined {
  return emptyError(done, namesTools(set));
}

/** As {@link emptyReplayError}; `names`: whether the candidate names any tool. */
export function emptyError(
  { result, namedCalls }: Pick<ReplayDone, "result" | "namedCalls">,
  names: boolean,
): ReplayProblem | undefined {
  if (result.partial) return undefined;
  if (result.trace.calls === 0) return nothingDecided(result.filters.leftOut);
  if (namedCalls > 0 || !names) return undefined;
  return {
    code: "no-known-tool",
    message:
      "no call uses a tool that the rules or the catalog name, so the replay shows nothing about them",
    help: "check that `action.server` and `action.name` of the trace are the names that the policies use",
  };
}

/** `leftOut`: how many calls the filters left out. */
function nothingDecided(leftOut: number): ReplayProblem {
  const code = "nothing-decided";
  return leftOut === 0
    ? {
        code,
        message: "the trace contains no call, so nothing was decided",
        help: "record calls, or give another trace: only events of type `call` are decided",
      }
    : {
        code,
        message: `the filters leave out every call of the trace (${leftOut}), so nothing was decided`,
        help:
          "check their values; a call without a time is left out by `--since` and `--until`, one " +
          "without a session by `--session`",
      };
}

/** What makes a replay say nothing: a candidate without rules in force, or nothing decided. */
export function replayError(done: ReplayDone, candidate: CompiledSet): ReplayProblem | undefined {
  if (done.result.partial) return undefined;
  return noRuleError(candidate) ?? emptyReplayError(done, candidate);
}

/** A trace of which nothing can be read is an input error (design 11.3). */
export function refuseUnreadable(result: ReplayResult): void {
  if (result.trace.events > 0 || result.partial || result.filters.leftOut > 0) return;
  throw unreadableTrace(result.trace.malformed, result.trace.malformedLines);
}
