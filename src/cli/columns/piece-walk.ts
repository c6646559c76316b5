import { BatchWalk } from "../../batch/batch-walk.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import type { Tallies } from "../../coverage/trace-part.ts";
import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import { KeyedWalk, type KeyedOptions, type KeyedSink } from "../../replay/columns/keyed-walk.ts";
import { SegmentRows, type OwnRows, type RowContext } from "../../replay/columns/segment-rows.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { CallResult } from "../../replay/walk.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { LineReader } from "./line-reader.ts";
import { NotByColumns } from "./not-by-columns.ts";

/** INVARIANT: no piece has so many rows. */
const PIECE_ROWS = 2 ** 25;

/** A piece with the keys of its rows: which it is of the trace, and of which file. */
export interface WalkedPiece {
  readonly index: number;
  readonly file: number;
  readonly segment: Segment;
  readonly keys: Uint32Array;
}

/** Counts pieces of a trace under both versions, in the order of the trace. */
export class PieceWalk {
  readonly #tally = new ReplayTally();
  readonly #coverage: CoverageTally;
  readonly #walk: KeyedWalk;
  /** Undefined: rows have keys. */
  readonly #batch: BatchWalk | undefined;
  readonly #lines: LineReader;
  readonly #log: ((result: CallResult, id: string) => void) | undefined;
  #file = 0;

  constructor(
    versions: KeyedVersions,
    options: KeyedOptions,
    of: {
      readonly keyless: boolean;
      /** Whether calls stand below others. */
      readonly linked: boolean;
      readonly lines: LineReader;
      readonly log?: ((result: CallResult, id: string) => void) | undefined;
    },
  ) {
    this.#coverage = new CoverageTally({
      baseline: versions.baseline?.set,
      candidate: versions.candidate.set,
    });
    this.#lines = of.lines;
    this.#log = of.log;
    this.#walk = new KeyedWalk(versions, options, {
      sink: this.#sink(),
      sessions: this.#tally.sessions,
    });
    if (!of.keyless) return;
    this.#batch = new BatchWalk(
      versions,
      { ...options, linked: of.linked },
      { tally: this.#tally, coverage: this.#coverage, log: of.log },
    );
  }

  get calls(): number {
    return this.#tally.trace.calls;
  }

  /** Whether a call was found under an invocation that is stopped. */
  get cuts(): boolean {
    return this.#walk.cuts;
  }

  /** `own`: only these rows. */
  take({ index, file, segment, keys }: WalkedPiece, own?: OwnRows): void {
    this.#file = file;
    const rows = new SegmentRows(segment, this.#context, { first: index * PIECE_ROWS });
    if (this.#batch === undefined) return this.#walk.walk(rows, keys, own);
    const why = this.#batch.walk(rows, own);
    if (why !== undefined) throw new NotByColumns(why);
  }

  /** What was counted; no piece may come after. */
  finish(): Tallies {
    this.#walk.finish();
    this.#batch?.finish();
    const kept = this.#batch?.sessions ?? this.#walk;
    return {
      tally: this.#tally,
      coverage: this.#coverage,
      keylessWrites: kept.keylessWrites,
      forgotten: kept.forgotten,
      handed: new Map(this.#batch?.handed),
      kinds: this.#batch?.kinds ?? this.#walk.kinds,
    };
  }

  readonly #context: RowContext = {
    sessions: this.#tally.sessions,
    credential: (request) => this.#coverage.credentials.note(request),
    readEvent: (segment, row) => this.#lines.event(this.#file, segment, row),
  };

  #sink(): KeyedSink {
    const [tally, coverage, log] = [this.#tally, this.#coverage, this.#log];
    return {
      count: (result, calls) => {
        tally.count(result, calls);
        coverage.count(result, calls);
      },
      isMarked: (result: CallResult) => log !== undefined || tally.isMarked(result),
      mark: (result, facts) => {
        tally.mark(result, facts);
        log?.(result, facts.id());
      },
      credits: (result) => coverage.credits(result),
      credited: (credits, credential, calls) => coverage.credited(credits, credential, calls),
      events: (counts) => tally.trace.addCounts(counts),
    };
  }
}
