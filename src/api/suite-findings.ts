import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { AssembledSet } from "../engine/assemble.ts";
import { InputCheck } from "../engine/input-check.ts";
import { loadSuites } from "../suite/run-suites.ts";

/**
 * What is wrong with the suites of a set, as `agentz test` says it; undefined where the set does not
 * load, or has no policy that suites could be held against.
 */
export function suiteFindings({
  documents,
  diagnostics,
  set,
}: AssembledSet): readonly Diagnostic[] | undefined {
  const kinds = new Set(documents.map(({ kind }) => kind));
  if (set === undefined || !kinds.has("Suite") || !kinds.has("Policy")) return undefined;
  return loadSuites(documents, diagnostics, new InputCheck(documents)).diagnostics;
}
