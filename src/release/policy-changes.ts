import type { ChangeImpact } from "../proof/judge-change.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { canonicalPolicy } from "../policy/canonical-policy.ts";
import { canonicalRule } from "../policy/digest.ts";
import type { Policy, Rule } from "../policy/model.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Change } from "./change.ts";
import type { RuleStep } from "./compare-policies.ts";
import { describeRule, describeRuleChange } from "./describe-rule.ts";
import { coversAll } from "./glob-order.ts";
import { readsOf } from "./reads.ts";
import { MODES } from "./rule-model.ts";
import { CANNOT_TELL, joinVerdicts, NARROWS, NOTHING_MOVES, WIDENS } from "./verdict.ts";
import { durationText } from "../text/time.ts";

/**
 * One policy in two versions, all policies of the sets that they stand in, and what changed between
 * the rules of all policies.
 */
export interface PolicyPair {
  readonly before: Policy | undefined;
  readonly after: Policy | undefined;
  readonly setBefore: readonly Policy[];
  readonly setAfter: readonly Policy[];
  readonly steps: readonly RuleStep[];
}

/** The source of something in a document, given what it stands at. */
export type SourceOf = (place: Rule["place"], version: "before" | "after") => string | undefined;

interface StepShare {
  readonly verdict: ChangeImpact;
  readonly together: readonly string[];
}

function shareFor(name: string, steps: readonly RuleStep[]): StepShare {
  const step = steps.find((one) => one.changes.some((change) => change.name === name));
  return step === undefined
    ? { verdict: NOTHING_MOVES, together: [] }
    : { verdict: step.ofChange(name), together: step.together(name) };
}

interface Pair {
  readonly name: string;
  readonly before: Rule | undefined;
  readonly after: Rule | undefined;
}

function ruleSentence(pair: Pair, { before, after }: PolicyPair): string {
  const name = `rule \`${pair.name}\``;
  if (pair.before === undefined)
    return pair.after === undefined ? name : `${name} is new: ${describeRule(pair.after, after)}`;
  if (pair.after === undefined || before === undefined || after === undefined)
    return `${name} was removed: ${describeRule(pair.before, before).replace(/^it /, "it was a rule that ")}`;
  const clauses = describeRuleChange(
    { rule: pair.before, policy: before },
    { rule: pair.after, policy: after },
  );
  return `${name}: ${clauses.length === 0 ? "it is written differently" : clauses.join("; ")}`;
}

function textOf(rule: Rule | undefined, policy: Policy | undefined): string | undefined {
  return rule === undefined || policy === undefined
    ? undefined
    : canonicalRule(rule, { ...policy, delegation: "subject" });
}

/** What was lost, by what it came back as under another name. */
function renamedPairs(
  { before, after }: PolicyPair,
  changed: readonly Pair[],
): ReadonlyMap<Pair, Pair> {
  const gone = new Set(changed.filter((pair) => pair.after === undefined));
  const renamed = new Map<Pair, Pair>();
  for (const pair of changed) {
    if (pair.before !== undefined) continue;
    const text = textOf(pair.after, after);
    const twin = [...gone].find((other) => textOf(other.before, before) === text);
    if (twin === undefined) continue;
    renamed.set(pair, twin);
    gone.delete(twin);
  }
  return renamed;
}

/** Rules of the two versions by name; one that only got another name is paired with itself. */
function rulePairs(pair: PolicyPair): readonly (Pair & { readonly renamed?: string })[] {
  const { before, after } = pair;
  const policyName = after?.name ?? before?.name ?? "";
  const [old, now] = [before?.rules ?? [], after?.rules ?? []];
  const ids = [...new Set([...old, ...now].map((rule) => rule.id))].sort();
  const pairs = ids.map((id) => ({
    name: `${policyName}/${id}`,
    before: old.find((rule) => rule.id === id),
    after: now.find((rule) => rule.id === id),
  }));
  const changed = pairs.filter((one) => textOf(one.before, before) !== textOf(one.after, after));
  const renamed = renamedPairs(pair, changed);
  const twins = new Set(renamed.values());
  return changed
    .filter((one) => !twins.has(one))
    .map((one) => {
      const twin = renamed.get(one);
      return twin === undefined ? one : { ...one, renamed: twin.name };
    });
}

function sources(pair: Pair, sourceOf: SourceOf): Pick<Change, "before" | "after"> {
  const from = pair.before === undefined ? undefined : sourceOf(pair.before.place, "before");
  const to = pair.after === undefined ? undefined : sourceOf(pair.after.place, "after");
  return {
    ...(from === undefined ? {} : { before: from }),
    ...(to === undefined ? {} : { after: to }),
  };
}

function ruleChanges(pair: PolicyPair, sourceOf: SourceOf): readonly Change[] {
  const { steps } = pair;
  const pairs = rulePairs(pair);
  const told = pairs.map((rule): Change => {
    const about = `rule ${rule.name}`;
    if (rule.renamed !== undefined)
      return {
        about,
        sentence: `rule \`${rule.renamed}\` is now called \`${rule.name}\``,
        verdict: NOTHING_MOVES,
      };
    return {
      about,
      sentence: ruleSentence(rule, pair),
      ...shareFor(rule.name, steps),
      ...sources(rule, sourceOf),
    };
  });
  // of rules with one text any may be the one that is gone: what no sentence above is about is
  // told all the same
  const names = new Set(pairs.map((rule) => rule.name));
  const policyName = pair.after?.name ?? pair.before?.name;
  const rest = steps
    .flatMap((step) => step.changes)
    .filter(({ name, before, after }) => {
      const model = after ?? before;
      return model?.policy.name === policyName && !names.has(name);
    });
  return [
    ...told,
    ...rest.map(({ name }) => ({
      about: `rule ${name}`,
      sentence: `rule \`${name}\` changes`,
      ...shareFor(name, steps),
    })),
  ];
}

