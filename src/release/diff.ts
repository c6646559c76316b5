import type { ChangeImpact } from "../proof/judge-change.ts";
import { compareSets } from "../proof/compare-sets.ts";
import type { AssembledSet } from "../engine/assemble.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { canonicalDigest, type Sha256 } from "../policy/digest.ts";
import type { Policy, Rule } from "../policy/model.ts";
import type { Change } from "./change.ts";
import { analyseSet, type AnalysedSet } from "../proof/analysed-set.ts";
import { mayExist } from "../proof/call-existence.ts";
import { versionRules, type VersionRules, type Voter } from "../proof/change-ways.ts";
import { laxerCall, type Sides } from "../proof/laxer-call.ts";
import { every } from "../proof/claim.ts";
import { ruleParts } from "../proof/rule-claim.ts";
import { permitsNothing } from "../proof/permitted-calls.ts";
import { limitsFor, Work } from "../proof/work.ts";
import { mayMeet } from "./compare-policies.ts";
import {
  askBoth,
  askOne,
  type BothDecisions,
  type Question,
  type Versions,
} from "./decide-both.ts";
import { withRealCaller } from "./callers.ts";
import { approvalFacts } from "./rule-approvals.ts";
import { breadthOf } from "./rule-breadth.ts";
import { outcomeChanges } from "./outcome-changes.ts";
import type { DiffChange, DiffResult, RuleBreadth, Witness } from "../documents/diff-result.ts";
import { witnessDocument } from "./witness-document.ts";
import { enforcedRules } from "./rule-model.ts";
import { ruleSources } from "./rule-source.ts";
import { CANNOT_TELL, joinVerdicts, strictestBump } from "./verdict.ts";
import { compareDocuments, type DocumentChange } from "./version-check.ts";

/** A set that loaded. */
export type LoadedSet = AssembledSet & { readonly set: CompiledSet };

function effectOf(verdict: ChangeImpact): DiffChange["effect"] {
  if (!verdict.conclusive) return "unknown";
  if (verdict.widens) return verdict.narrows ? "both" : "widens";
  if (verdict.narrows) return "narrows";
  return verdict.moves ? "moves" : "none";
}

/** How far the search for one witness goes. */
const EFFORT = { branches: 20_000, visits: 200 };
/** Changes for which a witness is looked for, at most. */
const MAX_SEARCHED = 40;
/** Sets of more rules are not searched as a whole. */
const MAX_WHOLE = 150;

/** Both versions, and the rules of the earlier as the prover reads them. */
interface Setting {
  readonly before: LoadedSet;
  readonly after: LoadedSet;
  readonly analysed: () => AnalysedSet;
}

interface Shown {
  readonly question: Question;
  readonly witness: Witness;
}

function versionsOf({ before, after }: Setting): Versions {
  return { before: before.set, after: after.set };
}

/** Whether both catalogs allow a call to exist. */
function exists({ before, after }: Versions, call: Question): boolean {
  return mayExist(before, call) && mayExist(after, call);
}

/** A rule as it was and as it is. */
interface RuleVersions {
  readonly before: { readonly policy: Policy; readonly rule: Rule | undefined };
  readonly after: { readonly policy: Policy; readonly rule: Rule | undefined };
}

/** How broad a changed rule was and is, and what of its approvals changed; empty for a change of anything else. */
function breadthsOf(
  change: Change,
  document: DocumentChange,
  { before, after }: Setting,
): Pick<DiffChange, "rule" | "otherApprovals" | "nobodyApproves"> {
  const changed = rulesOf(change, document);
  // one that only got another name moves nothing
  if (changed === undefined || !change.verdict.moves) return {};
  const of = (version: "before" | "after", { documents }: LoadedSet): RuleBreadth | null =>
    breadthOf(changed[version], documents);
  return {
    rule: { before: of("before", before), after: of("after", after) },
    ...approvalFacts(changed.before.rule, changed.after.rule, after.documents),
  };
}

function rulesOf(change: Change, { before, after }: DocumentChange): RuleVersions | undefined {
  const one = after ?? before;
  if (one?.kind !== "Policy") return undefined;
  const prefix = `rule ${one.name}/`;
  if (!change.about.startsWith(prefix)) return undefined;
  const id = change.about.slice(prefix.length);
  // a policy that is new, or that is gone, is one without rules in the other version
  const of = (policy: DocumentChange["before"]): { policy: Policy; rule: Rule | undefined } =>
    policy?.kind === "Policy"
      ? { policy, rule: policy.rules.find((rule) => rule.id === id) }
      : { policy: one, rule: undefined };
  return { before: of(before), after: of(after) };
}

