import { prepareCall } from "../../engine/prepared-call.ts";
import { COLUMN, entityColumns, type Layout } from "../../trace/columns/layout.ts";
import type { Light, SegmentRows } from "./segment-rows.ts";
import { namesOf, type KeyedSet, type StateKind } from "./state-names.ts";

/** Keys of state that hang on the same columns. */
export interface KeyGroup {
  readonly kinds: ReadonlySet<StateKind>;
  readonly columns: (layout: Layout) => readonly number[];
}

/** All kinds of keys but the session, which is a column itself, and what a condition says. */
export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    kinds: new Set(["subject", "tenant"]),
    columns: (layout) => [...entityColumns(layout, "subject"), COLUMN.delegation],
  },
  { kinds: new Set(["on_behalf_of"]), columns: () => [COLUMN.onBehalfOf] },
];

/** What of a call these keys are read off, beside its subject. */
const LIGHT: Light = { columns: [COLUMN.delegation, COLUMN.onBehalfOf], resource: false };

/**
 * The names under which versions may read or change state for rows of a segment, by keys of one
 * group; rows with the same values share what is made of theirs.
 */
export class RowNames<T> {
  readonly #rows: SegmentRows;
  readonly #versions: readonly KeyedSet[];
  readonly #kinds: KeyGroup["kinds"];
  readonly #columns: readonly number[];
  readonly #make: (names: readonly string[]) => T;
  readonly #known = new Map<number, T>();

  constructor(
    rows: SegmentRows,
    versions: readonly KeyedSet[],
    { kinds, columns }: KeyGroup,
    make: (names: readonly string[]) => T,
  ) {
    this.#rows = rows;
    this.#versions = versions;
    this.#kinds = kinds;
    this.#columns = columns(rows.segment.layout);
    this.#make = make;
  }

  of(row: number): T {
    const { segment, views } = this.#rows;
    if (segment.whole[row] === 1) return this.#make(this.#namesOfEvent(row));
    const place = views.saysOfRecord(row) ? -1 : views.place(this.#columns, row);
    const known = place < 0 ? undefined : this.#known.get(place);
    if (known !== undefined) return known;
    const made = this.#make(this.#namesOf(row, place >= 0));
    if (place >= 0) this.#known.set(place, made);
    return made;
  }

  /** `isLight`: whether the columns tell the names alone. */
  #namesOf(row: number, isLight: boolean): readonly string[] {
    return this.#versions.flatMap((version) =>
      namesOf(
        version,
        isLight ? this.#rows.lightCall(version.set, row, LIGHT) : this.#rows.call(version.set, row),
        this.#kinds,
      ),
    );
  }

  #namesOfEvent(row: number): readonly string[] {
    const { request } = this.#rows.event(row);
    return this.#versions.flatMap((version) =>
      namesOf(version, prepareCall(version.set, request), this.#kinds),
    );
  }
}
