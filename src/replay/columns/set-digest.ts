import type { CompiledSet } from "../../engine/compile-set.ts";
import { declarationsForm } from "../../policy/canonical-policy.ts";

/** The digest of everything of a set that keys of rows may hang on: they serve no other set. */
export function setDigest(set: CompiledSet): string {
  const { catalogForm, declarations, modes, contains, bounds, sha256 } = set;
  const rules = set.rules.map((rule) => [rule.name, rule.text()]);
  return sha256(JSON.stringify([catalogForm(), declarationsForm(declarations), modes, contains, bounds, rules]));
}
