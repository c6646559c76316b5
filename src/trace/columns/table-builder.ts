import { DictionaryBuilder } from "./dictionary.ts";
import { COLUMN, type ColumnSpec } from "./layout.ts";
import { fits, HAS, SAYING } from "./line-scanner.ts";
import { Malformed, Rows, segmentOf } from "./rows.ts";
import type { Segment } from "./segment.ts";
import type { ColumnSource, Shape, TablePlan } from "./table-plan.ts";
import {
  CALL,
  COMPARED,
  decodeLine,
  isTaken,
  keptTexts,
  NAMING,
  VALIDATED,
} from "./unusual-line.ts";

/** The values of one column of a table. */
export interface TableColumn {
  /** By row: how many of the nodes of its path that may be missing are there. */
  readonly levels: Uint8Array;
  /** By row: which of its values it has, where all of its path is there. */
  readonly codes: Uint32Array;
  /** The first so many values are of a dictionary: many rows may have one. */
  readonly words: number;
}

/** The rows of a table, as whoever reads its file gives them. */
export interface TableRows<T> {
  readonly column: (node: T) => TableColumn;
  /** How far the path of a node is there, by row. */
  readonly levels: (node: T) => Uint8Array;
  /** The JSON of a value; undefined: a reader of its line would not take it as it stands. */
  readonly json: (node: T, code: number) => Uint8Array | undefined;
  /** Whether {@link json} would give something. */
  readonly isUsual: (node: T, code: number) => boolean;
  /** Whether that holds for all values of a column, which then need not be read. */
  readonly isSure: (node: T) => boolean;
  /** The JSON of an object that is there; undefined as for {@link json}. */
  readonly object: (node: T, row: number) => Uint8Array | undefined;
  /** The time that a value of `time` says; undefined: it says none. */
  readonly time: (node: T, code: number) => number | undefined;
  /** The line of a row. */
  readonly line: (row: number) => Uint8Array;
  /** Whether some line may be longer than lines are read; asked when all values were. */
  readonly mayBeLong: () => boolean;
}

/** Stands for a value of which only the row's line tells what it is. */
const ODD = 0xffffffff;
const UNSEEN = 0xfffffffe;
const BACKSLASH = 92;
const NOTHING = new Uint8Array(0);

/** Gives values of one column of a segment their codes. */
class ColumnCodes {
  readonly dictionary = new DictionaryBuilder();
  readonly #column: number;
  readonly #depth: number;
  readonly #isPresence: boolean;
  /** Whether a code's value is what a reader of events takes. */
  readonly #taken: Map<number, boolean> | undefined;
  readonly #ended: number[] = [];

  constructor(column: number, { path, keep }: ColumnSpec) {
    this.#column = column;
    this.#depth = path.length;
    this.#isPresence = keep === "presence";
    this.#taken = VALIDATED.has(column) || COMPARED.has(column) ? new Map() : undefined;
  }

