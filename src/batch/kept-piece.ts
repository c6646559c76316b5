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

/** How the calls of one piece of a trace count, row by row. */
export class KeptPiece implements RowNumbers {
  /** 0: the row is decided anew each time. */
  readonly cell: Int32Array;
  readonly subject: Int32Array;
  readonly tool: Int32Array;
  readonly resource: Int32Array;
  readonly place: Int32Array;

  constructor(rows: number) {
    this.cell = new Int32Array(rows);
    this.subject = new Int32Array(rows);
    this.tool = new Int32Array(rows);
    this.resource = new Int32Array(rows);
    this.place = new Int32Array(rows);
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
