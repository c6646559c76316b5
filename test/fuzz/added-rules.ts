import fc from "fast-check";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Document, Rule } from "../../src/policy/model.ts";
import { policy } from "./written.ts";

/**
 * A rule that somebody adds: it may be the first that tells a tool, a subject or a resource apart.
 */
export const added: fc.Arbitrary<Added> = fc.record({
  effect: fc.constantFrom("deny", "deny", "allow", "require_approval"),
  scope: fc.constantFrom(
    "actions: [pay/refund]",
    "actions: [crm/lookup]",
    "actions: ['mail/*']",
    "actions: [fs/read, host/shell]",
    "actions: [refund]",
    "subjects: ['agent:a1']",
    "subjects: ['human:*']",
    "resources: ['order:1']",
    "resources: ['file:/data/**']",
    "actions: [x/undeclared]",
  ),
  when: fc.constantFrom(
    "args.amount > 49.0",
    "args.amount <= 50.0 && has(args.order)",
    "args.order == '1'",
    "size(args.to) < 2",
    "context.task.type == 'refund'",
    "'l1' in session.labels",
    "subject.tenant == 'eu'",
    "resource.tenant == subject.tenant",
    "now < timestamp('2026-05-18T10:00:00Z')",
    "action.name == 'refund' && args.amount > 10.0",
    "args.deep.flag == true ? args.amount > 1.0 : args.order == '1'",
  ),
  /** What its policy declares besides: names before all others, so that theirs move by one place. */
  declares: fc.constantFrom(
    "",
    "session: { labels: [{ name: a0, when: \"action.name == 'refund'\" }] }",
    "session: { counters: [{ name: a0, when: 'true', add: '1.0' }] }",
    "session: { values: [{ name: a0, when: 'has(args.order)', add: 'args.order' }] }",
  ),
});
/** A rule, as it is written. */
export interface Added {
  readonly effect: string;
  readonly scope: string;
  readonly when: string;
  readonly declares: string;
}

/** The policy that an added rule stands in. */
const ADDED = "added";
const MOST = "actions: [pay/refund, crm/lookup, 'mail/*', fs/read]";
/** A policy that allows the calls of most tools. */
const OPEN = loadDocuments([
  {
    file: "open.yaml",
    text: policy([`{ id: open, effect: allow, ${MOST} }`]).replace("name: p", "name: open"),
  },
]).documents;

/** What somebody adds who wants a log of some of these calls. */
export const logged = (when: string): Added => ({
  effect: "allow, obligations: { log: true }",
  scope: MOST,
  when,
  declares: "",
});

/** The documents with an added rule, in a policy of its own, in place of the one added before. */
export function withRule(documents: readonly Document[], rule: Added | null): readonly Document[] {
  if (rule === null) return documents;
  const text = policy(
    [`{ id: r, effect: ${rule.effect}, ${rule.scope}, when: "${rule.when}" }`],
    rule.declares,
  ).replace("name: p", `name: ${ADDED}`);
  return [
    ...documents.filter(({ name }) => name !== ADDED),
    ...loadDocuments([{ file: "added.yaml", text }]).documents,
  ];
}

/** The documents without rules that deny, ask or only watch, beside one that allows most calls. */
export function opened(documents: readonly Document[]): readonly Document[] {
  const isOpen = ({ effect, mode }: Rule): boolean => effect === "allow" && mode === "enforce";
  return [
    ...OPEN,
    ...documents.map((one) =>
      one.kind === "Policy" ? { ...one, rules: one.rules.filter(isOpen) } : one,
    ),
  ];
}
