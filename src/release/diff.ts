import { compareSets } from "../analysis/compare-sets.ts";
import type { AssembledSet } from "../engine/assemble.ts";
import { compileSet, type CompiledSet } from "../engine/compile-set.ts";
import { canonicalDigest, type Sha256 } from "../policy/digest.ts";
import type { Document, Policy } from "../policy/model.ts";
import type { Change } from "./change.ts";
import { askBoth, type Question, type Versions } from "./decide-both.ts";
import { outcomeChanges } from "./outcome-changes.ts";
import type { DiffChange, DiffResult, Witness } from "./result.ts";
import { ruleSources } from "./rule-source.ts";
import { strictestBump, type Verdict } from "./verdict.ts";
import { compareDocuments, type DocumentChange } from "./version-check.ts";

/** A set that loaded. */
export type LoadedSet = AssembledSet & { readonly set: CompiledSet };

function effectOf(verdict: Verdict): DiffChange["effect"] {
  if (!verdict.told) return "unknown";
  if (verdict.widens) return verdict.narrows ? "both" : "widens";
  if (verdict.narrows) return "narrows";
  return verdict.moves ? "moves" : "none";
}

/** The earlier policy with one rule as it is in the later; undefined where the change is not about one rule. */
function withRule(before: Policy, after: Policy, about: string): Policy | undefined {
  const id = about.startsWith(`rule ${after.name}/`) ? about.slice(`rule ${after.name}/`.length) : undefined;
  if (id === undefined) return undefined;
  const rule = after.rules.find((one) => one.id === id);
  const rules = before.rules.filter((one) => one.id !== id);
  return { ...before, rules: rule === undefined ? rules : [...rules, rule] };
}

/** How far the search for one witness goes. */
const EFFORT = { branches: 20_000, visits: 200 };
/** Changes for which a witness is looked for, at most. */
const MAX_SEARCHED = 60;

interface Setting {
  readonly before: LoadedSet;
  readonly after: LoadedSet;
  readonly sha256: Sha256;
}

interface Shown {
  readonly question: Question;
  readonly witness: Witness;
}

/** A call that shows what a pair of sets decides otherwise, verified by the engine under the whole versions. */
function search(pair: { readonly from: readonly Document[]; readonly to: readonly Document[] }, versions: Versions, setting: Setting): Shown | undefined {
  const compiled = (documents: readonly Document[]): { documents: readonly Document[]; set: CompiledSet } => ({ documents, set: compileSet(documents, setting.sha256) });
  const found = compareSets(compiled(pair.from), compiled(pair.to), EFFORT);
  for (const answer of [found.widens, found.narrows]) {
    if (answer.kind !== "yes") continue;
    const witness = askBoth(versions, answer.witness);
    if (witness !== undefined) return { question: answer.witness, witness };
  }
  return undefined;
}

function witnessOf(change: Change, document: DocumentChange, setting: Setting): Shown | undefined {
  const { before, after } = document;
  if (!change.verdict.moves || before?.kind !== "Policy" || after?.kind !== "Policy") return undefined;
  const variant = withRule(before, after, change.about);
  if (variant === undefined) return undefined;
  const from = setting.before.documents;
  return search({ from, to: from.map((one) => (one === before ? variant : one)) }, { before: setting.before.set, after: setting.after.set }, setting);
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
      const found = searched++ < MAX_SEARCHED ? witnessOf(change, document, setting) : undefined;
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

const RANK: readonly DiffChange["effect"][] = ["widens", "both", "unknown", "moves", "narrows", "none"];

/** The part of `diff` that two sets decide: what changed, what may widen first, and calls that show it. */
export function diffSets(before: LoadedSet, after: LoadedSet, sha256: Sha256): Pick<DiffResult, "changed" | "required" | "outcomes" | "changes"> {
  const documents = compareDocuments(before.documents, after.documents, { sha256, sourceOf: ruleSources(before.sources, after.sources) });
  const changed = canonicalDigest(before.documents, sha256) !== canonicalDigest(after.documents, sha256);
  if (!changed && documents.every((document) => !document.changed)) return { changed: false, required: "none", outcomes: [], changes: [] };
  const setting = { before, after, sha256 };
  const versions = { before: before.set, after: after.set };
  const told = tell(documents, setting);
  const whole = search({ from: before.documents, to: after.documents }, versions, setting);
  const questions = [...told.shown, ...(whole === undefined ? [] : [whole])].map(({ question }) => question);
  return {
    changed,
    required: strictestBump(documents.map((document) => document.required)),
    outcomes: outcomeChanges(versions, questions),
    changes: [...told.changes].sort((a, b) => RANK.indexOf(a.effect) - RANK.indexOf(b.effect)),
  };
}
