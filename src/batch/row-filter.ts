import { isInTime, isOfAgents, isSampled, type FilterOptions } from "../replay/filter.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import { CodeGrid } from "./values/code-grid.ts";
import type { OwnRows, SegmentRows } from "./values/segment-rows.ts";

const [UNKNOWN, YES, NO] = [0, 1, 2];

/** What a filter says of the sessions and the subjects of a segment, each asked once. */
class SegmentFilter {
  readonly #options: FilterOptions;
  readonly #rows: SegmentRows;
  readonly #subjects: CodeGrid;
  readonly #ofSubject: Uint8Array;
  readonly #sampled: Uint8Array;
  readonly #named: Uint8Array;

  constructor(options: FilterOptions, rows: SegmentRows) {
    this.#options = options;
    this.#rows = rows;
    this.#subjects = new CodeGrid(rows.views, [COLUMN.subjectType, COLUMN.subjectId]);
    this.#ofSubject = new Uint8Array(options.agents === undefined ? 0 : this.#subjects.places);
    const sessions = rows.segment.dictionaries[COLUMN.session]?.size ?? 1;
    this.#sampled = new Uint8Array(sessions);
    this.#named = new Uint8Array(sessions);
  }

  walks(row: number): boolean {
    const { sample } = this.#options;
    if (sample === undefined) return true;
    const rows = this.#rows;
    return rows.views.code(COLUMN.session, row) === 0
      ? isSampled(rows.id(row), sample)
      : this.#ofSession(this.#sampled, row, (session) => isSampled(session, sample));
  }

  counts(row: number): boolean {
    const { sessions } = this.#options;
    if (!isInTime(this.#rows.segment.times[row], this.#options)) return false;
    const isNamed =
      sessions === undefined ||
      (this.#rows.views.code(COLUMN.session, row) !== 0 &&
        this.#ofSession(this.#named, row, (session) => sessions.includes(session)));
    return isNamed && this.#isOfAgents(row);
  }

  #ofSession(known: Uint8Array, row: number, holds: (session: string) => boolean): boolean {
    const code = this.#rows.views.code(COLUMN.session, row);
    if (known[code] === UNKNOWN) known[code] = holds(this.#rows.session(row) ?? "") ? YES : NO;
    return known[code] === YES;
  }

  #isOfAgents(row: number): boolean {
    const { agents } = this.#options;
    if (agents === undefined) return true;
    const rows = this.#rows;
    if (rows.segment.whole[row] === 1) return isOfAgents(rows.event(row).request.subject, agents);
    const place = rows.views.code(COLUMN.subjectRest, row) === 0 ? this.#subjects.at(row) : -1;
    const known = place < 0 ? UNKNOWN : this.#ofSubject[place];
    if (known !== undefined && known !== UNKNOWN) return known === YES;
    const found = isOfAgents(rows.views.entity("subject", row), agents);
    if (place >= 0) this.#ofSubject[place] = found ? YES : NO;
    return found;
  }
}

/**
 * Tells which rows are walked and which are counted. A sample leaves whole sessions unwalked; every
 * other filter only leaves calls uncounted, so that what they did to later calls still holds.
 */
export class RowFilter {
  readonly #options: FilterOptions;
  /** How many calls were left out so far. */
  leftOut = 0;

  constructor(options: FilterOptions) {
    this.#options = options;
  }

  /** Notes which rows of a segment (`own`: of a part of it) count, and gives those that are walked. */
  choose(rows: SegmentRows, own: OwnRows | undefined): OwnRows {
    const filter = new SegmentFilter(this.#options, rows);
    const parts = own?.parts.slice() ?? new Uint8Array(rows.segment.rows);
    const counted = new Uint8Array(rows.segment.rows);
    const part = own?.part ?? 0;
    for (let row = 0; row < counted.length; row++) {
      if (parts[row] !== part) continue;
      const walks = filter.walks(row);
      if (!walks) parts[row] = NOBODYS;
      else if (filter.counts(row)) counted[row] = 1;
      if (counted[row] === 0 && rows.type(row) === "call") this.leftOut++;
    }
    rows.counted = counted;
    return { parts, part };
  }
}

/** The part of rows that nobody walks. INVARIANT: no part has this number. */
const NOBODYS = 255;
