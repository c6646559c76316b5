import { Kept, PairTable } from "../text/pair-table.ts";
import { DAY, dayText } from "../text/time.ts";
import type { CallPlace, CoverageRowPart } from "../documents/report-part.ts";
import { byPlace, isBefore, placeOf } from "../replay/call-place.ts";
import type { ExampleOrder } from "../replay/group-tally.ts";
import type { CoveredCall } from "./call-facts.ts";
import type { Gravity } from "./consequence.ts";
import { byMetric, METRICS, type Verdicts } from "./coverage-tally.ts";
import { STATUSES } from "./gap.ts";
import type { Credentials } from "./credentials.ts";
import { NumberList } from "../text/number-list.ts";

/** Where a call stands in each dimension of design 9.7. */
export interface Dimensions {
  readonly agent: string;
  readonly surface: string;
  readonly server: string;
  readonly action: string;
  /** Null: no class is known, or the tool has no resource (`class` then says which). */
  readonly resourceClass: string | null;
  readonly class: string;
  readonly kind: string;
  readonly day: string;
}

/** Consequential calls that are alike in every dimension and every verdict. */
export interface CoverageRow extends Dimensions {
  readonly verdicts: Verdicts;
  gravity: Gravity;
  /** The first of them. */
  example: CallPlace;
  calls: number;
  /** How many of them have a sound identity but for a credential that others use too. */
  shared: number;
}

/**
 * How many combinations are kept apart; further ones share a row for each combination of verdicts.
 */
const LIMIT = 100_000;
const OTHERS = "(others)";
/** Where the steps to a row start. INVARIANT: it is no number of a step. */
const START = -1;
const NO_DAY = -0x8000_0000;
const REST: Dimensions = {
  agent: OTHERS,
  surface: OTHERS,
  server: OTHERS,
  action: OTHERS,
  resourceClass: null,
  class: OTHERS,
  kind: OTHERS,
  day: OTHERS,
};

/** Where a call came from; `?`: that is not recorded. */
export function surfaceOf({ call }: CoveredCall): string {
  return call.surface ?? "?";
}

function dimensionsOf(
  { caller, deed }: CoveredCall,
  { surface, day }: { readonly surface: string; readonly day: string },
): Dimensions {
  return {
    agent: caller.subject,
    surface,
    server: deed.server,
    action: deed.action,
    resourceClass: deed.resourceClass,
    class: deed.class,
    kind: deed.kind,
    day,
  };
}

function keyOf(at: Dimensions, verdicts: Verdicts): string {
  const { enforcement, policy, identity, classification, oversight, attribution } = verdicts;
  return (
    `${at.agent}\u0000${at.surface}\u0000${at.action}\u0000${at.class}\u0000${at.kind}\u0000` +
    `${at.day}\u0000${enforcement} ${policy} ${identity} ${classification} ${oversight} ` +
    attribution
  );
}

/** Whether a row is of calls that are told apart by verdicts alone. */
export function isRest({ at: [agent, , , action] }: Pick<CoverageRowPart, "at">): boolean {
  return agent === OTHERS && action === OTHERS;
}

function gravityBits({ irreversible, paying, openWorld }: Gravity): number {
  return (irreversible ? 1 : 0) + (paying ? 2 : 0) + (openWorld ? 4 : 0);
}

function gravityIn(bits: number): Gravity {
  return {
    irreversible: (bits & 1) !== 0,
    paying: (bits & 2) !== 0,
    openWorld: (bits & 4) !== 0,
  };
}

function dimensionsIn({ at, resourceClass: known }: CoverageRowPart): Dimensions {
  const [agent = "?", surface = "?", server = "?", action = "?", kind = "?", day = "?"] = at;
  return { agent, surface, server, action, resourceClass: known, class: at[6] ?? "?", kind, day };
}

function dimensionsAt(row: Dimensions): readonly string[] {
  return [row.agent, row.surface, row.server, row.action, row.kind, row.day, row.class];
}

