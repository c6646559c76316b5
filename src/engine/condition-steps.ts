import { DEFAULT_STEPS } from "../condition/meter.ts";
import { atoms } from "../condition/structure.ts";
import { conditionsOf } from "../policy/conditions.ts";
import type { Document } from "../policy/model.ts";

/** How many parts of conditions may take all the steps of one before they have to share them. */
const FULL_PARTS = 100;
/**
 * What a part has in the largest sets: enough to search a text of a hundred thousand characters.
 */
const LEAST_STEPS = 100_000;

/**
 * The steps that a part of a condition may take by the strictest catalog that says so, else by
 * default.
 */
export function conditionSteps(documents: readonly Document[]): number {
  const stated = documents.flatMap((one) =>
    one.kind === "Catalog" ? (one.conditionSteps ?? []) : [],
  );
  return stated.length === 0 ? DEFAULT_STEPS : Math.min(...stated);
}

/**
 * The most steps that one part of a condition may take, so that a whole decision of the set stays
 * within a hundred times what a part may: all parts of a set with more than a hundred share that,
 * but each has at least 100,000. Depends on the set alone, so that a call is decided alike wherever
 * and in whatever order it is decided.
 */
export function stepsOfPart(documents: readonly Document[]): number {
  const steps = conditionSteps(documents);
  let parts = 0;
  for (const document of documents) {
    if (document.kind !== "Policy") continue;
    for (const { expr } of conditionsOf(document)) parts += atoms(expr).length;
  }
  const share = Math.floor((steps * FULL_PARTS) / Math.max(FULL_PARTS, parts));
  return Math.min(steps, Math.max(share, LEAST_STEPS));
}
