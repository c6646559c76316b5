import type { CompiledSet } from "../engine/compile-set.ts";
import type { ReplayResult } from "../replay/result.ts";
import type { ReplayDone } from "./replay-job.ts";

/** Whether rules or catalog name any tool at all (design 7.7). */
function namesTools({ catalog, rules }: CompiledSet): boolean {
  return (
    catalog.tools.size > 0 ||
    rules.some(({ rule }) => rule.actions?.some((pattern) => pattern !== "**") === true)
  );
}

/**
 * An emptied set, or one of shadow rules alone: it denies every call, and a gate on what widens
 * would always pass.
 */
export function noRuleError(set: CompiledSet): ReplayResult["error"] | undefined {
  if (set.rules.some(({ rule }) => rule.mode === "enforce")) return undefined;
  const what = set.rules.length === 0 ? "no rule" : "no rule in force, all are shadow rules";
  const help = "was a file emptied, or does a path name something else?";
  return { code: "no-rule", message: `the candidate has ${what}, so every call is denied`, help };
}

/** Design 7.7: a coverage of nothing is a failure, not a score. */
export function vacuityOf(
  { result, namedCalls }: ReplayDone,
  set: CompiledSet,
): ReplayResult["error"] | undefined {
  if (result.partial) return undefined;
  if (result.trace.calls === 0)
    return {
      code: "nothing-decided",
      message: "the trace holds no call, so nothing was decided",
      help: "only events of type `call` are decided",
    };
  if (namedCalls > 0 || !namesTools(set)) return undefined;
  return {
    code: "no-known-tool",
    message:
      "no call touches a tool that the rules or the catalog name, so nothing can be said of them",
    help: "check that the trace's `action.server` and `action.name` are those of the policies",
  };
}
