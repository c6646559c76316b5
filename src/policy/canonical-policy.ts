import { unparse } from "../condition/unparse.ts";
import type { Json, JsonObject } from "../request/json.ts";
import { sortedSet } from "./canonical-schema.ts";
import type {
  Approval,
  Condition,
  Invariant,
  InvariantRule,
  CounterDeclaration,
  LabelDeclaration,
  Obligations,
  Policy,
  Rule,
  RuleException,
  Scope,
  StateKey,
  ValuesDeclaration,
} from "./model.ts";

/**
 * The patterns of a list, without repeats and in order; what fits every name is written one way.
 */
export function canonicalEntityGlobs(globs: readonly string[]): readonly Json[] {
  return sortedSet(
    globs.map((glob) => glob.replace(/\*{2,}/g, "**").replace(/^([^:]+):\*\*$/, "$1:*")),
  );
}

export function canonicalActionGlobs(globs: readonly string[]): readonly Json[] {
  return sortedSet(
    globs.map((glob) =>
      glob
        .replace(/\*{2,}/g, "**")
        .replace(/^([^/]+)\/\*\*$/, "$1/*")
        .replace(/^(\*|\*{1,2}\/\*)$/, "**"),
    ),
  );
}

function condition(when: Condition | undefined): Json {
  return when === undefined ? "true" : unparse(when.expr);
}

function scope(of: Scope): JsonObject {
  return {
    subjects: canonicalEntityGlobs(of.subjects ?? ["**"]),
    actions: canonicalActionGlobs(of.actions ?? ["**"]),
    // WHY not `**`: a rule with `resources` does not fit a call that has none (design 2.4).
    resources: of.resources === undefined ? null : canonicalEntityGlobs(of.resources),
  };
}

function approval(of: Approval | undefined): Json {
  if (of === undefined) return null;
  return {
    approvers: canonicalEntityGlobs(of.approvers ?? ["human:*"]),
    quorum: of.quorum,
    within: of.within ?? null,
  };
}

function obligations(of: Obligations | undefined): Json {
  const redact =
    of?.redact === undefined
      ? null
      : { fields: sortedSet(of.redact.fields), above: of.redact.above ?? null };
  return { redact, log: of?.log ?? false, notify: canonicalEntityGlobs(of?.notify ?? []) };
}

function exception(of: RuleException): Json {
  return { ...scope(of), when: condition(of.when), expires: of.expires ?? null };
}

/** What a rule means by itself, its name and labels left out. */
export function canonicalRuleBody(rule: Rule): JsonObject {
  return {
    ...scope(rule),
    effect: rule.effect,
    when: condition(rule.when),
    approval: approval(rule.approval),
    obligations: obligations(rule.obligations),
    on_deny: rule.onDeny ?? null,
    mode: rule.mode,
    exceptions: sortedSet(rule.exceptions.map(exception)),
  };
}

function stateKey(key: StateKey): Json {
  return key.by === "condition" ? { condition: unparse(key.condition.expr) } : key.by;
}

function label(of: LabelDeclaration): JsonObject {
  return { name: of.name, when: condition(of.when), on: of.on, key: stateKey(of.key) };
}

function counter(of: CounterDeclaration): JsonObject {
  return { ...label(of), add: unparse(of.add.expr), within: of.within ?? null };
}

function values(of: ValuesDeclaration): JsonObject {
  return { ...counter(of), max: of.max };
}

/** What declarations of state mean, in their order: sets of one text keep the same state. */
export function declarationsForm(of: {
  readonly labels: readonly LabelDeclaration[];
  readonly counters: readonly CounterDeclaration[];
  readonly values: readonly ValuesDeclaration[];
}): string {
  return JSON.stringify([of.labels.map(label), of.counters.map(counter), of.values.map(values)]);
}

/**
 * Whom a policy speaks about and how it looks at chains: a part of what each of its rules means.
 */
export function canonicalReach(policy: Policy): JsonObject {
  return {
    target: canonicalEntityGlobs(policy.target?.subjects ?? ["**"]),
    delegation: policy.delegation,
  };
}

function invariantRule(rule: InvariantRule): JsonObject {
  return {
    id: rule.id,
    is: rule.is,
    calls: { ...scope(rule.calls), when: condition(rule.calls.when) },
    approval: rule.is === "only_with" ? approval(rule.approval) : null,
    subjects: rule.is === "only_by" ? canonicalEntityGlobs(rule.subjects) : null,
    after: rule.after?.label ?? null,
  };
}

/** What a rule of an invariant means, as a text: rules of one text claim the same. */
export function invariantRuleText(rule: InvariantRule): string {
  return JSON.stringify(invariantRule(rule));
}

/** An invariant's canonical form: without version, description, owner, reasons and order. */
export function canonicalInvariant({ name, rules }: Invariant): JsonObject {
  return { name, rules: sortedSet(rules.map(invariantRule)) };
}

/**
 * A policy's canonical form (design 10.1): without version, description, owners, reasons, examples
 * and order.
 */
export function canonicalPolicy(policy: Policy): JsonObject {
  return {
    name: policy.name,
    ...canonicalReach(policy),
    session: {
      labels: sortedSet(policy.session.labels.map(label)),
      counters: sortedSet(policy.session.counters.map(counter)),
      values: sortedSet(policy.session.values.map(values)),
    },
    rules: sortedSet(
      policy.rules.map((rule) => ({
        id: rule.id,
        labels: sortedSet(rule.labels),
        ...canonicalRuleBody(rule),
      })),
    ),
  };
}
