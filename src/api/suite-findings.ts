import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { AssembledSet } from "../engine/assemble.ts";
import { InputCheck } from "../engine/input-check.ts";
import { RuleNames } from "../suite/rule-names.ts";
import { loadSuites } from "../suite/run-suites.ts";

/**
 * What is wrong with the suites of a set, as `agentz test` says it; without a policy that they could
 * be held against, what is wrong with them by themselves. Undefined where the set does not load.
 */
export function suiteFindings({
  documents,
  diagnostics,
  set,
}: AssembledSet): readonly Diagnostic[] | undefined {
  const kinds = new Set(documents.map(({ kind }) => kind));
  if (set === undefined || !kinds.has("Suite")) return undefined;
  const known = kinds.has("Policy")
    ? { check: new InputCheck(documents), rules: new RuleNames(set) }
    : { check: undefined };
  return loadSuites(documents, diagnostics, known).diagnostics;
}
