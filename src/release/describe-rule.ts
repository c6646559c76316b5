import { durationText } from "../text/time.ts";
import type {
  Approval,
  Effect,
  Obligations,
  Policy,
  Rule,
  RuleException,
} from "../policy/model.ts";
import { describeCondition } from "./describe-condition.ts";
import { listedCode } from "../text/listed.ts";
import { count } from "../text/count.ts";

const DOES: Readonly<Record<Effect, string>> = {
  allow: "allows",
  deny: "denies",
  require_approval: "requires approval of",
};
const DID: Readonly<Record<Effect, string>> = {
  allow: "allowed",
  deny: "denied",
  require_approval: "required approval",
};

/** Items gained and lost, as clauses; undefined lists are everything. */
function lists(
  what: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly string[] {
  if (before === undefined && after === undefined) return [];
  if (after === undefined)
    return [`it applies to all ${what}, no longer only to ${listedCode(before ?? [])}`];
  if (before === undefined)
    return [`it applies only to the ${what} ${listedCode(after)}, no longer to all`];
  const gained = after.filter((item) => !before.includes(item));
  const lost = before.filter((item) => !after.includes(item));
  return [
    ...(gained.length === 0 ? [] : [`it now also applies to the ${what} ${listedCode(gained)}`]),
    ...(lost.length === 0 ? [] : [`it no longer applies to the ${what} ${listedCode(lost)}`]),
  ];
}

function approvalClauses(
  before: Approval | undefined,
  after: Approval | undefined,
): readonly string[] {
  if (before === undefined || after === undefined)
    return after === undefined
      ? []
      : [
          `it needs ${count(after.quorum, "approval")} from ${listedCode(after.approvers ?? ["human:*"])}`,
        ];
  const [from, to] = [before.approvers ?? ["human:*"], after.approvers ?? ["human:*"]];
  const gained = to.filter((item) => !from.includes(item));
  const lost = from.filter((item) => !to.includes(item));
  const within = (value: number | undefined): string =>
    value === undefined ? "without a limit" : `for ${durationText(value)}`;
  return [
    ...(before.quorum === after.quorum
      ? []
      : [`it now needs ${count(after.quorum, "approval")} instead of ${before.quorum}`]),
    ...(gained.length === 0 ? [] : [`${listedCode(gained)} may now approve`]),
    ...(lost.length === 0 ? [] : [`${listedCode(lost)} may no longer approve or refuse`]),
    ...(before.within === after.within
      ? []
      : [`an approval is now valid ${within(after.within)}, before ${within(before.within)}`]),
  ];
}

function duties(obligations: Obligations | undefined): readonly string[] {
  if (obligations === undefined) return [];
  const { redact, log, notify } = obligations;
  return [
    ...(redact?.fields ?? []).map((field) => `redact ${field}`),
    ...(redact?.above === undefined ? [] : [`redact above ${redact.above}`]),
    ...(log ? ["log"] : []),
    ...notify.map((to) => `notify ${to}`),
  ];
}

function obligationsText(names: readonly string[]): string {
  return `the obligation${names.length === 1 ? "" : "s"} ${listedCode(names)}`;
}

function dutyClauses(before: Rule, after: Rule): readonly string[] {
  const [from, to] = [duties(before.obligations), duties(after.obligations)];
  const gained = to.filter((duty) => !from.includes(duty));
  const lost = from.filter((duty) => !to.includes(duty));
  return [
    ...(gained.length === 0 ? [] : [`it now has ${obligationsText(gained)}`]),
    ...(lost.length === 0 ? [] : [`it no longer has ${obligationsText(lost)}`]),
  ];
}

function exceptionText({ subjects, actions, resources, when, expires }: RuleException): string {
  return JSON.stringify([subjects, actions, resources, when?.text, expires]);
}

function exceptionClauses(before: Rule, after: Rule): readonly string[] {
  const [from, to] = [before.exceptions.map(exceptionText), after.exceptions.map(exceptionText)];
  const gained = to.filter((text) => !from.includes(text)).length;
  const lost = from.filter((text) => !to.includes(text)).length;
  if (gained > 0 && lost > 0)
    return [`${count(lost, "exception")} of it ${lost === 1 ? "changes" : "change"}`];
  if (gained > 0) return [`it has ${count(gained, "exception")} more`];
  return lost > 0 ? [`it has ${count(lost, "exception")} less`] : [];
}

function fate(before: Rule, after: Rule): readonly string[] {
  return [
    ...(before.effect === after.effect
      ? []
      : [`it now ${DOES[after.effect].replace(" of", "")} where it ${DID[before.effect]}`]),
    ...(before.mode === after.mode
      ? []
      : [
          after.mode === "shadow"
            ? "it is now a shadow rule, so it does not affect decisions"
            : "it is now enforced; before, it was a shadow rule",
        ]),
    ...(before.onDeny === after.onDeny
      ? []
      : [
          `its \`on_deny\` goes from ${before.onDeny ?? "nothing"} to ${after.onDeny ?? "nothing"}`,
        ]),
  ];
}

/**
 * Everything that is different between two versions of one rule, a clause each; what is nothing of
 * this is in its condition's form alone.
 */
export function describeRuleChange(
  before: { readonly rule: Rule; readonly policy: Policy },
  after: { readonly rule: Rule; readonly policy: Policy },
): readonly string[] {
  const own = lists("subjects", before.rule.subjects, after.rule.subjects);
  const target = lists("subjects", before.policy.target?.subjects, after.policy.target?.subjects);
  return [
    ...fate(before.rule, after.rule),
    // where both change alike, the rule's own clause says it
    ...target
      .filter((clause) => !own.includes(clause))
      .map((clause) => clause.replace("it ", "its policy ")),
    ...own,
    ...lists("actions", before.rule.actions, after.rule.actions),
    ...lists("resources", before.rule.resources, after.rule.resources),
    ...describeCondition(before.rule.when, after.rule.when),
    ...approvalClauses(before.rule.approval, after.rule.approval),
    ...dutyClauses(before.rule, after.rule),
    ...exceptionClauses(before.rule, after.rule),
  ];
}

/**
 * A whole rule in one clause: `allows pay/refund where ...`, of the subjects of its policy's target
 * where it names none itself.
 */
export function describeRule(rule: Rule, policy: Policy | undefined): string {
  const { effect, actions, resources, when, approval, mode } = rule;
  const subjects = rule.subjects ?? policy?.target?.subjects;
  const scope = [
    actions === undefined ? "every action" : listedCode(actions),
    ...(subjects === undefined ? [] : [`of ${listedCode(subjects)}`]),
    ...(resources === undefined ? [] : [`on ${listedCode(resources)}`]),
    ...(when === undefined ? [] : [`where \`${when.text.trim().replace(/\s+/g, " ")}\``]),
    ...(approval === undefined
      ? []
      : [`by ${approval.quorum} of ${listedCode(approval.approvers ?? ["human:*"])}`]),
  ];
  return `${mode === "shadow" ? "in shadow it " : "it "}${DOES[effect]} ${scope.join(" ")}`;
}
