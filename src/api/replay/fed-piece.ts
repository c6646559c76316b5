import type { Segment } from "../../trace/columns/segment.ts";
import type { StoredSegment } from "./index-file.ts";
import type { PieceFacts } from "./piece-facts.ts";
import type { Task } from "./tasks.ts";

/** A piece that was read. */
export interface FedPiece {
  readonly task: Task;
  readonly facts: PieceFacts;
  /** Calls of the piece, where the thread that read it counted it too. */
  readonly calls: number;
  /** Undefined: the thread that read it counted it. */
  readonly segment: Segment | undefined;
  readonly encoded: StoredSegment | undefined;
}
