import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange } from "../../documents/diff-result.ts";
import { count } from "../../text/count.ts";
import { isPermissionLost, UNPERMITTED } from "../../text/narrowings.ts";
import { markdownText as text } from "../markdown.ts";

/** A policy that is gone as a whole, with the changes of its rules. */
export interface RemovedPolicy {
  readonly name: string;
  readonly rules: readonly DiffChange[];
}

/** The policies that are gone as a whole. */
export function removedPolicies({ diff, version }: CiResult): readonly RemovedPolicy[] {
  return (version?.documents ?? [])
    .filter(({ kind, declared }) => kind === "Policy" && declared.to === null)
    .map(({ name }) => ({
      name,
      rules: (diff?.changes ?? []).filter(({ about }) => about.startsWith(`rule ${name}/`)),
    }))
    .filter(({ rules }) => rules.length > 0 && rules.every(({ after }) => after === null));
}

/** What becomes of the calls of a policy that is gone; empty: other lines say what it denied. */
function removalText(rules: readonly DiffChange[]): string {
  if (rules.every(({ effect }) => effect === "none")) return ": its rules change no decision";
  return rules.some(isPermissionLost) ? `: ${UNPERMITTED}` : "";
}

/** Each policy that is gone, in a line. */
export function removedLines(result: CiResult): readonly string[] {
  return removedPolicies(result).map(
    ({ name, rules }) =>
      `- **policy ${text(name)} was removed** (${count(rules.length, "rule")})${removalText(rules)}`,
  );
}
