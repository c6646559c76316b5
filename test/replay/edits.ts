import type { Document, Policy, Rule } from "../../src/policy/model.ts";

/** What somebody may do to one rule between two versions. */
export const EDITS: readonly ((rule: Rule) => readonly Rule[])[] = [
  (rule) => [rule],
  () => [],
  (rule) => [{ ...rule, ...(rule.effect === "deny" ? {} : { obligations: { log: true, notify: [] } }) }],
  (rule) => (rule.approval === undefined ? [rule] : [{ ...rule, approval: { ...rule.approval, quorum: rule.approval.quorum + 1 } }]),
  (rule) => (rule.approval === undefined ? [rule] : [{ ...rule, approval: { quorum: 1 } }]),
  (rule) => [Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "when")) as unknown as Rule],
  (rule) => (rule.effect === "allow" && rule.onDeny === undefined ? [{ ...rule, effect: "require_approval", approval: { quorum: 1 } }] : [rule]),
  (rule) => [{ ...rule, mode: rule.mode === "shadow" ? "enforce" : "shadow" }],
];

/** Which of them takes a rule's condition away. */
export const WITHOUT_CONDITION = 5;

/** The documents with one of the edits made to each rule in turn, as `picks` says. */
export function edited(documents: readonly Document[], picks: readonly number[]): readonly Document[] {
  let at = 0;
  const rules = (policy: Policy): Policy => ({ ...policy, rules: policy.rules.flatMap((rule) => (EDITS[picks[at++ % picks.length] ?? 0] ?? EDITS[0] ?? ((r: Rule) => [r]))(rule)) });
  return documents.map((document) => (document.kind === "Policy" ? rules(document) : document));
}

/** The documents with each rule under the condition of the one after it in its policy. */
export function conditionsSwapped(documents: readonly Document[]): readonly Document[] {
  const swapped = (policy: Policy): Policy => ({
    ...policy,
    rules: policy.rules.map((rule, i) => {
      const { when } = policy.rules[(i + 1) % policy.rules.length] ?? rule;
      const plain = Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "when")) as unknown as Rule;
      return when === undefined ? plain : { ...plain, when };
    }),
  });
  return documents.map((document) => (document.kind === "Policy" ? swapped(document) : document));
}
