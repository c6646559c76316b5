import { diagnosticAt, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SuiteDocument } from "../policy/model.ts";
import type { Suite } from "./model.ts";
import type { RuleNames } from "./rule-names.ts";

/** Rules that the tests of a suite expect and that the set does not have. */
export function unknownRules(
  suite: Suite,
  document: SuiteDocument,
  names: RuleNames,
): readonly Diagnostic[] {
  const expected = suite.tests.flatMap(({ steps }) => steps.flatMap(({ expect }) => expect));
  return expected.flatMap(({ rules = [], place }) =>
    rules.flatMap((rule, i) => {
      const named = names.find(rule);
      if ("name" in named) return [];
      const item = document.locate(`${place.path}.rule[${i}]`);
      const isListed = item.path.endsWith("]");
      const { fault: message, help } = named;
      const at = isListed ? item : document.locate(`${place.path}.rule`);
      return [diagnosticAt(at, { code: "unknown-input", severity: "warning", message, help })];
    }),
  );
}
