import type { RowNumbers } from "./batch-row.ts";

/** How a call counts, by numbers that mean the same over all pieces. */
export interface KeptCall {
  /** The cell in which it stands with all calls that count alike, above 0. */
  readonly cell: number;
  readonly subject: number;
  readonly tool: number;
  readonly resource: number;
  /** Where its credential stands. */
  readonly place: number;
}

/** What is not known of a row. INVARIANT: no number of a subject, tool, resource or place. */
export const NOT_NOTED = -2;

/** How the calls of one piece of a trace count, row by row. */
export class KeptPiece implements RowNumbers {
  /**
   * 0: the row is decided anew each time. Below 0: its cell is not known, but rows of one number
   * stand in one cell, and are of one tool.
   */
  readonly cell: Int32Array;
  readonly subject: Int32Array;
  readonly tool: Int32Array;
  readonly resource: Int32Array;
  readonly place: Int32Array;

  constructor(rows: number) {
    this.cell = new Int32Array(rows);
    this.subject = new Int32Array(rows).fill(NOT_NOTED);
    this.tool = new Int32Array(rows).fill(NOT_NOTED);
    this.resource = new Int32Array(rows).fill(NOT_NOTED);
    this.place = new Int32Array(rows).fill(NOT_NOTED);
  }

  /** Rows of which only their kinds are known; 0: the row has none. */
  static ofKinds(kinds: RowKinds): KeptPiece {
    const piece = new KeptPiece(kinds.length);
    for (let at = 0; at < kinds.length; at++) piece.cell[at] = -(kinds[at] ?? 0);
    return piece;
  }

  /** WHY the tool: there is one for each action. */
  get action(): Int32Array {
    return this.tool;
  }

  note(at: number, { cell, subject, tool, resource, place }: KeptCall): void {
    this.cell[at] = cell;
    this.subject[at] = subject;
    this.tool[at] = tool;
    this.resource[at] = resource;
    this.place[at] = place;
  }
}

/** By row: the number of its kind, above 0; 0: it has none. */
export type RowKinds = Uint8Array | Uint16Array | Uint32Array;
