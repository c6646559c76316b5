import type { TraceError } from "../../diagnostics/trace-error.ts";
import { mergeFiles } from "../../trace/merge.ts";
import { eventTooLate, FileOrder, type Stretch } from "../../trace/order.ts";
import type { FedPiece } from "./fed-piece.ts";
import type { LineReader } from "./line-reader.ts";
import type { LoggedPiece, PieceLog } from "./piece-log.ts";
import type { WalkedPiece } from "./piece-walk.ts";

/** A piece whose rows are put in the order of the trace. */
export interface OrderedPiece extends WalkedPiece {
  readonly times: Float64Array;
  readonly logged: LoggedPiece;
}

/** What puts the rows of a trace in order. */
export interface Ordering {
  /** How many later events may come before one (`--reorder`). */
  readonly reorder: number;
  readonly names: readonly string[];
  readonly log: PieceLog;
  readonly lines: LineReader;
  /** Takes what a piece tells of itself. */
  readonly note: (fed: FedPiece) => LoggedPiece;
  /** Given each piece before any of its rows comes. */
  readonly take: (piece: OrderedPiece) => void;
}

/**
 * The rows of all files in the order of design 5.4, each with its piece. Disorder beyond what is
 * allowed is a `TraceError`.
 */
export async function* rowsInOrder(
  files: readonly AsyncGenerator<FedPiece>[],
  ordering: Ordering,
): AsyncGenerator<readonly Stretch<OrderedPiece>[]> {
  const merged = mergeFiles(files.map((pieces) => fileInOrder(pieces, ordering)));
  for await (const stretches of merged) {
    for (const { rows, from, to } of stretches) ordering.log.noteIds(rows.logged, from, to);
    yield stretches;
  }
}

async function* fileInOrder(
  pieces: AsyncGenerator<FedPiece>,
  ordering: Ordering,
): AsyncGenerator<readonly Stretch<OrderedPiece>[]> {
  const order = new FileOrder<OrderedPiece>(ordering.reorder, (piece, row) =>
    tooLate(piece, row, ordering),
  );
  for await (const fed of pieces) {
    const piece = { ...walkedOf(fed), logged: ordering.note(fed), times: fed.facts.times };
    ordering.take(piece);
    yield order.push(piece);
  }
  ordering.log.report.reordered += order.reordered;
  yield order.end();
}

function walkedOf({ index, file, segment, held }: FedPiece): WalkedPiece {
  if (segment === undefined) throw new Error("a piece was walked before its turn");
  return { index, file, segment, held };
}

function tooLate(
  piece: OrderedPiece,
  row: number,
  { lines, names, reorder }: Ordering,
): TraceError {
  const { file, segment, logged } = piece;
  const { id } = lines.event(piece, row);
  const line = logged.before + (segment.lines[row] ?? 0) + 1;
  return eventTooLate({ file: names[file] ?? "", line, id }, reorder);
}

/** The same as numbers, which cost threads little: piece, from which row, up to which. */
export function numbersOf(stretches: readonly Stretch<OrderedPiece>[]): Uint32Array {
  const numbers = new Uint32Array(3 * stretches.length);
  stretches.forEach(({ rows: { index }, from, to }, i) => numbers.set([index, from, to], 3 * i));
  return numbers;
}

/** The times of a piece that is walked elsewhere. */
export interface TimedPiece {
  readonly index: number;
  readonly times: Float64Array;
}

/** The pieces of which all rows came, told as stretches come. */
export class PassedPieces<T extends TimedPiece> {
  /** By piece: how many of its rows are still to come. */
  readonly #left = new Map<number, number>();

  /** Those that are done with these stretches. */
  doneWith(stretches: readonly Stretch<T>[]): readonly T[] {
    return stretches.flatMap(({ rows, from, to }) => {
      const left = (this.#left.get(rows.index) ?? rows.times.length) - (to - from);
      if (left > 0) this.#left.set(rows.index, left);
      else this.#left.delete(rows.index);
      return left === 0 ? [rows] : [];
    });
  }
}

/** Whether the rows of a trace come as they are to be taken, told as pieces come file by file. */
export class OrderCheck {
  #latest = -Infinity;
  isInOrder = true;
  /** Whether every row has a time. */
  isTimed = true;

  /** `begins`: whether the rows are the first ones of their file. */
  take(times: Float64Array, begins: boolean): void {
    // before the first time of a file nothing orders its events but that they come first of all
    if (begins && Number.isNaN(times[0] ?? 0) && this.#latest > -Infinity) this.isInOrder = false;
    for (const time of times) {
      if (Number.isNaN(time)) this.isTimed = false;
      else if (time < this.#latest) this.isInOrder = false;
      else this.#latest = time;
    }
  }
}
