import { BatchWalk } from "../../batch/batch-walk.ts";
import type { SessionOptions } from "../../batch/session-walk.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { Tallies } from "../../coverage/trace-part.ts";
import { SegmentRows, type OwnRows, type RowContext } from "../../batch/values/segment-rows.ts";
import type { ReadVersions } from "../../batch/values/versions.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { CallResult } from "../../replay/walk.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { LineReader } from "./line-reader.ts";
import { NotByColumns } from "./not-by-columns.ts";

/** INVARIANT: no piece has so many rows. */
const PIECE_ROWS = 2 ** 25;

/** A piece: which it is of the trace, and of which file. */
export interface WalkedPiece {
  readonly index: number;
  readonly file: number;
  readonly segment: Segment;
}

/** Counts pieces of a trace under both versions, in the order of the trace. */
export class PieceWalk {
  readonly #tally = new ReplayTally();
  readonly #coverage: CoverageTally;
  readonly #walk: BatchWalk;
  readonly #lines: LineReader;
  #file = 0;

  constructor(
    versions: ReadVersions,
    options: SessionOptions,
    of: {
      readonly lines: LineReader;
      readonly log?: ((result: CallResult, id: string) => void) | undefined;
    },
  ) {
    this.#coverage = new CoverageTally({
      baseline: versions.baseline?.set,
      candidate: versions.candidate.set,
    });
    this.#lines = of.lines;
    this.#walk = new BatchWalk(versions, options, {
      tally: this.#tally,
      coverage: this.#coverage,
      log: of.log,
    });
  }

  get calls(): number {
    return this.#tally.trace.calls;
  }

  /** `own`: only these rows. */
  take({ index, file, segment }: WalkedPiece, own?: OwnRows): void {
    this.#file = file;
    const rows = new SegmentRows(segment, this.#context, { first: index * PIECE_ROWS });
    const why = this.#walk.walk(rows, own);
    if (why !== undefined) throw new NotByColumns(why);
  }

  /** What was counted; no piece may come after. */
  finish(): Tallies {
    this.#walk.finish();
    const { sessions, handed, kinds } = this.#walk;
    const { keylessWrites, forgotten } = sessions;
    return {
      tally: this.#tally,
      coverage: this.#coverage,
      keylessWrites,
      forgotten,
      handed: new Map(handed),
      kinds,
    };
  }

  readonly #context: RowContext = {
    sessions: this.#tally.sessions,
    credential: (request) => this.#coverage.credentials.note(request),
    readEvent: (segment, row) => this.#lines.event(this.#file, segment, row),
  };
}
