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

const REST = new WeakMap<CallResult, string>();

/** The line without its id: calls of one result share it. */
function restOf(result: CallResult): string {
  const known = REST.get(result);
  if (known !== undefined) return known;
  const line: Omit<DecisionLine, "id"> = {
    class: result.class,
    ...(result.direct === undefined ? {} : { direct: result.direct }),
    baseline: lineSide(result.baseline),
    candidate: lineSide(result.candidate),
    missing: missingOf(result),
  };
  const text = hideSecrets(inertJson(JSON.stringify(line))).slice(1);
  REST.set(result, text);
  return text;
}

/** One line for a call (design 12, `--decisions`), without the secrets in names. */
export function decisionLine(result: CallResult, id: string): string {
  return `{"id":${hideSecrets(inertJson(JSON.stringify(id)))},${restOf(result)}`;
}
