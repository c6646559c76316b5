import { compileSet, type CompiledSet } from "../engine/compile-set.ts";
import { canonicalCatalogs } from "../policy/canonical-catalog.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { canonicalDigest, documentDigest, type Sha256 } from "../policy/digest.ts";
import type { Catalog, Document, Invariant, Policy } from "../policy/model.ts";
import type { Change } from "./change.ts";
import { unreviewedGrowth } from "./compare-agents.ts";
import { compareCatalogs } from "./compare-catalogs.ts";
import { compareInvariants } from "./compare-invariants.ts";
import { compareRules, type RuleStep } from "./compare-policies.ts";
import { comparePolicy, type DocumentVerdict, type SourceOf } from "./policy-changes.ts";
import { underLaterNames } from "./renamed-policies.ts";
import type { DocumentCheck, VersionCheckResult } from "../documents/version-result.ts";
import { bumpBetween, compareVersions } from "./semver.ts";
import {
  bumpOf,
  CANNOT_TELL,
  joinVerdicts,
  NOTHING_MOVES,
  strictestBump,
  suffices,
  verdictWords,
} from "./verdict.ts";
import { type Bump } from "../documents/version-result.ts";

type Versioned = Policy | Catalog | Invariant;

/** One document in two versions, with everything that changed in it. */
export interface DocumentChange {
  readonly kind: Versioned["kind"];
  readonly name: string;
  /** What a policy was called that only got another name; `before` has the name of now. */
  readonly earlierName?: string;
  readonly before: Versioned | undefined;
  readonly after: Versioned | undefined;
  readonly changed: boolean;
  readonly changes: readonly Change[];
  readonly required: Bump;
}

function versioned(documents: readonly Document[]): readonly Versioned[] {
  return documents.filter((document) => document.kind !== "Suite");
}

function keyOf({ kind, name }: Versioned): string {
  return `${kind}\u0000${name}`;
}

interface Slot {
  readonly before: Versioned | undefined;
  readonly after: Versioned | undefined;
}

/** Policies first: what a catalog's change can do is asked of the policies as they will be. */
function slotsOf(before: readonly Document[], after: readonly Document[]): readonly Slot[] {
  const [old, now] = [
    new Map(versioned(before).map((one) => [keyOf(one), one])),
    new Map(versioned(after).map((one) => [keyOf(one), one])),
  ];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort().reverse();
  return keys.map((key) => ({ before: old.get(key), after: now.get(key) }));
}

function policiesOf(documents: readonly Document[]): readonly Policy[] {
  return documents.filter((document) => document.kind === "Policy");
}

function swapped(documents: readonly Document[], slot: Slot): readonly Document[] {
  const kept = documents.filter((document) => document !== slot.before);
  return slot.after === undefined ? kept : [...kept, slot.after];
}

/** Two versions of a set, and what changed between the rules of all its policies. */
interface Sets {
  readonly before: readonly Document[];
  readonly after: readonly Document[];
  readonly steps: readonly RuleStep[];
}

function sharedCatalogs(
  before: readonly Document[],
  after: readonly Document[],
  sha256: Sha256,
): CompiledSet | undefined {
  const [old, now] = [before, after].map((documents) =>
    documents.filter((document) => document.kind === "Catalog"),
  );
  return old !== undefined &&
    now !== undefined &&
    canonicalJson(canonicalCatalogs(old)) === canonicalJson(canonicalCatalogs(now))
    ? compileSet(old, sha256)
    : undefined;
}

function changesOf(slot: Slot, sets: Sets, sourceOf: SourceOf): DocumentVerdict {
  const { before, after } = slot;
  if ((before ?? after)?.kind === "Catalog") {
    const changes = compareCatalogs(sets);
    return { changes, verdict: joinVerdicts(changes.map((change) => change.verdict)) };
  }
  if ((before ?? after)?.kind === "Invariant") {
    const changes = compareInvariants(
      before?.kind === "Invariant" ? before : undefined,
      after?.kind === "Invariant" ? after : undefined,
    );
    return { changes, verdict: joinVerdicts(changes.map((change) => change.verdict)) };
  }
  return comparePolicy(
    {
      before: before?.kind === "Policy" ? before : undefined,
      after: after?.kind === "Policy" ? after : undefined,
      setBefore: policiesOf(sets.before),
      setAfter: policiesOf(sets.after),
      steps: sets.steps,
    },
    sourceOf,
  );
}

const SAME: DocumentVerdict = { changes: [], verdict: NOTHING_MOVES };

