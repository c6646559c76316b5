import type { SegmentRows } from "../../batch/values/segment-rows.ts";
import { SEEN_PATHS } from "../../batch/column-call.ts";
import { readVersions } from "../../batch/values/versions.ts";
import type { Tallies } from "../../coverage/trace-part.ts";
import type { EventIds } from "../../engine/event-ids.ts";
import { JoinedLabels } from "../../trace/columns/joined-labels.ts";
import type { ReadReport } from "../../trace/read-report.ts";
import type { FedPiece } from "../replay/fed-piece.ts";
import { LineReader } from "../replay/line-reader.ts";
import { numbersOf, rowsInOrder } from "../replay/ordered-pieces.ts";
import { PieceLog, type LoggedPiece } from "../replay/piece-log.ts";
import { joinLabels, PieceWalk } from "../replay/piece-walk.ts";
import type { ReplayJob } from "../replay/replay-inputs.ts";
import type { Watch } from "../replay/watch.ts";
import { StreamFeed } from "../replay/stream-feed.ts";
import { listLines, type PlaceOf } from "./list-lines.ts";

/** What is told of a part while it is read. */
export interface PartReading {
  /** Told the rows of each piece, before any of them is decided. */
  readonly rows: (rows: SegmentRows) => void;
  /** Told the ids of the events so far, after some more were decided. */
  readonly decided: (ids: EventIds) => void;
  readonly placeOf: PlaceOf;
  /** Who else is told every call. */
  readonly watch?: Watch;
  readonly memory?: PartMemory | undefined;
}

/** What a part's events came to. */
export interface PartCounted {
  readonly tallies: Tallies;
  readonly report: ReadReport;
  /** Which ids the events have. */
  readonly ids: EventIds;
}

/** What is held of a part's calls at a time. */
export interface PartMemory {
  /** How many bytes are read at a time. */
  readonly pieceBytes: number;
  /** How many things are remembered of calls that differ, at some kilobytes each. */
  readonly remembered: number;
}

/** WHY less than a replay holds: many parts are counted on one machine, and each may be a large one. */
const MEMORY: PartMemory = { pieceBytes: 2 * 1024 * 1024, remembered: 16_384 };
const NONE = { malformed: [], undecided: [] };

/**
 * Counts the events of a part, as a replay counts those of a trace that is read as a stream. Of
 * calls with one time the example is the one with the first id, and no place of a file is told.
 */
export async function countPart(job: ReplayJob, reading: PartReading): Promise<PartCounted> {
  const { history, approvals, idle, filter, labels } = job;
  const { watch, memory = MEMORY } = reading;
  const versions = readVersions(
    { baseline: job.baseline.set, candidate: job.candidate.set },
    { ids: true, besides: watch === undefined ? [] : SEEN_PATHS },
  );
  const files = job.files.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const names = files.map(({ name }) => name);
  const feed = new StreamFeed(
    { files, live: false, why: "", pieceBytes: memory.pieceBytes },
    versions.layout,
  );
  const lines = new LineReader(names, [], reading.placeOf);
  const log = new PieceLog(names, false);
  const note = (fed: FedPiece): LoggedPiece => {
    listLines(fed, log.report, reading.placeOf);
    return log.take(fed.file, { ...fed.facts, ...NONE });
  };
  // events may stand below others that were read before: nobody can look again
  const walk = new PieceWalk(
    versions,
    { history, approvals, idle, linked: true },
    {
      lines,
      filter,
      labels,
      examples: "id",
      remembered: memory.remembered,
      told: reading.rows,
      seen: watch,
    },
  );
  const joined = labels === undefined ? undefined : new JoinedLabels(labels);
  const take = (piece: Parameters<typeof joinLabels>[0]): void =>
    walk.hold(joinLabels(piece, joined, lines));
  const ordering = { reorder: job.reorder, names, log, lines, note, take };
  for await (const rows of rowsInOrder(feed.filePieces(), ordering)) {
    walk.walk(numbersOf(rows));
    reading.decided(walk.ids);
  }
  return { tallies: walk.finish(), report: log.report, ids: walk.ids };
}
