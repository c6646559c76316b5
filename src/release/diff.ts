import type { ChangeImpact } from "../proof/judge-change.ts";
import { compareSets } from "../proof/compare-sets.ts";
import type { AssembledSet } from "../engine/assemble.ts";
import { compileSet, type CompiledSet } from "../engine/compile-set.ts";
import { canonicalDigest, type Sha256 } from "../policy/digest.ts";
import type { Document, Policy, Rule } from "../policy/model.ts";
import type { Change } from "./change.ts";
import { mayExist } from "../proof/call-existence.ts";
import { mayMeet } from "./compare-policies.ts";
import { askBoth, type Question, type Versions } from "./decide-both.ts";
import { outcomeChanges } from "./outcome-changes.ts";
import type { DiffChange, DiffResult, Witness } from "../documents/diff-result.ts";
import { ruleSources } from "./rule-source.ts";
import { strictestBump } from "./verdict.ts";
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
/** Rules that a search looks at besides the one that changed. */
const MAX_BESIDE = 30;
/** Sets of more rules are not searched as a whole. */
const MAX_WHOLE = 150;

interface Variants {
  readonly from: readonly Document[];
  readonly to: readonly Document[];
}

function idOf(policy: Policy, about: string): string | undefined {
  return about.startsWith(`rule ${policy.name}/`)
    ? about.slice(`rule ${policy.name}/`.length)
    : undefined;
}

/** The earlier documents with nothing but rules that a call may meet beside the given ones. */
function besides(
  documents: readonly Document[],
  rules: readonly { readonly policy: Policy; readonly rule: Rule }[],
): readonly Document[] {
  let left = MAX_BESIDE;
  return documents.map((document) => {
    if (document.kind !== "Policy") return document;
    const near = document.rules.filter(
      (rule) =>
        !rules.some((own) => own.rule === rule) &&
        rules.some((own) => mayMeet(own, { policy: document, rule })),
    );
    const kept = near.slice(0, Math.max(0, left));
    left -= kept.length;
    return { ...document, rules: kept };
  });
}

function withRule(
  documents: readonly Document[],
  name: string,
  rule: Rule | undefined,
): readonly Document[] {
  return documents.map((document) =>
    document.kind === "Policy" && document.name === name && rule !== undefined
      ? { ...document, rules: [...document.rules, rule] }
      : document,
  );
}

/**
 * Two small sets that differ in one rule, as it was and as it is, beside those that a call may meet
 * with it. WHY small: a call is looked for in them, and then asked of the whole versions. Undefined
 * where the change is not about one rule.
 */
function variantsOf(
  documents: readonly Document[],
  pair: { readonly before: Policy; readonly after: Policy },
  about: string,
): Variants | undefined {
  const id = idOf(pair.after, about);
  if (id === undefined) return undefined;
  const [old, now] = [
    pair.before.rules.find((rule) => rule.id === id),
    pair.after.rules.find((rule) => rule.id === id),
  ];
  const own = [
    ...(old === undefined ? [] : [{ policy: pair.before, rule: old }]),
    ...(now === undefined ? [] : [{ policy: pair.after, rule: now }]),
  ];
  const shared = besides(documents, own);
  return {
    from: withRule(shared, pair.after.name, old),
    to: withRule(shared, pair.after.name, now),
  };
}

interface Setting {
  readonly before: LoadedSet;
  readonly after: LoadedSet;
  readonly sha256: Sha256;
}

interface Shown {
  readonly question: Question;
  readonly witness: Witness;
}

/**
 * Calls that show what a pair of sets decides otherwise, those that widen first: each is one that
 * both catalogs allow to exist, and is decided by the engine under the whole versions.
 */
function search(pair: Variants, versions: Versions, setting: Setting): readonly Shown[] {
  const compiled = (
    documents: readonly Document[],
  ): { documents: readonly Document[]; set: CompiledSet } => ({
    documents,
    set: compileSet(documents, setting.sha256),
  });
  const exists = (call: Question): boolean =>
    mayExist(versions.before, call) && mayExist(versions.after, call);
  const found = compareSets(compiled(pair.from), compiled(pair.to), { ...EFFORT, exists });
  return [found.widens, found.narrows].flatMap((answer): readonly Shown[] => {
    const witness = answer.kind === "yes" ? askBoth(versions, answer.witness) : undefined;
    return answer.kind !== "yes" || witness === undefined
      ? []
      : [{ question: answer.witness, witness }];
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
  moves: ["widened", "narrowed", "other"],
  narrows: ["narrowed"],
  none: [],
};

function witnessOf(change: Change, document: DocumentChange, setting: Setting): Shown | undefined {
  const { before, after } = document;
  if (before?.kind !== "Policy" || after?.kind !== "Policy") return undefined;
  const variants = variantsOf(setting.before.documents, { before, after }, change.about);
  const found =
    variants === undefined
      ? []
      : search(variants, { before: setting.before.set, after: setting.after.set }, setting);
  const classes = SHOWN_BY[effectOf(change.verdict)];
  const fitting = classes.flatMap((one) => found.filter(({ witness }) => witness.class === one));
  return fitting[0];
}

interface Told {
  readonly changes: readonly DiffChange[];
  readonly shown: readonly Shown[];
}

function tell(documents: readonly DocumentChange[], setting: Setting): Told {
  const shown: Shown[] = [];
  let searched = 0;
  const changes = documents.flatMap((document) =>
    document.changes.map((change): DiffChange => {
      const found =
        change.verdict.moves && searched++ < MAX_SEARCHED
          ? witnessOf(change, document, setting)
          : undefined;
      if (found !== undefined) shown.push(found);
      return {
        document: { kind: document.kind, name: document.name },
        about: change.about,
        sentence: change.sentence,
        effect: effectOf(change.verdict),
        before: change.before ?? null,
        after: change.after ?? null,
        witness: found?.witness ?? null,
      };
    }),
  );
  return { changes, shown };
}

const RANK: readonly DiffChange["effect"][] = [
  "widens",
  "both",
  "unknown",
  "moves",
  "narrows",
  "none",
];

/**
 * The part of `diff` that two sets decide: what changed, what may widen first, and calls that show
 * it.
 */
export function diffSets(
  before: LoadedSet,
  after: LoadedSet,
  sha256: Sha256,
): Pick<DiffResult, "changed" | "required" | "outcomes" | "changes"> {
  const documents = compareDocuments(before.documents, after.documents, {
    sha256,
    sourceOf: ruleSources(before.sources, after.sources),
  });
  const changed =
    canonicalDigest(before.documents, sha256) !== canonicalDigest(after.documents, sha256);
  if (!changed && documents.every((document) => !document.changed))
    return { changed: false, required: "none", outcomes: [], changes: [] };
  const setting = { before, after, sha256 };
  const versions = { before: before.set, after: after.set };
  const told = tell(documents, setting);
  const small = before.set.rules.length + after.set.rules.length <= MAX_WHOLE;
  const whole = small
    ? search({ from: before.documents, to: after.documents }, versions, setting)
    : [];
  const questions = [...told.shown, ...whole].map(({ question }) => question);
  return {
    changed,
    required: strictestBump(documents.map((document) => document.required)),
    outcomes: outcomeChanges(versions, questions),
    changes: [...told.changes].sort((a, b) => RANK.indexOf(a.effect) - RANK.indexOf(b.effect)),
  };
}
