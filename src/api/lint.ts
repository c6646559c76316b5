import type { LintResult } from "../documents/lint-result.ts";
import { runLintJob } from "./lint-set.ts";
import { filesAt, hostOf, type PolicyReferences, type SetOptions } from "./set-files.ts";

/** How a set is linted. */
export interface LintOptions extends SetOptions {
  /** Other levels than the default ones, by code: as `lint.rules` of agentz.yaml. */
  readonly levels?: ReadonlyMap<string, "off" | "warning" | "error">;
  /** Recorded traces: which attributes that rules read do they never have? */
  readonly trace?: readonly string[];
  /** Milliseconds since 1970 by which expiry is judged; by default the newest event, else the clock. */
  readonly now?: number;
  /** Whether the document says how often the analysis could not tell. */
  readonly stats?: boolean;
}

/**
 * Finds what is wrong with policies and catalogs (design 2, 12): what does not load, can never match,
 * has no effect or allows too much, each finding at its place. Fixes nothing. What cannot be read is
 * a `UserError`.
 */
export async function lint(
  references: PolicyReferences,
  options: LintOptions = {},
): Promise<LintResult> {
  const files = await filesAt(references, options);
  return runLintJob(
    { ...hostOf(options), clock: Date.now },
    {
      paths: [],
      files,
      levels: options.levels ?? new Map(),
      trace: options.trace ?? [],
      now: options.now,
      fix: false,
      stats: options.stats ?? false,
    },
  );
}
