import type { Type } from "../condition/types.ts";
import { actionsAround } from "./rule-text.ts";
import type { Typing } from "./typing.ts";

const ROOTS: ReadonlySet<unknown> = new Set(["subject", "action", "resource", "context", "args"]);
const CALLS: ReadonlySet<unknown> = new Set(["match", "not_match", "call", "fixtures"]);

/**
 * The type of a part of an example call or of a call in a suite; undefined: the cursor stands in no
 * call, or nothing is declared of the part.
 */
export function exampleType(typing: Typing): Type | undefined {
  const { path } = typing.cursor;
  const call = path.findIndex((step) => CALLS.has(step));
  const at = path.findIndex((step, i) => i > call && ROOTS.has(step));
  if (call < 0 || at < 0) return undefined;
  const actions = actionsAround(typing);
  const scope = typing.set.scopes.rule(actions === undefined ? {} : { actions });
  let type = scope.variables.get(String(path[at]));
  for (const step of path.slice(at + 1)) {
    if (type?.kind === "list") type = type.element;
    else type = type?.kind === "struct" ? type.fields.get(String(step)) : undefined;
  }
  return type;
}