/** The rules of a version in which nothing but one rule changed, as they vote. */
function votersOf(
  { policy, rule }: RuleVersions["before"],
  beside: readonly Voter[],
  { atoms }: AnalysedSet,
): readonly Voter[] {
  if (rule?.mode !== "enforce") return beside;
  const parts = ruleParts(policy, rule, atoms);
  return [{ rule, claim: every(parts.map(({ claim }) => claim)), parts, own: true }, ...beside];
}

/** Two versions of rules as they vote, `own` those in which they differ. */
interface VotingRules {
  readonly before: readonly Voter[];
  readonly after: readonly Voter[];
}

function sides({ before, after }: VotingRules, analysed: AnalysedSet): Sides {
  const version = (voters: readonly Voter[]): VersionRules =>
    versionRules(voters, { refusals: false, open: false });
  return {
    analysed,
    before: version(before),
    after: version(after),
    joint: analysed.set.modes.length > 0,
  };
}

/** Two versions of the earlier rules that differ in one rule alone. */
function sidesOf(changed: RuleVersions, setting: Setting): Sides {
  const analysed = setting.analysed();
  const own = [changed.before, changed.after].flatMap(({ policy, rule }) =>
    rule === undefined ? [] : [{ policy, rule }],
  );
  const beside = analysed.rules
    .filter(({ rule }) => rule.mode === "enforce" && rule !== changed.before.rule)
    .filter((one) => own.some((other) => mayMeet(other, one)))
    .map((one) => ({ ...one, own: false }));
  return sides(
    {
      before: votersOf(changed.before, beside, analysed),
      after: votersOf(changed.after, beside, analysed),
    },
    analysed,
  );
}

/** Both whole versions, as far as a call may meet a changed rule too. */
function wholeSidesOf(change: Change, changed: RuleVersions, setting: Setting): Sides {
  const analysed = setting.analysed();
  const names = new Set([change.about.slice("rule ".length), ...(change.together ?? [])]);
  const own = [changed.before, changed.after].flatMap(({ policy, rule }) =>
    rule === undefined ? [] : [{ policy, rule }],
  );
  const voters = (documents: LoadedSet["documents"]): readonly Voter[] =>
    enforcedRules(
      documents.filter((document) => document.kind === "Policy"),
      analysed.atoms,
    )
      .filter((model) => own.some((other) => mayMeet(other, model)))
      .map((model) => ({ ...model, own: names.has(model.name) }));
  return sides(
    { before: voters(setting.before.documents), after: voters(setting.after.documents) },
    analysed,
  );
}

/** Whether a changed rule decides a call, before the change or after it. */
function isDecidedBy({ before, after }: RuleVersions, witness: BothDecisions): boolean {
  const decides = ({ policy, rule }: RuleVersions["before"], by: readonly string[]): boolean =>
    rule !== undefined && by.includes(`${policy.name}/${rule.id}`);
  return decides(before, witness.before.rules) || decides(after, witness.after.rules);
}

/** A call that was found, by somebody real where both versions decide that alike. */
function shown(versions: Versions, found: Question): Shown | undefined {
  const question = withRealCaller(versions, found);
  const witness = witnessDocument(versions, question);
  return witness === undefined ? undefined : { question, witness };
}

/**
 * A call that shows what the change of one rule does: one that both catalogs allow to exist, that
 * the whole versions decide so, and that the rule decides in one of them.
 */
function showRule(
  { rule: changed, sides }: { readonly rule: RuleVersions; readonly sides: Sides },
  versions: Versions,
  shownBy: Witness["class"],
): Shown | undefined {
  const laxer = shownBy === "widened" ? versions.after : versions.before;
  const shows = (call: Question): boolean => {
    if (!exists(versions, call) || askOne(laxer, call).effect === "deny") return false;
    const decisions = askBoth(versions, call);
    return decisions?.class === shownBy && isDecidedBy(changed, decisions);
  };
  const turned =
    shownBy === "widened" ? sides : { ...sides, before: sides.after, after: sides.before };
  const work = new Work(limitsFor(versions.before.rules.length));
  const found = laxerCall(turned, shows, { ...EFFORT, work });
  return found.kind === "yes" ? shown(versions, found.witness) : undefined;
}

/**
 * Calls that show what whole versions decide otherwise, those that widen first; `impact`: what their
 * changes can do.
 */
