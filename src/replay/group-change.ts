import type { DescribedGroup } from "../documents/trace-part.ts";
import { classTraits, effectTraits } from "./call-effects.ts";
import { actionName, resourceClass, subjectName } from "./call-name.ts";
import { asksOtherApprovals, demandChange } from "./demand-change.ts";
import { isBenignDenied, isNoLongerStopped, labelOf } from "./label-tally.ts";
import { heldFor } from "./newly-held.ts";
import { failingRules } from "./version-decision.ts";
import type { CallResult } from "./walk.ts";

/** What calls of a group are counted by besides their number. */
export const TRAIT = {
  /** Before what differs in demands. */
  demand: "demand:",
  /** A call that counts among the group's `incidents`. */
  incident: "incident no longer stopped",
  /** A call labelled benign that is denied. */
  benignDenied: "benign-denied",
  /** Of these, a call that is denied only by rules whose conditions fail on it. */
  benignFailing: "benign-denied by errors",
  /** A call that is denied only because of rules whose conditions fail on it; before each of these. */
  failing: "denied by errors",
  failingRule: "denied by errors of ",
  /** A call that was permitted and would wait for an approval, one that is labelled benign; before who is asked. */
  held: "newly held",
  benignHeld: "newly held, labelled benign",
  heldFor: "newly held for ",
  /** A call of which other approvals are asked, neither fewer nor more. */
  otherApprovals: "other approvals",
  /** A call that is decided otherwise only because earlier calls are. */
  downstream: "downstream",
  /** A call that is labelled benign, or as an incident. */
  labelled: { benign: "labelled benign", incident: "labelled as an incident" },
} as const;

/**
 * What groups count of a changed call. WHY not its result: that holds the whole call, and of a
 * trace whose calls all differ there are as many as groups.
 */
export interface Change {
  readonly described: DescribedGroup;
  readonly rules: string;
  readonly traits: readonly string[];
}

/** What groups count of changed calls; what several have of it is held once. */
export class Changes {
  readonly #known = new WeakMap<CallResult, Change>();
  readonly #texts = new Map<string, string>();
  readonly #traits = new Map<string, readonly string[]>();

  /** Of a call whose class is not `unchanged`. */
  of(result: CallResult): Change {
    const known = this.#known.get(result);
    if (known !== undefined) return known;
    const described = describe(result);
    const traits = traitsOf(result, described.resourceClass);
    const change = {
      described,
      rules: this.text(rulesText(result)),
      traits: shared(this.#traits, JSON.stringify(traits), traits),
    };
    this.#known.set(result, change);
    return change;
  }

  /** The same text of rules. */
  text(rules: string): string {
    return shared(this.#texts, rules, rules);
  }

  /** Holds nothing any more: what comes next may have other texts and traits. */
  forget(): void {
    this.#texts.clear();
    this.#traits.clear();
  }
}

/** What was kept under a key first, so that it is held once for all who have the same. */
function shared<T>(kept: Map<string, T>, key: string, fresh: T): T {
  const known = kept.get(key);
  if (known === undefined) kept.set(key, fresh);
  return known ?? fresh;
}

function describe({ class: change, event, baseline, candidate }: CallResult): DescribedGroup {
  return {
    class: change === "unchanged" ? "indeterminate" : change,
    from: baseline.effect,
    to: candidate.effect,
    fromRules: baseline.rules,
    toRules: candidate.rules,
    subject: subjectName(event.request),
    action: actionName(event.request),
    resourceClass: resourceClass(candidate, event.request),
  };
}

/**
 * The texts of the rules that decided on both sides: an accepted change holds for these, not for
 * what they may become.
 */
function rulesText(result: CallResult): string {
  const sides = [result.baseline, result.candidate].map((side) => {
    const texts = new Map(
      side.engine?.outcome.members.flatMap((m) =>
        m.rules.map((item) => [item.name, item.compiled.text()] as const),
      ),
    );
    return side.rules.map((name) => [name, texts.get(name) ?? null]);
  });
  return JSON.stringify(sides);
}

function traitsOf(result: CallResult, resourceClass: string | null): readonly string[] {
  const { engine } = result.candidate;
  const deciding = new Set(result.candidate.rules);
  const ruleLabels =
    engine?.outcome.members.flatMap((m) =>
      m.rules
        .filter((item) => deciding.has(item.name))
        .flatMap((item) => item.compiled.rule.labels),
    ) ?? [];
  const eventLabels = Object.entries(result.event.labels ?? {}).flatMap(([name, value]) =>
    value === true ? [name] : [],
  );
  const demand =
    result.class === "widened" || result.class === "narrowed"
      ? demandChange(result.baseline, result.candidate)
      : undefined;
  const label = labelOf(result);
  const failing = result.candidate.effect === "deny" ? failingRules(result.candidate) : [];
  const approvers = heldFor(result);
  return [
    ...(label === undefined ? [] : [label ? TRAIT.labelled.incident : TRAIT.labelled.benign]),
    ...(isBenignDenied(result) ? [TRAIT.benignDenied] : []),
    ...(failing.length > 0 ? [TRAIT.failing] : []),
    ...failing.map((rule) => `${TRAIT.failingRule}${rule}`),
    ...(failing.length > 0 && isBenignDenied(result) ? [TRAIT.benignFailing] : []),
    ...(demand === undefined ? [] : [TRAIT.demand + demand]),
    ...(approvers === undefined ? [] : [TRAIT.held]),
    ...(approvers !== undefined && label === false ? [TRAIT.benignHeld] : []),
    ...(approvers ?? []).map((name) => `${TRAIT.heldFor}${name}`),
    ...(result.direct === false ? [TRAIT.downstream] : []),
    ...(asksOtherApprovals(result) ? [TRAIT.otherApprovals] : []),
    ...(isNoLongerStopped(result) ? [TRAIT.incident] : []),
    ...classTraits(engine?.call, resourceClass),
    ...effectTraits(engine?.call),
    ...new Set([...ruleLabels, ...eventLabels].map((label) => `label:${label}`)),
  ];
}
