import type { RowNumbers } from "./batch-row.ts";

/** What a call names, by numbers that mean the same over all pieces. */
interface CallNames {
  readonly subject: number;
  readonly tool: number;
  readonly resource: number;
  /** Where its credential stands. */
  readonly place: number;
}

/** What is not known of a row. INVARIANT: no number of a subject, tool, resource or place. */
export const NOT_NOTED = -2;

/** By row, what no edit of the candidate's rules changes of calls that hang on others. */
export interface MetCalls {
  /** The number of the baseline's decision; 0: it is not known. */
  readonly before: Int32Array;
  /** The number by which coverage counts the call, but for what is decided; 0: it is not known. */
  readonly counted: Int32Array;
  /** The number of what the catalog contradicts of the call, above 0; 0: it is not known. */
  readonly wrong: Int32Array;
}

/** How the calls of one piece of a trace count, row by row. */
export class KeptPiece implements RowNumbers {
  /**
   * The cell in which the call stands with all calls that count alike, above 0. 0: the row is
   * decided anew each time. Below 0: its cell is not known, but rows of one number
   * stand in one cell, and are of one tool.
   */
  readonly cell: Int32Array;
  readonly subject: Int32Array;
  readonly tool: Int32Array;
  readonly resource: Int32Array;
  readonly place: Int32Array;
  #met: MetCalls | undefined;

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

  /** What stays of calls that are decided anew each time, since they hang on others. */
  get met(): MetCalls {
    return (this.#met ??= {
      before: new Int32Array(this.cell.length),
      counted: new Int32Array(this.cell.length),
      wrong: new Int32Array(this.cell.length),
    });
  }

  /** Whether most rows are decided anew. */
  get isMostlyOpen(): boolean {
    let open = 0;
    for (const cell of this.cell) if (cell === 0) open++;
    return 2 * open > this.cell.length;
  }

  /** WHY the tool: each is of one action. */
  get action(): Int32Array {
    return this.tool;
  }

  /** Forgets the numbers of resources: an edited rule may tell apart what none did before. */
  forgetResources(): void {
    this.resource.fill(NOT_NOTED);
  }

  /** Notes what does not hang on how a call is decided. */
  name(at: number, { subject, tool, resource, place }: CallNames): void {
    this.subject[at] = subject;
    this.tool[at] = tool;
    this.resource[at] = resource;
    this.place[at] = place;
  }
}

/** By row: the number of its kind, above 0; 0: it has none. */
export type RowKinds = Uint8Array | Uint16Array | Uint32Array;