/** The row of a part for calls of further combinations with the same verdicts. */
export function restOf(row: CoverageRowPart): CoverageRowPart {
  return { ...row, at: dimensionsAt(REST), resourceClass: null };
}

/**
 * Counts consequential calls by all dimensions at once, in bounded memory: a row for each
 * combination, and twelve bytes for each change of the credential, so that what a shared one covered
 * can be taken back.
 */
export class CoverageRows {
  readonly #examples: ExampleOrder;
  readonly #rows: CoverageRow[] = [];
  /** By all that tells a row: its place; undefined: no part was merged, so numbers tell the rows. */
  #index: Map<string, number> | undefined;
  /** By the number of verdicts: the place of the row for further combinations, plus one. */
  readonly #rests = new Kept();
  /** Steps by the numbers of what tells a row, and its place plus one where they end. */
  readonly #steps = new PairTable();
  readonly #known = new Kept();
  readonly #surfaces = new Map<string, number>();
  readonly #days = new Map<number, string>();
  /** Credential, row, and how many calls. */
  readonly #used = new NumberList();

  constructor(examples: ExampleOrder) {
    this.#examples = examples;
  }

  add(covered: CoveredCall): void {
    const { verdicts, call } = covered;
    if (verdicts === undefined) return;
    const row = this.#rowOf(covered, verdicts);
    const found = this.#rows[row];
    if (found === undefined) return;
    found.calls++;
    if (this.#examples === "id") {
      const place = placeOf(call);
      if (isBefore(place, found.example)) found.example = place;
    }
    if (verdicts.identity !== "covered") return;
    const { credential } = call;
    if (credential !== undefined) this.#use(credential, row, 1);
  }

  #rowOf(covered: CoveredCall, verdicts: Verdicts): number {
    const { caller, deed, number, call } = covered;
    const surface = surfaceOf(covered);
    const day = call.time === undefined ? NO_DAY : Math.floor(call.time / DAY);
    // WHY in this order: what has few values comes first, so that most steps are shared
    const by = [number, this.#surface(surface), day, deed.number, caller.number];
    // what tells calls apart is unbounded, so no more is kept once no row is
    const isFull = this.#rows.length >= LIMIT;
    const end = isFull ? this.#find(by) : this.#end(by);
    const known = this.#known.get(end);
    if (known > 0) return known - 1;
    if (isFull) return this.#restOf(covered, verdicts);
    const at = dimensionsOf(covered, { surface, day: this.#dayText(day, call.time) });
    const row = this.#row(at, verdicts, covered);
    this.#known.set(end, row + 1);
    return row;
  }

  #restOf(covered: CoveredCall, verdicts: Verdicts): number {
    const known = this.#rests.get(covered.number);
    if (known > 0) return known - 1;
    const row = this.#row(REST, verdicts, covered);
    this.#rests.set(covered.number, row + 1);
    return row;
  }

  #end(by: readonly number[]): number {
    let at = START;
    for (const value of by) at = this.#steps.step(at, value);
    return at;
  }

