import fc from "fast-check";
import type { Document, Policy, Rule } from "../../src/policy/model.ts";

/** What somebody may do to one rule between two versions. */
export const EDITS: readonly ((rule: Rule) => readonly Rule[])[] = [
  (rule) => [rule],
  () => [],
  (rule) => [
    { ...rule, ...(rule.effect === "deny" ? {} : { obligations: { log: true, notify: [] } }) },
  ],
  (rule) =>
    rule.approval === undefined
      ? [rule]
      : [{ ...rule, approval: { ...rule.approval, quorum: rule.approval.quorum + 1 } }],
  (rule) => (rule.approval === undefined ? [rule] : [{ ...rule, approval: { quorum: 1 } }]),
  (rule) => [
    Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "when")) as unknown as Rule,
  ],
  (rule) =>
    rule.effect === "allow" && rule.onDeny === undefined
      ? [{ ...rule, effect: "require_approval", approval: { quorum: 1 } }]
      : [rule],
  (rule) => [{ ...rule, mode: rule.mode === "shadow" ? "enforce" : "shadow" }],
];

/** Which edit each rule gets, in turn: of all rules, or of one in a few. */
export const picks: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.array(fc.nat(EDITS.length - 1), { minLength: 1, maxLength: 8 }),
  fc
    .record({ edit: fc.integer({ min: 1, max: EDITS.length - 1 }), at: fc.nat(5) })
    .map(({ edit, at }) => [0, 0, 0, 0, 0, 0].with(at, edit)),
);

/** The documents with one of the edits made to each rule in turn, as `picks` says. */
export function edited(
  documents: readonly Document[],
  picks: readonly number[],
): readonly Document[] {
  let at = 0;
  const rules = (policy: Policy): Policy => ({
    ...policy,
    rules: policy.rules.flatMap((rule) =>
      (EDITS[picks[at++ % picks.length] ?? 0] ?? EDITS[0] ?? ((r: Rule) => [r]))(rule),
    ),
  });
  return documents.map((document) => (document.kind === "Policy" ? rules(document) : document));
}
