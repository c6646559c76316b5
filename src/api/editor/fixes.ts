import { applyFixes } from "../../lint/apply-fixes.ts";
import type { Finding } from "../../lint/finding.ts";
import { ruleOfCode } from "../../lint/registry.ts";
import type { Source } from "../../text/span.ts";

/** Whether a comment can suppress findings of a code: what keeps a set from loading stays. */
export function isSuppressible(code: string): boolean {
  return ruleOfCode(code) !== undefined;
}

/** The texts that change where all fixes of findings are made that do not touch each other. */
export function fixedTexts(
  findings: readonly Finding[],
  sources: readonly Source[],
): readonly Source[] {
  return applyFixes(findings, sources).sources;
}
