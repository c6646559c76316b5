import { conditionProblems } from "../policy/check-conditions.ts";
import type { Document, Place } from "../policy/model.ts";
import { conditionSpan } from "../policy/read-condition.ts";
import type { MissingParts } from "../policy/sound-part.ts";
import { typeScopes } from "../policy/type-scope.ts";
import type { Span } from "../text/span.ts";

/**
 * A value that a condition compares with what it can never be, under the code of the rule that
 * tells of it.
 */
export interface WordProblem {
  readonly code: string;
  readonly problem: {
    readonly place: Place;
    readonly span: Span;
    readonly message: string;
    readonly help?: string;
  };
}

/**
 * What checking conditions against the words that format and catalogs know finds beside what keeps
 * a set from loading.
 */
export function wordProblems(
  documents: readonly Document[],
  missing: MissingParts,
): readonly WordProblem[] {
  const found: WordProblem[] = [];
  const options = {
    vocabulary: !missing.catalogs,
    complete: !missing.policies && !missing.catalogs,
  };
  for (const { condition, problem } of conditionProblems(
    documents,
    typeScopes(documents, options),
  )) {
    const { code, start, end, message, help } = problem;
    const span = conditionSpan(condition, start, end);
    found.push({
      code,
      problem: { place: condition.place, span, message, ...(help !== undefined && { help }) },
    });
  }
  return found;
}