  /** Where steps end; 0: nowhere. */
  #find(by: readonly number[]): number {
    let at = START;
    for (const value of by) {
      at = this.#steps.find(at, value);
      if (at === 0) return 0;
    }
    return at;
  }

  #surface(name: string): number {
    const known = this.#surfaces.get(name) ?? this.#surfaces.size;
    this.#surfaces.set(name, known);
    return known;
  }

  /** The UTC day of a time. */
  #dayText(day: number, time: number | undefined): string {
    if (time === undefined) return "?";
    const known = this.#days.get(day) ?? dayText(time);
    this.#days.set(day, known);
    return known;
  }

  #use(credential: number, row: number, calls: number): void {
    const last = this.#used.length - 3;
    if (last >= 0 && this.#used.at(last) === credential && this.#used.at(last + 1) === row)
      return this.#used.set(last + 2, this.#used.at(last + 2) + calls);
    for (const value of [credential, row, calls]) this.#used.push(value);
  }

  #row(at: Dimensions, verdicts: Verdicts, { call, deed }: CoveredCall): number {
    const known = this.#index?.get(keyOf(at, verdicts));
    if (known !== undefined) return known;
    const { gravity } = deed;
    return this.#open({ ...at, verdicts, gravity, example: placeOf(call) });
  }

  #open(row: Omit<CoverageRow, "calls" | "shared">): number {
    const place = this.#rows.push({ ...row, calls: 0, shared: 0 }) - 1;
    this.#index?.set(keyOf(row, row.verdicts), place);
    return place;
  }

  #indexed(): Map<string, number> {
    return new Map(this.#rows.map((row, place) => [keyOf(row, row.verdicts), place]));
  }

  part(): readonly CoverageRowPart[] {
    const used = this.#rows.map(() => new Map<number, number>());
    for (let i = 0; i < this.#used.length; i += 3) {
      const calls = used[this.#used.at(i + 1)];
      const credential = this.#used.at(i);
      calls?.set(credential, (calls.get(credential) ?? 0) + this.#used.at(i + 2));
    }
    return this.#rows.map((row, i) => ({
      at: dimensionsAt(row),
      resourceClass: row.resourceClass,
      verdicts: METRICS.map((metric) => STATUSES.indexOf(row.verdicts[metric])),
      gravity: gravityBits(row.gravity),
      example: row.example,
      calls: row.calls,
      credentials: [...(used[i] ?? [])].flat(),
    }));
  }

  /** Adds what another part of the trace counted; `credentials`: the numbers here of the part's. */
  merge(part: readonly CoverageRowPart[], credentials: Uint32Array): void {
    const index = (this.#index ??= this.#indexed());
    for (const theirs of part) {
      const { example } = theirs;
      const gravity = gravityIn(theirs.gravity);
      const verdicts = byMetric(
        (metric) => STATUSES[theirs.verdicts[METRICS.indexOf(metric)] ?? 0] ?? "not counted",
      );
      const at = dimensionsIn(theirs);
      const place =
        index.get(keyOf(at, verdicts)) ?? this.#open({ ...at, verdicts, gravity, example });
      const row = this.#rows[place];
      if (row === undefined) continue;
      row.calls += theirs.calls;
      if (isBefore(example, row.example)) {
        row.example = example;
        row.gravity = gravity;
      }
      for (let i = 0; i < theirs.credentials.length; i += 2)
        this.#use(
          credentials[theirs.credentials[i] ?? 0] ?? 0,
          place,
          theirs.credentials[i + 1] ?? 0,
        );
    }
  }

  get coarse(): boolean {
    return this.#rows.some(({ agent, action }) => agent === OTHERS && action === OTHERS);
  }

  /**
   * The rows in the order of their first calls, with what shared credentials take back; to be asked
   * once, at the end.
   */
  finish(credentials: Credentials): readonly CoverageRow[] {
    for (let i = 0; i < this.#used.length; i += 3) {
      const row = this.#rows[this.#used.at(i + 1)];
      if (row !== undefined && credentials.isShared(this.#used.at(i)))
        row.shared += this.#used.at(i + 2);
    }
    return this.#examples === "place"
      ? this.#rows
      : this.#rows.toSorted((a, b) => byPlace(a.example, b.example));
  }
}

/** What of a row the metrics count. */
export type CountedRow = Pick<CoverageRow, "verdicts" | "calls" | "shared">;

/** How many calls of a row a metric covers, counts, and leaves open. */
export function countsOf(
  row: CountedRow,
  metric: (typeof METRICS)[number],
): { readonly covered: number; readonly total: number } {
  const verdict = row.verdicts[metric];
  if (verdict === "not counted") return { covered: 0, total: 0 };
  if (verdict !== "covered") return { covered: 0, total: row.calls };
  return { covered: metric === "identity" ? row.calls - row.shared : row.calls, total: row.calls };
}
