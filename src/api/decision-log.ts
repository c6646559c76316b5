import { inertJson } from "../report/json-text.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { DecisionLine } from "../documents/replay-result.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";

function lineSide(side: VersionDecision): DecisionLine["baseline"] {
  return {
    effect: side.effect,
    permitted: side.permitted,
    indeterminate: side.indeterminate,
    rules: side.rules,
  };
}

function missingOf(result: CallResult): readonly string[] {
  const sides = [result.baseline, result.candidate].flatMap(
    (side) => side.engine?.outcome.decision.missing ?? [],
  );
  return [...new Set(sides.map((m) => m.attribute))].sort();
}

/** The line without its id, and without the secrets in names. */
function restOf(result: CallResult): string {
  const line: Omit<DecisionLine, "id"> = {
    class: result.class,
    ...(result.direct === undefined ? {} : { direct: result.direct }),
    baseline: lineSide(result.baseline),
    candidate: lineSide(result.candidate),
    missing: missingOf(result),
  };
  return hideSecrets(inertJson(JSON.stringify(line))).slice(1);
}

/**
 * Writes one line for a call (design 12, `--decisions`), without the secrets in names; remembers
 * what it wrote of a result, since many calls share one.
 */
export function decisionLines(): (result: CallResult, id: string) => string {
  const known = new WeakMap<CallResult, string>();
  return (result, id) => {
    const rest = known.get(result) ?? restOf(result);
    known.set(result, rest);
    return `{"id":${hideSecrets(inertJson(JSON.stringify(id)))},${rest}`;
  };
}
