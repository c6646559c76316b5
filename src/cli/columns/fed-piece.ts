import type { Segment } from "../../trace/columns/segment.ts";
import type { StoredSegment } from "./index-file.ts";
import type { PieceFacts } from "./piece-facts.ts";
import type { Task } from "./tasks.ts";

/** A piece that was read. */
export interface FedPiece {
  readonly task: Task;
  readonly facts: PieceFacts;
  /**
   * Calls of the piece, where the thread that read it counted it too; then there is nothing to
   * walk.
   */
  readonly calls: number;
  readonly keyed: { readonly segment: Segment; readonly keys: Uint32Array } | undefined;
  readonly encoded: StoredSegment | undefined;
  /** The keys that go into an index with it. */
  readonly stored: Uint32Array | undefined;
}
