import type { PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { Outcome } from "../engine/decide.ts";
import type { MemberDecision } from "../engine/member.ts";
import { decidingDocuments, membersDecided } from "./deciding.ts";
import type { Expectation } from "./model.ts";
import type {
  ConditionNode,
  DeclaredDocument,
  Difference,
  FailureDocument,
  LineRef,
  NearestDocument,
  RuleTree,
} from "../documents/test-result.ts";
import type { RuleNames } from "./rule-names.ts";
import { blockers, ruleTree, type Explaining } from "./rule-tree.ts";

/** A call that did not come to what was expected, on the state before it. */
export interface Failing {
  readonly call: PreparedCall;
  readonly outcome: Outcome;
  readonly expected: Expectation;
  readonly names: RuleNames;
  readonly step: number | null;
  readonly repetition: number | null;
  readonly at: LineRef;
}

interface Candidate {
  readonly tree: RuleTree;
  /** Scope parts that do not fit weigh more than any number of conditions. */
  readonly distance: number;
}

function candidateOf(
  rule: CompiledRule,
  member: MemberDecision,
  failing: Explaining & Failing,
): Candidate {
  const tree = ruleTree(rule, member, { ...failing, rules: failing.outcome.decision.rules });
  const distance = blockers(tree).reduce(
    (sum, node) => sum + (node.kind === "scope" ? 1000 : 1),
    0,
  );
  return { tree, distance };
}

/** The rules that the expectation asks for: those it names, else those of the expected effect. */
function wantedRules(failing: Explaining & Failing): readonly CompiledRule[] {
  const named = (failing.expected.rules ?? []).flatMap((written) => {
    const found = failing.names.find(written);
    return "name" in found ? failing.set.rules.filter((rule) => rule.name === found.name) : [];
  });
  if ((failing.expected.rules ?? []).length > 0) return named;
  const { effect } = failing.expected;
  const { decision } = failing.outcome;
  if (effect === undefined || effect === decision.effect) return [];
  return failing.set.rules.filter(({ rule }) => rule.effect === effect && rule.mode === "enforce");
}

/**
 * A rule that nobody named is worth showing if its scope fits, or if one part of its scope is all
 * that stands against it.
 */
function isNear({ distance }: Candidate, named: boolean): boolean {
  return named || distance <= 1000;
}

/** Where the session state is declared that the conditions shown read. */
function declaredIn(
  nodes: readonly ConditionNode[],
  explaining: Explaining,
): readonly DeclaredDocument[] {
  const { labels, counters, values } = explaining.set.declarations;
  const text = nodes.map((node) => node.text).join("\n");
  const reads = (kind: string, name: string): boolean =>
    new RegExp(`\\bsession\\.${kind}\\.${name}\\b`).test(text);
  const named = labels.filter(
    ({ name }) => text.includes("session.labels") && new RegExp(`['"]${name}['"]`).test(text),
  );
  const read = [
    ...named,
    ...counters.filter(({ name }) => reads("counters", name)),
    ...values.filter(({ name }) => reads("values", name)),
  ];
  return read.map(({ name, place }) => ({ name, at: explaining.lines.of(place) }));
}

/**
 * The nearest rule that did not match and should have, and what stood against it (the first by name
 * among equals).
 */
function nearestTo(failing: Explaining & Failing): NearestDocument | null {
  const { outcome } = failing;
  // under delegation, whose decision it was
  const member =
    outcome.decision.rules.flatMap((name) => membersDecided(name, outcome))[0] ??
    outcome.members[0];
  if (member === undefined) return null;
  const named = (failing.expected.rules ?? []).length > 0;
  const candidates = wantedRules(failing)
    .map((rule) => candidateOf(rule, member, failing))
    .filter((candidate) => candidate.tree.outcome !== "matched" && isNear(candidate, named))
    .sort((a, b) => a.distance - b.distance);
  const best = candidates[0];
  if (best === undefined) return null;
  return {
    rule: best.tree.rule,
    effect: best.tree.effect,
    at: best.tree.at,
    failed: blockers(best.tree),
  };
}

function messageOf(differences: readonly Difference[]): string {
  const fault = differences.find((d) => d.fault !== undefined);
  return (
    fault?.fault ??
    `${differences.map((d) => d.field).join(", ")} ${differences.length === 1 ? "is" : "are"} not what the test expects`
  );
}

/**
 * Why a call of a test failed, told so that the policy and this text are enough to fix it; to be
 * asked before the call changes the state that it was decided on, and answered once it is known in
 * what it differs (design 5.3).
 */
export function failureDocument(
  failing: Explaining & Failing,
): (differences: readonly Difference[]) => FailureDocument {
  const { step, repetition, at } = failing;
  const deciding = decidingDocuments(failing, failing.call, failing.outcome);
  const nearest = nearestTo(failing);
  const { decision, uncounted } = failing.outcome;
  const requirements = decision.approval.requirements.filter(({ state }) => state !== "satisfied");
  const declared = declaredIn(
    [...deciding.flatMap((one) => one.because), ...(nearest?.failed ?? [])],
    failing,
  );
  return (differences) => ({
    message: messageOf(differences),
    step,
    repetition,
    at,
    differences,
    deciding,
    nearest,
    requirements,
    uncounted,
    declared,
    help: differences.find((d) => d.help !== undefined)?.help ?? null,
  });
}