function modeVerdict(before: Policy | undefined, after: Policy | undefined): ChangeImpact {
  const [from, to] = [
    MODES.indexOf(before?.delegation ?? "subject"),
    MODES.indexOf(after?.delegation ?? "subject"),
  ];
  if (from === 0 && to === 0) return NOTHING_MOVES;
  const keeps =
    to >= from &&
    (from === 0 || coversAll(after?.target?.subjects, before?.target?.subjects, "subject"));
  const was =
    from >= to &&
    (to === 0 || coversAll(before?.target?.subjects, after?.target?.subjects, "subject"));
  if (keeps) return was ? NOTHING_MOVES : NARROWS;
  return was ? WIDENS : { ...WIDENS, narrows: true };
}

function delegationChanges({ before, after }: PolicyPair): readonly Change[] {
  const [from, to] = [before?.delegation ?? "subject", after?.delegation ?? "subject"];
  const verdict = modeVerdict(before, after);
  if (from === to && !verdict.moves) return [];
  const sentence =
    from === to
      ? `the subjects for which \`delegation: ${to}\` of policy \`${after?.name ?? ""}\` applies change`
      : `the delegation of policy \`${after?.name ?? before?.name ?? ""}\` goes from ${from} to ${to}`;
  return [{ about: `policy ${after?.name ?? before?.name ?? ""}`, sentence, verdict }];
}

const KINDS = ["labels", "counters", "values"] as const;

function declared(
  policy: Policy | undefined,
  kind: (typeof KINDS)[number],
): ReadonlyMap<string, JsonObject> {
  const session = policy === undefined ? undefined : member(canonicalPolicy(policy), "session");
  const list: Json | undefined = isJsonObject(session) ? member(session, kind) : undefined;
  const found = Array.isArray(list) ? list.filter(isJsonObject) : [];
  return new Map(found.map((one) => [stringMember(one, "name") ?? "", one]));
}

function shown(name: string, value: Json | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (name === "within" && typeof value === "number") return durationText(value);
  return typeof value === "string" ? `\`${value}\`` : `\`${canonicalJson(value)}\``;
}

function declarationSentence(
  what: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): string {
  if (before === undefined) return `${what} is new`;
  if (after === undefined) return `${what} was removed`;
  const fields = Object.keys(after).filter(
    (field) => canonicalJson(before[field] ?? null) !== canonicalJson(after[field] ?? null),
  );
  return (
    `${what}: ` +
    `${fields
      .map(
        (field) =>
          `its \`${field}\` goes from ${shown(field, before[field])} to ${shown(field, after[field])}`,
      )
      .join("; ")}`
  );
}

/** No declaration's name: read only by what reads all of them. */
const NO_NAME = "\u0000";

/**
 * WHY a changed declaration that is read cannot be classified: on a given state nothing moves, but the
 * state will be another one. One that is new or gone is read by rules that changed themselves, or
 * by what reads all of its kind.
 */
function sessionChanges(pair: PolicyPair): readonly Change[] {
  const reads = readsOf([...pair.setAfter, ...pair.setBefore]);
  return KINDS.flatMap((kind) => {
    const [old, now] = [declared(pair.before, kind), declared(pair.after, kind)];
    const names = [...new Set([...old.keys(), ...now.keys()])].sort();
    const changed = names.filter(
      (name) => canonicalJson(old.get(name) ?? null) !== canonicalJson(now.get(name) ?? null),
    );
    return changed.map((name): Change => {
      const what = `session ${kind === "values" ? "value list" : kind.slice(0, -1)}`;
      const read = reads.has("session", kind, old.has(name) && now.has(name) ? name : NO_NAME);
      return {
        about: `${what} ${name}`,
        sentence: declarationSentence(`${what} \`${name}\``, old.get(name), now.get(name)),
        verdict: read ? CANNOT_TELL : NOTHING_MOVES,
      };
    });
  });
}

function labelChanges({ before, after }: PolicyPair): readonly Change[] {
  if (before === undefined || after === undefined) return [];
  return after.rules.flatMap((rule): readonly Change[] => {
    const old = before.rules.find((other) => other.id === rule.id);
    if (
      old === undefined ||
      canonicalJson([...new Set(old.labels)].sort()) ===
        canonicalJson([...new Set(rule.labels)].sort())
    )
      return [];
    return [
      {
        about: `rule ${after.name}/${rule.id}`,
        sentence:
          `rule \`${after.name}/${rule.id}\`: its labels go from ` +
          `${old.labels.join(", ") || "none"} to ${rule.labels.join(", ") || "none"}`,
        verdict: NOTHING_MOVES,
      },
    ];
  });
}

/** What changed in one document, sentence by sentence, and what all of it can do. */
export interface DocumentVerdict {
  readonly changes: readonly Change[];
  readonly verdict: ChangeImpact;
}

/** Everything that changed in one policy, and what it can do to decisions. */
export function comparePolicy(pair: PolicyPair, sourceOf: SourceOf): DocumentVerdict {
  const changes = [
    ...ruleChanges(pair, sourceOf),
    ...delegationChanges(pair),
    ...sessionChanges(pair),
    ...labelChanges(pair),
  ];
  return { changes, verdict: joinVerdicts(changes.map((one) => one.verdict)) };
}
