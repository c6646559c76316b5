import { prepareCall } from "../../engine/prepared-call.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { member } from "../../request/json.ts";
import { COLUMN, entityColumns, type Layout } from "../../trace/columns/layout.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { NumberList } from "../../trace/number-list.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import type { ReadVersions } from "./versions.ts";
import type { Light, SegmentRows } from "./segment-rows.ts";
import { keyedSet, namesOf, stateKinds, type KeyedSet, type StateKind } from "./state-names.ts";

/** One of the versions, with what its keys are read off. */
interface Seen extends KeyedSet {
  readonly light: Light;
}

/** Keys that hang on the same columns. */
interface Group {
  readonly kinds: ReadonlySet<StateKind>;
  readonly columns: (layout: Layout) => readonly number[];
}

const GROUPS: readonly Group[] = [
  {
    kinds: new Set(["subject", "tenant"]),
    columns: (layout) => [...entityColumns(layout, "subject"), COLUMN.delegation],
  },
  { kinds: new Set(["on_behalf_of"]), columns: () => [COLUMN.onBehalfOf] },
];
/** A group with its columns in one segment, and what is known of its keys by their codes. */
interface GroupKeys {
  readonly kinds: ReadonlySet<StateKind>;
  readonly columns: readonly number[];
  readonly memo: Map<number, readonly number[]>;
}

const READ = [COLUMN.delegation, COLUMN.onBehalfOf];
const MOST_PARTS = 255;

/**
 * Splits a trace into parts that share no state, so that each may be walked by itself: sessions,
 * subjects, persons and tenants that meet in a call are of one part from then on. Which part that
 * is, is settled when one of them is met first.
 */
export class StateParts {
  readonly #versions: readonly Seen[];
  readonly #bySession: boolean;
  readonly #groups: readonly Group[];
  readonly #names = new TextNumbers();
  /** Parts plus one, by the number of a name; 0: not settled. */
  readonly #partOf = new NumberList();
  /** Rows so far, by part. */
  readonly #rows: number[];

  private constructor(sets: readonly CompiledSet[], kinds: ReadonlySet<StateKind>, count: number) {
    this.#versions = sets.map((set) => ({
      ...keyedSet(set),
      light: { columns: READ, resource: false },
    }));
    this.#bySession = kinds.has("session");
    this.#groups = GROUPS.filter((group) => [...group.kinds].some((kind) => kinds.has(kind)));
    this.#rows = new Array<number>(count).fill(0);
  }

  /**
   * Undefined where a version keeps state by what a condition says, or decides for the agents
   * above: then only a whole row tells.
   */
  static of({ baseline, candidate }: ReadVersions, count: number): StateParts | undefined {
    const sets = [...(baseline === undefined ? [] : [baseline.set]), candidate.set];
    const kinds = new Set(sets.flatMap(stateKinds).map(({ by }) => by));
    return kinds.has("condition") ||
      count > MOST_PARTS ||
      sets.some(({ modes }) => modes.length > 0)
      ? undefined
      : new StateParts(sets, kinds, count);
  }

  /**
   * The part of each row; segments come in the order of the trace. Undefined: a call links two
   * parts, or binds approvals, so the trace has to be walked as one.
   */
  parts(rows: SegmentRows): Uint8Array | undefined {
    const { segment } = rows;
    const parts = new Uint8Array(new SharedArrayBuffer(segment.rows));
    const sessions = new Int32Array(segment.dictionaries[COLUMN.session]?.size ?? 1).fill(-1);
    const keys = this.#groups.map(({ kinds, columns }) => ({
      kinds,
      columns: columns(segment.layout),
      memo: new Map<number, readonly number[]>(),
    }));
    for (let row = 0; row < segment.rows; row++) {
      const whole = segment.whole[row] === 1;
      if (whole && bindsApprovals(rows.event(row))) return undefined;
      const names = whole
        ? this.#numbersOf(this.#namesOfEvent(rows.event(row)))
        : this.#othersOf(rows, row, keys);
      const part = this.#join(this.#bySession ? this.#sessionOf(rows, row, sessions) : -1, names);
      if (part < 0) return undefined;
      parts[row] = part;
      this.#rows[part] = (this.#rows[part] ?? 0) + 1;
    }
    return parts;
  }

  /** The number of the row's session; -1: none. */
  #sessionOf(rows: SegmentRows, row: number, sessions: Int32Array): number {
    const code = rows.views.code(COLUMN.session, row);
    if (code === 0) return -1;
    const known = sessions[code] ?? -1;
    return known >= 0
      ? known
      : (sessions[code] = this.#names.ordinal(`session\u0000${rows.session(row) ?? ""}`));
  }

  /** The numbers of the other keys under which the versions may read or change state for a row. */
  #othersOf(rows: SegmentRows, row: number, keys: readonly GroupKeys[]): readonly number[] {
    let all = NONE;
    for (const { kinds, columns, memo } of keys) {
      const place = rows.views.saysOfRecord(row) ? -1 : rows.views.place(columns, row);
      const known = place < 0 ? undefined : memo.get(place);
      const numbers =
        known ??
        this.#numbersOf(
          this.#versions.flatMap((version) =>
            namesOf(
              version,
              place < 0
                ? rows.call(version.set, row)
                : rows.lightCall(version.set, row, version.light),
              kinds,
            ),
          ),
        );
      if (known === undefined && place >= 0) memo.set(place, numbers);
      all = all.length === 0 ? numbers : [...all, ...numbers];
    }
    return all;
  }

  #namesOfEvent({ request }: TraceEvent): readonly string[] {
    return this.#groups.flatMap(({ kinds }) =>
      this.#versions.flatMap((version) =>
        namesOf(version, prepareCall(version.set, request), kinds),
      ),
    );
  }

  #numbersOf(names: readonly string[]): readonly number[] {
    return [...new Set(names.map((name) => this.#names.ordinal(name)))];
  }

  /** The part of a row with these names; -1: they are of several. */
  #join(session: number, others: readonly number[]): number {
    let part = session < 0 ? 0 : this.#partOf.at(session);
    for (const number of others) {
      const other = this.#partOf.at(number);
      if (part === 0) part = other;
      else if (other !== 0 && other !== part) return -1;
    }
    if (part === 0)
      part =
        session < 0 && others.length === 0 ? 1 : this.#rows.indexOf(Math.min(...this.#rows)) + 1;
    if (session >= 0) this.#partOf.set(session, part);
    for (const number of others) this.#partOf.set(number, part);
    return part - 1;
  }
}

const NONE: readonly number[] = [];

/** Approvals are used up across all keys. */
function bindsApprovals({ request }: TraceEvent): boolean {
  return member(request.context, "approvals") !== undefined;
}
