import fc from "fast-check";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import type { Document } from "../../src/policy/model.ts";
import { writtenNumbers } from "../../src/text/exact-number.ts";
import { edited, picks } from "../replay/edits.ts";
import { added, logged, opened, withRule } from "./added-rules.ts";
import { sha256 } from "./engine-adapter.ts";
import { CONTAINING, DENIED, PARTED, type Kind } from "./dense-kinds.ts";
import { dense, denseOf } from "./dense-worlds.ts";
import { given } from "./entity-kinds.ts";
import { keyable } from "./keyable.ts";
import { likes, withLikes } from "./like-events.ts";
import { lively } from "./lively.ts";
import { scenario, show, type Scenario } from "./scenario.ts";
import { forgetful, stateless } from "./stateless.ts";
import { readingAll, smallEdits, steadyEdits, versionEdits, withEdits } from "./version-edits.ts";
/** How often a candidate is edited: worlds that share a trace cost less to draw. */
const EDITED = 3;
/** How many pairs of versions one drawing gives. */
export const PAIRS = 1 + EDITED;

/** What became known of an event; some cannot be read, which makes the line no event. */
const labelled = fc.constantFrom<object | null | undefined>(
  undefined,
  undefined,
  { incident: true },
  { incident: false },
  { incident: true, note: "x", reviewed: true },
  { incident: null, benign: true },
  { Incident: true },
  {},
  null,
  { incident: "yes" },
  { incident: 1, note: "x" },
);

const seldom = fc.nat(5).map((n) => n === 0);

const anyEdits = fc.record({
  picks,
  edits: versionEdits,
  added: fc.option(added, { freq: 2 }),
  /** Whether it is an edit of the version before, not of the first one. */
  onTop: fc.boolean(),
});

type AnyEdit = typeof anyEdits extends fc.Arbitrary<infer T> ? T : never;

interface DrawnWorld {
  readonly scenario: Scenario;
  /**
   * Whether events stand below others, where they are drawn so; those with parents are seldom walked
   * by columns.
   */
  readonly linked: boolean;
  /** What it is about, in place of what is drawn besides. */
  readonly about?: Partial<Besides>;
}
interface Besides {
  readonly first: readonly number[];
  readonly later: readonly AnyEdit[];
  readonly stateless: boolean;
  readonly forgets: boolean;
  readonly alike: boolean;
  readonly plain: boolean;
  readonly open: string | null;
}

/** Worlds that are about one thing, with all that it takes to show it. */
function about(kind: Kind, besides: Partial<Besides>): fc.Arbitrary<DrawnWorld> {
  return denseOf(kind).map((scenario) => ({
    scenario,
    linked: false,
    about: { open: null, ...besides },
  }));
}
/** Every rule as it was. */
const UNEDITED = [0];

const drawnWorld: fc.Arbitrary<DrawnWorld> = fc.oneof<fc.WeightedArbitrary<DrawnWorld>[]>(
  { weight: 14, arbitrary: dense.map((one) => ({ scenario: one, linked: true })) },
  { weight: 2, arbitrary: fc.record({ scenario: keyable, linked: seldom }) },
  { weight: 4, arbitrary: fc.record({ scenario, linked: seldom }) },
  // calls below calls, and two versions that part by what earlier calls left
  { weight: 4, arbitrary: lively.map((one) => ({ scenario: one, linked: true })) },
  // what few of the others come to by chance
  {
    weight: 3,
    arbitrary: steadyEdits.chain((later) => about(PARTED, { first: UNEDITED, later, alike: true })),
  },
  { weight: 2, arbitrary: about(CONTAINING, { stateless: false, forgets: true }) },
  { weight: 2, arbitrary: about(DENIED, { stateless: false }) },
  { weight: 2, arbitrary: given.chain((kind) => about(kind, { plain: true })) },
);

