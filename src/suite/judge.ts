import type { Decision, Requirement } from "../engine/decision.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { durationText } from "../text/time.ts";
import type { Json } from "../request/json.ts";
import type { Expectation, ExpectedApproval, ExpectedObligations, ExpectedState } from "./model.ts";
import type { Difference } from "../documents/test-result.ts";
import type { RuleNames } from "./rule-names.ts";

/** Session state after a call, by name; null: unknown. */
export interface StateReader {
  label(name: string): boolean | null | undefined;
  counter(name: string): number | null | undefined;
  values(name: string): readonly Json[] | null | undefined;
}

/** What a call came to. */
export interface Actual {
  readonly decision: Decision;
  readonly state: StateReader;
}

function same(a: Json, b: Json): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function sorted(list: readonly string[]): readonly string[] {
  return [...new Set(list)].sort();
}

const NONE: readonly Difference[] = [];

function differs(field: string, expected: Json, actual: Json): readonly Difference[] {
  return same(expected, actual) ? NONE : [{ field, expected, actual }];
}

function ruleDifferences(
  wanted: readonly string[],
  decision: Decision,
  names: RuleNames,
): readonly Difference[] {
  if (wanted.every((written) => decided(written, decision, names))) return NONE;
  return wanted.flatMap((written): readonly Difference[] => {
    const found = names.find(written);
    if ("fault" in found)
      return [
        { field: "rule", expected: written, actual: null, fault: found.fault, help: found.help },
      ];
    return decision.rules.includes(found.name)
      ? []
      : [{ field: "rule", expected: written, actual: decision.rules }];
  });
}

function decided(written: string, decision: Decision, names: RuleNames): boolean {
  const found = names.find(written);
  return "name" in found && decision.rules.includes(found.name);
}

function requirementFits(
  wanted: ExpectedApproval,
  requirement: Requirement,
  names: RuleNames,
): boolean {
  const rule = wanted.rule === undefined ? undefined : names.find(wanted.rule);
  if (rule !== undefined && (!("name" in rule) || rule.name !== requirement.rule)) return false;
  if (wanted.state !== undefined && wanted.state !== requirement.state) return false;
  if (wanted.quorum !== undefined && wanted.quorum !== requirement.quorum) return false;
  if (wanted.within !== undefined && wanted.within !== requirement.within) return false;
  if (wanted.approvers !== undefined && !same(sorted(wanted.approvers), requirement.approvers))
    return false;
  return wanted.have === undefined || same(sorted(wanted.have), requirement.have);
}

/** A requirement in a suite's own words. */
function requirementText({ rule, state, quorum, approvers, within, have }: Requirement): Json {
  return {
    rule,
    state,
    quorum,
    approvers,
    within: within === null ? null : durationText(within),
    have,
  };
}

function approvalDifferences(
  wanted: ExpectedApproval | "none",
  decision: Decision,
  names: RuleNames,
): readonly Difference[] {
  const { requirements } = decision.approval;
  if (wanted === "none")
    return differs(
      "approval",
      "none",
      requirements.length === 0 ? "none" : requirements.map(requirementText),
    );
  const unknown = wanted.rule === undefined ? [] : ruleFault(wanted.rule, names);
  if (unknown.length > 0) return unknown;
  if (requirements.some((requirement) => requirementFits(wanted, requirement, names))) return [];
  const expected = {
    ...wanted,
    ...(wanted.within === undefined ? {} : { within: durationText(wanted.within) }),
  };
  return [
    {
      field: "approval",
      expected,
      actual: requirements.length === 0 ? "none" : requirements.map(requirementText),
    },
  ];
}

function ruleFault(written: string, names: RuleNames): readonly Difference[] {
  const found = names.find(written);
  return "fault" in found
    ? [
        {
          field: "approval.rule",
          expected: written,
          actual: null,
          fault: found.fault,
          help: found.help,
        },
      ]
    : [];
}

function obligationDifferences(
  wanted: ExpectedObligations | "none",
  decision: Decision,
): readonly Difference[] {
  if (wanted === "none")
    return differs(
      "obligations",
      "none",
      decision.obligations.length === 0 ? "none" : decision.obligations.map((o) => o.type),
    );
  const redact = decision.obligations.find((o) => o.type === "redact");
  const notify = decision.obligations.find((o) => o.type === "notify");
  const log = decision.obligations.some((o) => o.type === "log");
  return [
    ...(wanted.redact === undefined
      ? []
      : differs("obligations.redact", sorted(wanted.redact), redact?.fields ?? [])),
    ...(wanted.above === undefined
      ? []
      : differs("obligations.redact.above", wanted.above, redact?.above ?? null)),
    ...(wanted.log === undefined ? [] : differs("obligations.log", wanted.log, log)),
    ...(wanted.notify === undefined
      ? []
      : differs("obligations.notify", sorted(wanted.notify), notify?.to ?? [])),
  ];
}

function stateDifferences(wanted: ExpectedState, state: StateReader): readonly Difference[] {
  const one = (field: string, expected: Json, actual: Json | undefined): readonly Difference[] =>
    differs(field, expected, actual ?? "unknown");
  return [
    ...[...wanted.labels].flatMap(([name, set]) =>
      one(`state.labels.${name}`, set, state.label(name)),
    ),
    ...[...wanted.counters].flatMap(([name, count]) =>
      one(`state.counters.${name}`, count, state.counter(name)),
    ),
    ...[...wanted.values].flatMap(([name, list]) =>
      one(`state.values.${name}`, list, state.values(name)),
    ),
  ];
}

/** Where a decision is not what is expected; nothing where it is. */
export function judge(
  expected: Expectation,
  actual: Actual,
  names: RuleNames,
): readonly Difference[] {
  const { decision } = actual;
  return [
    ...(expected.effect === undefined ? [] : differs("effect", expected.effect, decision.effect)),
    ...(expected.rules === undefined ? [] : ruleDifferences(expected.rules, decision, names)),
    ...(expected.permitted === undefined
      ? []
      : differs("permitted", expected.permitted, decision.permitted)),
    ...(expected.indeterminate === undefined
      ? []
      : differs("indeterminate", expected.indeterminate, decision.indeterminate)),
    ...(expected.approval === undefined
      ? []
      : approvalDifferences(expected.approval, decision, names)),
    ...(expected.obligations === undefined
      ? []
      : obligationDifferences(expected.obligations, decision)),
    ...(expected.missing === undefined
      ? []
      : differs(
          "missing",
          sorted(expected.missing),
          decision.missing.map((m) => m.attribute),
        )),
    ...(expected.state === undefined ? [] : stateDifferences(expected.state, actual.state)),
  ];
}