  /** The code of a JSON text at a depth of the path; {@link ODD}: its row is unusual. */
  code(text: Uint8Array | undefined, depth: number): number {
    if (text === undefined) return ODD;
    if (this.#isPresence) return depth === this.#depth ? 1 : 0;
    if (text.length === 2 && NAMING.has(this.#column)) return 0;
    const code = this.dictionary.intern(text, 0, text.length, depth);
    return this.#taken === undefined || this.#isTaken(this.#taken, code, text) ? code : ODD;
  }

  #isTaken(taken: Map<number, boolean>, code: number, text: Uint8Array): boolean {
    const known = taken.get(code);
    if (known !== undefined) return known;
    const column = this.#column;
    const told =
      !(COMPARED.has(column) && text.includes(BACKSLASH)) &&
      !(VALIDATED.has(column) && !isTaken(column, text));
    taken.set(code, told);
    return told;
  }

  /** The code of a path that an object ended at a depth. */
  ended(depth: number): number {
    if (depth === 0 || this.#column <= COLUMN.id) return 0;
    return (this.#ended[depth] ??= this.dictionary.intern(NOTHING, 0, 0, depth));
  }
}

/** A column of a segment while its rows get their codes. */
interface Filled {
  readonly own: ColumnCodes;
  /** The codes of rows that lack its value, by how much of the way to it they have. */
  readonly missing: readonly number[];
  /** By row. */
  readonly codes: Uint32Array;
}

/** Some consecutive rows of a table on the way to a segment. */
class TableSegment<T extends Shape<T>> {
  readonly #plan: TablePlan<T>;
  readonly #rows: TableRows<T>;
  readonly #from: number;
  readonly #count: number;
  /** By row: whether only its line tells what it is. */
  readonly #odd: Uint8Array;
  readonly #columns: readonly ColumnCodes[];
  readonly #codes: readonly Uint32Array[];
  readonly #has: Uint16Array;
  readonly #times: Float64Array;

  constructor(plan: TablePlan<T>, rows: TableRows<T>, from: number, to: number) {
    const { columns } = plan.layout;
    this.#plan = plan;
    this.#rows = rows;
    this.#from = from;
    this.#count = to - from;
    this.#odd = new Uint8Array(to - from);
    this.#columns = columns.map((spec, column) => new ColumnCodes(column, spec));
    this.#codes = columns.map(() => new Uint32Array(to - from));
    this.#has = new Uint16Array(to - from);
    this.#times = new Float64Array(to - from).fill(NaN);
  }

  segment(): Segment {
    const { sources, kinds, unread, has, time } = this.#plan;
    for (const source of sources) this.#fill(source);
    for (const { node, kind } of kinds) this.#checkKind(node, kind);
    for (const node of unread) this.#check(node, 0);
    for (const { node, bit } of has) this.#note(node, bit);
    if (time !== undefined && time.kind !== "object") this.#readTimes(time);
    this.#judge();
    if (this.#rows.mayBeLong()) this.#odd.fill(1);
    return this.#finish();
  }

  /** By level of a source's last node: how many nodes of the column's path are there. */
  #depths(nodes: readonly T[]): Uint8Array {
    const most = nodes.at(-1)?.level ?? 0;
    return Uint8Array.from(
      { length: most + 1 },
      (_, level) => nodes.filter((node) => node.level <= level).length,
    );
  }

  #fill({ column, nodes, isValue }: ColumnSource<T>): void {
    const [own, codes, node] = [this.#columns[column], this.#codes[column], nodes.at(-1)];
    if (own === undefined || codes === undefined || node === undefined) return;
    const depths = this.#depths(nodes);
    const missing = Array.from(depths, (depth) => own.ended(depth));
    if (!isValue) this.#fillEnded(node, missing, codes);
    else if (node.kind === "object") this.#fillObjects(node, { own, missing, codes }, nodes.length);
    else this.#fillValues(node, { own, missing, codes }, nodes.length);
  }

  /** The way ends at an object that has no such member. */
  #fillEnded(node: T, missing: readonly number[], codes: Uint32Array): void {
    const levels = this.#rows.levels(node);
    for (let row = 0; row < this.#count; row++) {
      const level = Math.min(levels[this.#from + row] ?? 0, node.level);
      codes[row] = missing[level] ?? 0;
    }
  }

  #fillObjects(node: T, { own, missing, codes }: Filled, depth: number): void {
    const levels = this.#rows.levels(node);
    for (let row = 0; row < this.#count; row++) {
      const level = levels[this.#from + row] ?? 0;
      this.#put(
        codes,
        row,
        level < node.level
          ? (missing[level] ?? 0)
          : own.code(this.#rows.object(node, this.#from + row), depth),
      );
    }
  }

  #fillValues(node: T, { own, missing, codes }: Filled, depth: number): void {
    const { levels, codes: places, words } = this.#rows.column(node);
    const known = new Uint32Array(words).fill(UNSEEN);
    for (let row = 0; row < this.#count; row++) {
      const level = levels[this.#from + row] ?? 0;
      if (level !== node.level) {
        codes[row] = missing[level] ?? 0;
        continue;
      }
      const place = places[this.#from + row] ?? 0;
      let code = place < words ? (known[place] ?? UNSEEN) : UNSEEN;
      if (code === UNSEEN) {
        code = own.code(this.#rows.json(node, place), depth);
        if (place < words) known[place] = code;
      }
      this.#put(codes, row, code);
    }
  }

  #put(codes: Uint32Array, row: number, code: number): void {
    if (code === ODD) this.#odd[row] = 1;
    else codes[row] = code;
  }

  #checkKind(node: T, kind: number): void {
    if (node.kind === "json" || node.kind === "map") return this.#check(node, kind);
    const first = { object: "{", text: '"', number: "0", truth: "t", list: "[" }[node.kind];
    if (fits(kind, first.charCodeAt(0))) return;
    const levels = this.#rows.levels(node);
    for (let row = 0; row < this.#count; row++)
      if ((levels[this.#from + row] ?? 0) >= node.level) this.#odd[row] = 1;
  }

  /** Marks the rows of values that a reader of lines would not take; kind 0: of whatever kind. */
  #check(node: T, kind: number): void {
    if (this.#rows.isSure(node)) return;
    const { levels, codes, words } = this.#rows.column(node);
    const known = new Uint8Array(words);
    const isOdd = (code: number): boolean =>
      kind === 0 ? !this.#rows.isUsual(node, code) : !fits(kind, this.#rows.json(node, code)?.[0]);
    for (let row = 0; row < this.#count; row++) {
      if (levels[this.#from + row] !== node.level) continue;
      const code = codes[this.#from + row] ?? 0;
      if (code >= words) {
        if (isOdd(code)) this.#odd[row] = 1;
        continue;
      }
      if (known[code] === 0) known[code] = isOdd(code) ? 2 : 1;
      if (known[code] === 2) this.#odd[row] = 1;
    }
  }

  #note(node: T, bit: number): void {
    const levels = this.#rows.levels(node);
    for (let row = 0; row < this.#count; row++)
      if ((levels[this.#from + row] ?? 0) >= node.level)
        this.#has[row] = (this.#has[row] ?? 0) | bit;
  }

  #readTimes(node: T): void {
    const { levels, codes } = this.#rows.column(node);
    for (let row = 0; row < this.#count; row++) {
      if (levels[this.#from + row] !== node.level) continue;
      const time = this.#rows.time(node, codes[this.#from + row] ?? 0);
      if (time === undefined) this.#odd[row] = 1;
      else this.#times[row] = time;
    }
  }

  /** What a line has to have so that it is an event. */
  #judge(): void {
    const call = this.#columns[COLUMN.type]?.dictionary.intern(CALL, 0, CALL.length, 1) ?? 0;
    const [types, effects] = [this.#codes[COLUMN.type], this.#codes[COLUMN.effect]];
    for (let row = 0; row < this.#count; row++) {
      const has = this.#has[row] ?? 0;
      const type = types?.[row] ?? 0;
      const saysNothing = (has & SAYING) === 0 && (type === 0 || type === call);
      const isUndecided = (has & HAS.decision) !== 0 && (effects?.[row] ?? 0) === 0;
      if (saysNothing || isUndecided) this.#odd[row] = 1;
    }
  }

  #finish(): Segment {
    const rows = new Rows(this.#codes.length);
    rows.reserve(this.#count);
    const malformed = new Malformed();
    for (let row = 0; row < this.#count; row++)
      if (this.#odd[row] === 0) this.#takeUsual(rows, row);
      else this.#takeOdd(rows, row, malformed);
    return segmentOf(rows, {
      layout: this.#plan.layout,
      dictionaries: this.#columns.map(({ dictionary }) => dictionary.freeze()),
      offset: 0,
      bytes: 0,
      lineCount: this.#count,
      malformed,
    });
  }

  #takeUsual(rows: Rows, row: number): void {
    const at = rows.length++;
    for (let column = 0; column < this.#codes.length; column++) {
      const codes = rows.codes[column];
      if (codes !== undefined) codes[at] = this.#codes[column]?.[row] ?? 0;
    }
    rows.times[at] = this.#times[row] ?? NaN;
    rows.has[at] = this.#has[row] ?? 0;
    rows.lines[at] = row;
  }

  /** Reads the line of a row as every reader of traces does. */
  #takeOdd(rows: Rows, row: number, malformed: Malformed): void {
    const event = decodeLine(this.#rows.line(this.#from + row));
    if (event === undefined) return;
    if (typeof event === "string") return malformed.add(row, event);
    const at = rows.length++;
    for (const [column, text] of keptTexts(event, this.#plan.layout)) {
      const codes = rows.codes[column];
      const dictionary = this.#columns[column]?.dictionary;
      if (codes !== undefined) codes[at] = dictionary?.intern(text, 0, text.length, 1) ?? 0;
    }
    rows.times[at] = event.time ?? NaN;
    rows.has[at] = event.request.action === undefined ? 0 : HAS.action;
    rows.whole[at] = 1;
    rows.lines[at] = row;
  }
}

/**
 * The columns of the rows of a table between two of them: the same that a reader of their lines
 * makes.
 */
export function tableSegment<T extends Shape<T>>(
  plan: TablePlan<T>,
  rows: TableRows<T>,
  from: number,
  to: number,
): Segment {
  return new TableSegment(plan, rows, from, to).segment();
}
