import type { CompiledSet } from "../../engine/compile-set.ts";
import { declarationsForm } from "../../policy/canonical-policy.ts";

/** What a set says besides its rules, in one form: catalogs, session state, modes of delegation. */
export function settingsForm({
  catalogForm,
  declarations,
  modes,
  contains,
  bounds,
}: CompiledSet): string {
  return JSON.stringify([catalogForm(), declarationsForm(declarations), modes, contains, bounds]);
}

/** The digest of everything of a set that keys of rows may hang on: they serve no other set. */
export function setDigest(set: CompiledSet): string {
  const rules = set.rules.map((rule) => [rule.name, rule.text()]);
  return set.sha256(JSON.stringify([settingsForm(set), rules]));
}