const drawn = fc.record({
  world: drawnWorld,
  recorded: fc.nat(9),
  /** Whether versions keep no state. */
  stateless: fc.nat(4).map((n) => n < 2),
  /** Whether candidates keep none, though the baseline does. */
  forgets: seldom,
  /** Whether all versions read the same of calls, whatever their rules are. */
  alike: fc.boolean(),
  /**
   * Whether no event says anything of its own record, as in most traces. WHY: then codes of columns
   * alone tell what a row comes to, and texts are compared by number.
   */
  plain: fc.boolean(),
  /**
   * No rule denies, and one allows most calls: then what an edit tells apart are obligations alone,
   * by this condition. Most calls have what it reads.
   */
  open: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    fc.constantFrom(
      "args.amount > 49.0",
      "args.order == '1'",
      "action.name == 'refund'",
      "has(args.order)",
      "subject.id == 'a1'",
    ),
  ),
  /** What is asked for of the trace, and what is joined to it. */
  asked: fc.record({
    filter: fc.oneof(
      fc.constant({ agents: ["a1"] }),
      fc.constant({ agents: ["agent:a1", "human:jane"] }),
      fc.constant({ sessions: ["s1"] }),
      fc.constant({ sample: 0.5 }),
      fc
        .nat(36)
        .map((hours) => ({ since: Date.parse("2026-05-18T00:00:00Z") + hours * 3_600_000 })),
      fc
        .nat(36)
        .map((hours) => ({ until: Date.parse("2026-05-18T00:00:00Z") + hours * 3_600_000 })),
    ),
    labels: fc.array(
      fc.tuple(
        fc.nat(12).map((n) => `e${n}`),
        fc.boolean(),
      ),
      { maxLength: 6 },
    ),
  }),
  /** The labels of events, over and over; none: no event has any. */
  labels: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(labelled, { minLength: 1, maxLength: 9 }) },
  ),
  /** Which neighbours change places. */
  disorder: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    fc.array(fc.nat(20), { maxLength: 4 }),
  ),
  /** Which file each event stands in, over and over; none: all stand in one. */
  split: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(fc.nat(2), { minLength: 1, maxLength: 7 }),
  ),
  first: picks,
  /** WHY small ones apart: what stays of a replay shows after edits of one rule, one by one. */
  later: fc.oneof(
    { weight: 3, arbitrary: fc.array(smallEdits, { minLength: EDITED, maxLength: EDITED }) },
    { weight: 2, arbitrary: fc.array(anyEdits, { minLength: EDITED, maxLength: EDITED }) },
    { weight: 1, arbitrary: steadyEdits },
  ),
  likes,
  options: fc.record({
    history: fc.constantFrom(
      "counterfactual" as const,
      "counterfactual" as const,
      "recorded" as const,
    ),
    approvals: fc.constantFrom(
      "recorded" as const,
      "recorded" as const,
      "granted" as const,
      "refused" as const,
    ),
    idle: fc.constantFrom(undefined, undefined, undefined, 1_800_000, 86_400_000),
  }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** A trace and candidates against one baseline, each an edit of one set. */
export interface WalkWorld {
  readonly files: readonly (readonly string[])[];
  readonly baseline: CompiledSet | undefined;
  readonly candidates: readonly CompiledSet[];
  readonly options: Drawn["options"];
  readonly asked: Drawn["asked"];
  /** As a person reads it. */
  readonly text: string;
}

/** What the lines of events say of them. */
interface Lines {
  /** Below which other one each stands. */
  readonly linked: boolean;
  /** Nothing of their own record. */
  readonly plain: boolean;
}

function lineOf(event: object, { linked, plain }: Lines): string {
  const { time, parent, complete, unrecorded, ...rest } = JSON.parse(JSON.stringify(event)) as {
    readonly time?: number;
    readonly parent?: string;
    readonly complete?: unknown;
    readonly unrecorded?: unknown;
  };
  return writtenNumbers(
    JSON.stringify({
      ...rest,
      ...(plain ? {} : { complete, unrecorded }),
      ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
      ...(linked && parent !== undefined ? { parent } : {}),
    }),
  );
}

function swapped(lines: readonly string[], places: readonly number[]): readonly string[] {
  const all = [...lines];
  for (const place of places)
    if (place + 1 < all.length) all.splice(place, 2, all[place + 1] ?? "", all[place] ?? "");
  return all;
}

function split(
  lines: readonly string[],
  places: readonly number[],
): readonly (readonly string[])[] {
  if (places.length === 0) return [lines];
  const file = (line: number): number => places[line % places.length] ?? 0;
  return [0, 1, 2].map((one) => lines.filter((_, i) => file(i) === one));
}

/** A change that is made to each version. */
type Change = (documents: readonly Document[]) => readonly Document[];

function worldOf(all: Drawn, change: Change): WalkWorld {
  const { world, recorded, likes: made, options, asked, labels, disorder, split: places } = all;
  const { scenario: one, linked, about: besides } = world;
  const { first, later, stateless: without, forgets, alike, plain, open } = { ...all, ...besides };
  const kept = (set: readonly Document[]): readonly Document[] =>
    change(without ? stateless(set) : set);
  const documents = kept(open === null ? one.documents : opened(one.documents));
  const others = alike ? readingAll(documents) : [];
  const compiled = (set: readonly Document[]): CompiledSet =>
    compileSet([...set, ...others], sha256);
  const lines = swapped(
    withLikes(one.events, made).map((event, i) =>
      lineOf({ ...event, labels: labels[i % labels.length] }, { linked: linked || without, plain }),
    ),
    disorder,
  );
  const other = one.second?.documents;
  const versions = [other === undefined || open !== null ? edited(documents, first) : kept(other)];
  for (const edit of later) {
    const from = edit.onTop ? (versions.at(-1) ?? documents) : documents;
    const more = edit.added ?? (open === null ? null : logged(open));
    versions.push(kept(withRule(withEdits(edited(from, edit.picks), edit.edits), more)));
  }
  return {
    files: split(lines, places),
    baseline: recorded < 3 ? undefined : compiled(documents),
    candidates: versions.map((set) => compiled(forgets ? forgetful(set) : set)),
    options,
    asked,
    text: [
      show(one),
      JSON.stringify({
        recorded,
        first,
        later,
        options,
        without,
        forgets,
        alike,
        plain,
        open,
        asked,
      }),
      JSON.stringify(places),
      ...lines,
    ].join("\n"),
  };
}

const same: Change = (documents) => documents;

/**
 * Worlds whose versions are changed as `changes` draws. WHY no bias: small traces and few edits show
 * least, and cost nearly as much.
 */
export function walkWorlds(changes: fc.Arbitrary<Change>): fc.Arbitrary<WalkWorld> {
  return fc.tuple(fc.noBias(drawn), changes).map(([one, change]) => worldOf(one, change));
}

export const walkWorld: fc.Arbitrary<WalkWorld> = fc.noBias(drawn).map((one) => worldOf(one, same));
