import type { CompiledSet } from "../../engine/compile-set.ts";
import { member } from "../../request/json.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { NumberList } from "../../text/number-list.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import type { ReadVersions } from "./versions.ts";
import { KEY_GROUPS, RowNames, type KeyGroup } from "./row-names.ts";
import type { SegmentRows } from "./segment-rows.ts";
import { keyedSet, stateKinds, type KeyedSet, type StateKind } from "./state-names.ts";

const MOST_PARTS = 255;

/**
 * Splits a trace into parts that share no state, so that each may be walked by itself: sessions,
 * subjects, persons and tenants that meet in a call are of one part from then on. Which part that
 * is, is settled when one of them is met first.
 */
export class StateParts {
  readonly #versions: readonly KeyedSet[];
  readonly #bySession: boolean;
  readonly #groups: readonly KeyGroup[];
  readonly #names = new TextNumbers();
  /** Parts plus one, by the number of a name; 0: not settled. */
  readonly #partOf = new NumberList();
  /** Rows so far, by part. */
  readonly #rows: number[];

  private constructor(sets: readonly CompiledSet[], kinds: ReadonlySet<StateKind>, count: number) {
    this.#versions = sets.map(keyedSet);
    this.#bySession = kinds.has("session");
    this.#groups = KEY_GROUPS.filter((group) => [...group.kinds].some((kind) => kinds.has(kind)));
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
    const keys = this.#groups.map(
      (group) => new RowNames(rows, this.#versions, group, (names) => this.#numbersOf(names)),
    );
    for (let row = 0; row < segment.rows; row++) {
      if (segment.whole[row] === 1 && bindsApprovals(rows.event(row))) return undefined;
      const names = othersOf(row, keys);
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

/** The numbers of the other keys under which the versions may read or change state for a row. */
function othersOf(row: number, keys: readonly RowNames<readonly number[]>[]): readonly number[] {
  let all = NONE;
  for (const names of keys) {
    const numbers = names.of(row);
    all = all.length === 0 ? numbers : [...all, ...numbers];
  }
  return all;
}

/** Approvals are used up across all keys. */
function bindsApprovals({ request }: TraceEvent): boolean {
  return member(request.context, "approvals") !== undefined;
}
