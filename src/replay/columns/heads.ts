import type { PlanMemo } from "../../engine/plan.ts";
import { matchRule } from "../../engine/compiled-rule.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import type { Row } from "../../engine/row.ts";
import type { Interner } from "./interner.ts";
import { Kept } from "./pair-table.ts";
import { RESOURCE, SUBJECT, type Plan, type Probe } from "./probe-plan.ts";
import type { SetReads } from "./set-reads.ts";
import { TupleTable } from "./tuple-table.ts";

/** Of what the atoms on one column came to, the part that matters to some calls. */
export class OutcomePart {
  readonly #kept: readonly number[];
  readonly #text: Interner;
  /** Numbers plus one, by class. */
  readonly #codes = new Kept();

  /** `kept`: the places of the atoms that matter among those of the column. */
  constructor(kept: readonly number[], text: Interner) {
    this.#kept = kept;
    this.#text = text;
  }

  /** The number of the part of a class. */
  of(outcomes: number): number {
    const known = this.#codes.get(outcomes);
    if (known > 0) return known - 1;
    const all = this.#text.text(outcomes).split("\u0001");
    const code = this.#text.code(this.#kept.map((i) => all[i] ?? "").join("\u0001"));
    this.#codes.set(outcomes, code + 1);
    return code;
  }
}

type Reader = SetReads["rules"][number]["rule"];
/** Of atoms on several columns. */
const JOINT = -1;

/** A column's index with the place of an atom among its own, or of one among the joint ones. */
interface Place {
  readonly index: number;
  readonly at: number;
}

/** What of a call can matter once its subject, action and resource are known. */
export interface Head {
  /** For each column with atoms: the part that matters; undefined: nothing of it. */
  readonly unary: readonly (OutcomePart | undefined)[];
  /** The same without those of which nothing matters, each with its column's index. */
  readonly parts: readonly (readonly [index: number, part: OutcomePart])[];
  /** The atoms on several columns that matter, by index. */
  readonly joint: readonly number[];
}

/** A call of which one version knows subject, action and resource, and nothing else. */
export interface HeadView {
  /** Which of the version's rules may fit a subject and an action. */
  readonly plans: PlanMemo;
  readonly action: IdentifiedAction;
  readonly row: Row;
  /** False where what is not known would read as absent. */
  readonly settled: boolean;
}

/**
 * Heads by the classes of frame, subject, action and resource. A rule that does not fit these, or
 * whose condition they settle, has no say through anything else, so its atoms are left out: a
 * thousand rules make no more keys than the few that can speak.
 */
export class Heads {
  readonly #columns: readonly number[];
  readonly #text: Interner;
  readonly #tuples = new TupleTable(4);
  readonly #heads: Head[] = [];
  readonly #parts = new Map<string, OutcomePart>();
  /** Where the probes that a rule reads stand. */
  readonly #readOf = new Map<Reader, Place[]>();
  /**
   * Rules of which an operand reads an entity and something else at once: what it comes to, the
   * classes of entities do not tell.
   */
  readonly #unsettled: ReadonlySet<Reader>;
  /** Where those stand that every call counts for. */
  readonly #always: readonly Place[];

  constructor(plan: Plan, columns: readonly number[], text: Interner) {
    this.#columns = columns;
    this.#text = text;
    const always: Place[] = [];
    const note = ({ readers }: Probe, place: Place): void => {
      for (const { rule } of readers) {
        const places = rule === undefined ? always : (this.#readOf.get(rule) ?? []);
        places.push(place);
        if (rule !== undefined) this.#readOf.set(rule, places);
      }
    };
    columns.forEach((column, index) =>
      (plan.unary.get(column) ?? []).forEach((probe, at) => note(probe, { index, at })),
    );
    plan.joint.forEach(({ probe }, at) => note(probe, { index: JOINT, at }));
    this.#always = always;
    const joined = plan.joint.filter(
      ({ columns: read }) => read.includes(SUBJECT) || read.includes(RESOURCE),
    );
    this.#unsettled = new Set(
      joined.flatMap(({ probe }) => probe.readers.flatMap(({ rule }) => rule ?? [])),
    );
  }

  /**
   * The head of the tuple whose first four entries are frame, subject, action and resource;
   * undefined: to be added.
   */
  find(tuple: Int32Array): Head | undefined {
    return this.#heads[this.#tuples.intern(tuple)];
  }

  /** Adds the head of a tuple that {@link find} did not know. */
  add(tuple: Int32Array, views: readonly (HeadView | undefined)[]): Head {
    const places = views.flatMap((view) =>
      view === undefined
        ? []
        : openRules(view, this.#unsettled).flatMap((rule) => this.#readOf.get(rule) ?? []),
    );
    const kept = this.#columns.map(() => new Set<number>());
    const joined = new Set<number>();
    for (const { index, at } of [...this.#always, ...places])
      (index === JOINT ? joined : kept[index])?.add(at);
    const sorted = (set: ReadonlySet<number>): readonly number[] => [...set].sort((a, b) => a - b);
    const unary = this.#columns.map((column, index) =>
      this.#part(column, sorted(kept[index] ?? joined)),
    );
    const joint = sorted(joined);
    const parts = unary.flatMap((part, index) =>
      part === undefined ? [] : [[index, part] as const],
    );
    const head = { unary, parts, joint };
    this.#heads[this.#tuples.intern(tuple)] = head;
    return head;
  }

  #part(column: number, kept: readonly number[]): OutcomePart | undefined {
    if (kept.length === 0) return undefined;
    const key = `${column}:${kept.join()}`;
    const part = this.#parts.get(key) ?? new OutcomePart(kept, this.#text);
    this.#parts.set(key, part);
    return part;
  }
}

/** The rules whose say still hangs on arguments, context, time or state. */
function openRules(
  { plans, action, row, settled }: HeadView,
  unsettled: ReadonlySet<Reader>,
): readonly Reader[] {
  return plans.planFor(row, action).flatMap(({ rule, fit }) => {
    if (!settled || unsettled.has(rule)) return [rule];
    const { truth, excepted } = matchRule(rule, row, { fit, action: action.name });
    return typeof truth === "boolean" && !excepted ? [] : [rule];
  });
}
