import type { Segment } from "../../trace/columns/segment.ts";
import type { HeldLines } from "./line-reader.ts";
import type { PieceFacts } from "./piece-facts.ts";

/** A piece that was read. */
export interface FedPiece {
  /** Its place among all pieces of the trace. */
  readonly index: number;
  readonly file: number;
  /** Whether it is the first one of its file. */
  readonly begins: boolean;
  readonly facts: PieceFacts;
  /** Calls of the piece, where the thread that read it counted it too. */
  readonly calls: number;
  /** Undefined: the thread that read it counted it. */
  readonly segment: Segment | undefined;
  /** Its lines, where no file has them as they stand. */
  readonly held?: HeldLines;
  /** The bytes of these lines, where they came as such. */
  readonly bytes?: Uint8Array;
}
