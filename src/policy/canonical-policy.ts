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

function scope(written: Scope): JsonObject {
  return {
    subjects: canonicalEntityGlobs(written.subjects ?? ["**"]),
    actions: canonicalActionGlobs(written.actions ?? ["**"]),
    // WHY not `**`: a rule with `resources` does not fit a call that has none (design 2.4).
    resources: written.resources === undefined ? null : canonicalEntityGlobs(written.resources),
  };
}

function approval(written: Approval | undefined): Json {
  if (written === undefined) return null;
  return {
    approvers: canonicalEntityGlobs(written.approvers ?? ["human:*"]),
    quorum: written.quorum,
    within: written.within ?? null,
  };
}

function obligations(written: Obligations | undefined): Json {
  const redact =
    written?.redact === undefined
      ? null
      : { fields: sortedSet(written.redact.fields), above: written.redact.above ?? null };
  return {
    redact,
    log: written?.log ?? false,
    notify: canonicalEntityGlobs(written?.notify ?? []),
  };
}

function exception(ruleException: RuleException): Json {
  return {
    ...scope(ruleException),
    when: condition(ruleException.when),
    expires: ruleException.expires ?? null,
  };
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

function label(labelDeclaration: LabelDeclaration): JsonObject {
  return {
    name: labelDeclaration.name,
    when: condition(labelDeclaration.when),
    on: labelDeclaration.on,
    key: stateKey(labelDeclaration.key),
  };
}

function counter(counterDeclaration: CounterDeclaration): JsonObject {
  return {
    ...label(counterDeclaration),
    add: unparse(counterDeclaration.add.expr),
    within: counterDeclaration.within ?? null,
  };
}

function values(valuesDeclaration: ValuesDeclaration): JsonObject {
  return { ...counter(valuesDeclaration), max: valuesDeclaration.max };
}

/** What declarations of state mean, in their order: sets of one text keep the same state. */
export function declarationsForm(declared: {
  readonly labels: readonly LabelDeclaration[];
  readonly counters: readonly CounterDeclaration[];
  readonly values: readonly ValuesDeclaration[];
}): string {
  return JSON.stringify([
    declared.labels.map(label),
    declared.counters.map(counter),
    declared.values.map(values),
  ]);
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