function compareSlot(
  slot: Slot,
  sets: Sets,
  with_: { readonly sha256: Sha256; readonly sourceOf: SourceOf },
): DocumentChange {
  const any = slot.before ?? slot.after;
  const digest = (document: Versioned | undefined): string | undefined =>
    document === undefined ? undefined : documentDigest(document, with_.sha256);
  const changed = digest(slot.before) !== digest(slot.after);
  const { changes, verdict } = changed ? changesOf(slot, sets, with_.sourceOf) : SAME;
  // a digest that changed for a reason that no comparison saw moves whatever it may
  const unseen =
    changed && changes.length === 0 && slot.before !== undefined && slot.after !== undefined;
  return {
    kind: any?.kind ?? "Policy",
    name: any?.name ?? "",
    ...slot,
    changed,
    changes,
    required: changed ? bumpOf(unseen ? CANNOT_TELL : verdict) : "none",
  };
}

/** A policy under another name: that stands before all that changed in it besides. */
function withEarlierName(change: DocumentChange, earlierName: string): DocumentChange {
  return {
    ...change,
    earlierName,
    changed: true,
    changes: [
      {
        about: `policy ${change.name}`,
        sentence: `policy \`${earlierName}\` is now called \`${change.name}\``,
        verdict: NOTHING_MOVES,
      },
      ...change.changes,
    ],
    required: strictestBump([change.required, bumpOf(NOTHING_MOVES)]),
  };
}

/**
 * What changed between two policy sets, document by document. The rules of all policies are judged
 * together; of a catalog, and of what a policy declares besides its rules, the change is judged in
 * the set with the documents before it changed already and those behind it not yet. So all documents
 * together widen only where one of them does.
 */
export function compareDocuments(
  before: readonly Document[],
  after: readonly Document[],
  with_: { readonly sha256: Sha256; readonly sourceOf?: SourceOf },
): readonly DocumentChange[] {
  const { documents: old, earlier } = underLaterNames(before, after);
  const steps = compareRules(
    policiesOf(old),
    policiesOf(after),
    sharedCatalogs(old, after, with_.sha256),
  );
  let current: readonly Document[] = versioned(old);
  const found = slotsOf(old, after).map((slot) => {
    const next = swapped(current, slot);
    const change = compareSlot(
      slot,
      { before: current, after: next, steps },
      { sha256: with_.sha256, sourceOf: with_.sourceOf ?? (() => undefined) },
    );
    current = next;
    const name = change.kind === "Policy" ? earlier.get(change.name) : undefined;
    return name === undefined ? change : withEarlierName(change, name);
  });
  return found.sort((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));
}

/** What may widen first, then what narrows: where not all is shown, it is what is shown. */
function rankOf({ verdict: { widens, narrows, moves } }: Change): number {
  return [widens, narrows, moves, true].indexOf(true);
}

function wordsOf({ verdict, together = [] }: Change): string {
  const { widens, narrows, moves } = verdict;
  return moves && !widens && !narrows && together.length > 0
    ? "this is part of other changes"
    : verdictWords(verdict);
}

function checkOf(change: DocumentChange): DocumentCheck {
  const { kind, name, changed, required } = change;
  const isRenamed = change.earlierName !== undefined;
  // under its new name a document has no earlier version
  const from = isRenamed ? null : (change.before?.version ?? null);
  const to = change.after?.version ?? null;
  const why = change.changes
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((one) => `${one.sentence} (${wordsOf(one)})`);
  if (from === null || to === null)
    return {
      kind,
      name,
      changed,
      declared: { from, to },
      required,
      ok: true,
      why: [
        ...(to === null ? ["the document was removed"] : isRenamed ? [] : ["the document is new"]),
        ...why,
      ],
    };
  const back = compareVersions(from, to) > 0;
  const declared = bumpBetween(from, to);
  const ok = !back && suffices(declared, required);
  const failing = back
    ? [`the version is lowered from ${from} to ${to}`]
    : ok
      ? []
      : [
          declared === "none"
            ? `the version is still ${from}`
            : `from ${from} to ${to} is a ${declared} bump, but a ${required} bump is needed`,
        ];
  return { kind, name, changed, declared: { from, to }, required, ok, why: [...failing, ...why] };
}

/** The part of `version check` that documents decide; the command adds where they come from. */
export function checkVersions(
  before: readonly Document[],
  after: readonly Document[],
  sha256: Sha256,
): Pick<VersionCheckResult, "changed" | "required" | "ok" | "documents" | "notes"> {
  const documents = compareDocuments(before, after, { sha256 }).map(checkOf);
  return {
    changed:
      canonicalDigest(before, sha256) !== canonicalDigest(after, sha256) ||
      documents.some((document) => document.changed),
    required: strictestBump(documents.map((document) => document.required)),
    ok: documents.every((document) => document.ok),
    documents,
    notes: unreviewedGrowth(before, after),
  };
}