function showWhole(setting: Setting, impact: ChangeImpact): readonly Shown[] {
  if (!impact.widens && !impact.narrows) return [];
  const versions = versionsOf(setting);
  const found = compareSets(setting.before, setting.after, {
    ...EFFORT,
    exists: (call) => exists(versions, call),
  });
  return [found.widens, found.narrows].flatMap((answer): readonly Shown[] => {
    const found = answer.kind === "yes" ? shown(versions, answer.witness) : undefined;
    return found === undefined ? [] : [found];
  });
}

/**
 * The classes of calls that show an effect, the likeliest first: what widens is shown by a call
 * that widens.
 */
const SHOWN_BY: Readonly<Record<DiffChange["effect"], readonly Witness["class"][]>> = {
  widens: ["widened"],
  both: ["widened", "narrowed"],
  unknown: ["widened", "narrowed"],
  moves: ["widened", "narrowed"],
  narrows: ["narrowed"],
  none: [],
};

function witnessOf(change: Change, document: DocumentChange, setting: Setting): Shown | undefined {
  const rule = rulesOf(change, document);
  if (rule === undefined) return undefined;
  // WHY the rule alone first: it is the smaller search, and most changes are one of one rule
  const tried = [() => sidesOf(rule, setting)];
  if (change.together !== undefined && change.together.length > 0)
    tried.push(() => wholeSidesOf(change, rule, setting));
  for (const one of SHOWN_BY[effectOf(change.verdict)]) {
    for (const sidesTried of tried) {
      const found = showRule({ rule, sides: sidesTried() }, versionsOf(setting), one);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

interface Told {
  readonly changes: readonly DiffChange[];
  readonly shown: readonly Shown[];
}

function tell(documents: readonly DocumentChange[], setting: Setting): Told {
  const calls: Shown[] = [];
  let searched = 0;
  const changes = documents.flatMap((document) =>
    document.changes.map((change): DiffChange => {
      const isSearched = change.verdict.moves && searched++ < MAX_SEARCHED;
      const found = isSearched ? witnessOf(change, document, setting) : undefined;
      if (found !== undefined) calls.push(found);
      return {
        document: { kind: document.kind, name: document.name },
        about: change.about,
        sentence: change.sentence,
        ...breadthsOf(change, document, setting),
        effect: effectOf(change.verdict),
        ...(change.verdict.onlyReleases && { releases: true }),
        together: change.together ?? [],
        before: change.before ?? null,
        after: change.after ?? null,
        witness: found?.witness ?? null,
      };
    }),
  );
  return { changes, shown: calls };
}

const RANK: readonly DiffChange["effect"][] = [
  "widens",
  "both",
  "unknown",
  "narrows",
  "moves",
  "none",
];

/** What all changes together can do; what no comparison saw may do anything. */
function impactOf(documents: readonly DocumentChange[]): ChangeImpact {
  return joinVerdicts(
    documents.flatMap(({ changed, changes }) =>
      changed && changes.length === 0 ? [CANNOT_TELL] : changes.map(({ verdict }) => verdict),
    ),
  );
}

/** Whether the later version permits nothing at all, where the earlier permits something. */
function stopsAll({ after, analysed }: Setting): boolean {
  return permitsNothing(analyseSet(after.documents, after.set)) && !permitsNothing(analysed());
}

/**
 * The part of `diff` that two sets decide: what changed, what may widen first, and calls that show
 * it.
 */
export function diffSets(
  before: LoadedSet,
  after: LoadedSet,
  sha256: Sha256,
): Pick<DiffResult, "changed" | "required" | "stopsAll" | "outcomes" | "changes"> {
  const documents = compareDocuments(before.documents, after.documents, {
    sha256,
    sourceOf: ruleSources(before.sources, after.sources),
  });
  const changed =
    canonicalDigest(before.documents, sha256) !== canonicalDigest(after.documents, sha256);
  if (!changed && documents.every((document) => !document.changed))
    return { changed: false, required: "none", stopsAll: false, outcomes: [], changes: [] };
  let analysed: AnalysedSet | undefined;
  const setting = {
    before,
    after,
    analysed: () => (analysed ??= analyseSet(before.documents, before.set)),
  };
  const told = tell(documents, setting);
  const impact = impactOf(documents);
  const small = before.set.rules.length + after.set.rules.length <= MAX_WHOLE;
  const whole = small ? showWhole(setting, impact) : [];
  const questions = [...told.shown, ...whole].map(({ question }) => question);
  return {
    changed,
    required: strictestBump(documents.map((document) => document.required)),
    stopsAll: impact.narrows && !impact.widens && stopsAll(setting),
    outcomes: outcomeChanges(versionsOf(setting), questions),
    changes: [...told.changes].sort((a, b) => RANK.indexOf(a.effect) - RANK.indexOf(b.effect)),
  };
}
