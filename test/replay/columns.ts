import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { BatchWalk } from "../../src/batch/batch-walk.ts";
import { EventBatches } from "../../src/batch/event-batches.ts";
import type { CallKeeper } from "../../src/batch/kept-replay.ts";
import type { SessionOptions } from "../../src/batch/session-walk.ts";
import { CoverageTally } from "../../src/coverage/coverage-tally.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import { mergeParts, partOf, type Tallies } from "../../src/coverage/trace-part.ts";
import type { TracePart } from "../../src/documents/trace-part.ts";
import { readVersions, type ReadVersions } from "../../src/batch/values/versions.ts";
import { SegmentRows, type RowContext } from "../../src/batch/values/segment-rows.ts";
import { StateParts } from "../../src/batch/values/state-parts.ts";
import type { GroupView } from "../../src/replay/group-tally.ts";
import { ReplayTally } from "../../src/replay/tally.ts";
import { unapprovableRules } from "../../src/replay/unapprovable-rules.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { ReplayOptions } from "../../src/replay/walk.ts";
import { COLUMN, type Layout } from "../../src/trace/columns/layout.ts";
import type { Segment } from "../../src/trace/columns/segment.ts";
import { SegmentBuilder } from "../../src/trace/columns/segment-builder.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import { readEventText } from "../../src/trace/read-event.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface Sets {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: CompiledSet;
}

export interface Gathered {
  readonly [name: string]: unknown;
}

function gathered(
  sets: Sets,
  { tally, coverage }: Pick<Tallies, "tally" | "coverage">,
  { keylessWrites, forgotten }: Pick<TracePart, "keylessWrites" | "forgotten">,
): Gathered {
  return {
    trace: tally.trace.summary(),
    decisions: [tally.baseline.counts(), tally.candidate.counts()],
    changes: tally.changes(),
    groups: tally.groups
      .groups(sha256, NOWHERE)
      .map(({ group, traits }) => ({ group, traits: [...traits] })),
    missing: tally.missing(),
    approvals: [
      tally.approvals.baseline.burden(86_400_000),
      tally.approvals.candidate.burden(86_400_000),
    ],
    contained: tally.contained(),
    labels: tally.labels.scores(),
    notes: tally.notes.notes(keylessWrites, forgotten),
    named: tally.notes.namedCalls,
    unexercised: tally.reach.unexercised(sets),
    coverage: [coverage.summary("baseline"), coverage.summary("candidate")],
  };
}

const EVERYTHING_APPROVABLE = unapprovableRules(undefined);

/** A view of groups that are shown nowhere, of versions in which somebody can approve everything. */
export const NOWHERE: GroupView = {
  placeOf: () => null,
  boundTo: () => "",
  unapprovable: { baseline: EVERYTHING_APPROVABLE, candidate: EVERYTHING_APPROVABLE },
};

/** The event of one line; undefined where it holds none. */
function eventOf(text: string, line: number): TraceEvent | undefined {
  const event = readEventText(text, { file: "t", line });
  return typeof event === "string" ? undefined : event;
}

/** Everything that a replay counts, by the walk over whole events. */
export function byEvents(lines: readonly string[], sets: Sets, options: ReplayOptions): Gathered {
  const tally = new ReplayTally();
  const coverage = new CoverageTally(sets);
  const walk = new ReplayWalk(sets, options, [tally, coverage]);
  lines.forEach((text, i) => {
    const event = eventOf(text, i + 1);
    if (event !== undefined) walk.take(event);
  });
  return gathered(
    sets,
    { tally, coverage },
    {
      keylessWrites: walk.runs.candidate.keyless.writes,
      forgotten: {
        baseline: walk.runs.baseline?.forgotten ?? 0,
        candidate: walk.runs.candidate.forgotten,
      },
    },
  );
}

/** The tallies of a trace or a part of one, and what feeds them. */
class Walked {
  readonly tally = new ReplayTally();
  readonly coverage: CoverageTally;
  readonly walk: BatchWalk;

  constructor(
    versions: ReadVersions,
    sets: Sets,
    { options, kept }: { readonly options: SessionOptions; readonly kept: CallKeeper | undefined },
  ) {
    this.coverage = new CoverageTally(sets);
    const { tally, coverage } = this;
    this.walk = new BatchWalk(versions, options, { tally, coverage, log: undefined }, { kept });
  }

  rows(segment: Segment, first: number, event: RowContext["readEvent"]): SegmentRows {
    return new SegmentRows(
      segment,
      {
        sessions: this.tally.sessions,
        credential: (request) => this.coverage.credentials.note(request),
        readEvent: event,
      },
      { first },
    );
  }

  /** As threads hand it over: plain data. */
  finish(): TracePart {
    this.walk.finish();
    const { sessions, kinds, again, handed } = this.walk;
    const { keylessWrites, forgotten } = sessions;
    const { tally, coverage } = this;
    return structuredClone(
      partOf({
        tally,
        coverage,
        keylessWrites,
        forgotten,
        leftOut: 0,
        kinds,
        again,
        handed: new Map(handed),
      }),
    );
  }
}

/** What a replay that evaluates first gathered, and the calls that it handed to the engine. */
export interface Batched {
  readonly gathered: Gathered;
  readonly handed: ReadonlyMap<string, number>;
  /** Calls that were counted as a replay before told. */
  readonly again: number;
  readonly linked: boolean;
}

/** The same by columns, evaluated first, in segments of `size` lines. */
export function byBatch(
  lines: readonly string[],
  sets: Sets,
  of: {
    readonly options: ReplayOptions;
    readonly size: number;
    readonly linked?: boolean;
    readonly kept?: CallKeeper;
    readonly layout?: Layout;
  },
): Batched {
  const { linked = false } = of;
  const read = readVersions(sets, { ids: linked });
  const versions = { ...read, layout: of.layout ?? read.layout };
  const walked = new Walked(versions, sets, { options: { ...of.options, linked }, kept: of.kept });
  const { walk } = walked;
  let first = 0;
  for (const { segment, event } of segmentsOf(lines, versions.layout, of.size)) {
    if (!linked && segment.codes[COLUMN.parent]?.some((code) => code !== 0)) {
      const { options, size } = of;
      return byBatch(lines, sets, { options, size, linked: true });
    }
    walk.walk(walked.rows(segment, first, event));
    first += segment.rows;
  }
  walk.finish();
  const { handed, again, sessions } = walk;
  return { gathered: gathered(sets, walked, sessions), handed, again, linked };
}

/** All that it gathered. */
export function byColumns(
  lines: readonly string[],
  sets: Sets,
  of: { readonly options: ReplayOptions; readonly size: number },
): Gathered {
  return byBatch(lines, sets, of).gathered;
}

/** The same of events that are at hand, which columns are made of. */
export function byEventBatches(
  lines: readonly string[],
  sets: Sets,
  options: ReplayOptions,
): Gathered {
  const versions = readVersions(sets, { ids: false });
  const tally = new ReplayTally();
  const coverage = new CoverageTally(sets);
  const batches = new EventBatches(versions, options, { tally, coverage, log: undefined });
  lines.forEach((text, i) => {
    const event = eventOf(text, i + 1);
    if (event !== undefined) batches.take(event, true);
  });
  batches.finish();
  return gathered(sets, { tally, coverage }, batches.walk.sessions);
}

/** The segments of a trace, of `size` lines each, and the reader of their rows' events. */
function segmentsOf(
  lines: readonly string[],
  layout: Layout,
  size: number,
): readonly { readonly segment: Segment; readonly event: (row: number) => TraceEvent }[] {
  const builder = new SegmentBuilder(layout, {
    isUtf8,
    ascii: (bytes, from, to) => Buffer.from(bytes.subarray(from, to)).toString("latin1"),
  });
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => {
    const first = i * size;
    const segment = builder.build(
      Buffer.from(
        lines
          .slice(first, first + size)
          .map((line) => `${line}\n`)
          .join(""),
      ),
      0,
      first === 0,
    );
    const event = (row: number): TraceEvent => {
      const line = first + (segment.lines[row] ?? 0);
      const read = eventOf(lines[line] ?? "", line + 1);
      if (read === undefined) throw new Error("a row is of no event");
      return read;
    };
    return { segment, event };
  });
}

/**
 * The same by columns, where each part of the trace that shares no state with others is counted by
 * itself, and what they counted is merged, last part first; undefined where the trace does not fall
 * into parts.
 */
export function byParts(
  lines: readonly string[],
  sets: Sets,
  of: {
    readonly options: ReplayOptions;
    readonly size: number;
    /** What is kept of each part, as a thread does. */
    readonly kept: readonly CallKeeper[];
    readonly layout: Layout;
  },
): Gathered | undefined {
  const versions = { ...readVersions(sets, { ids: false }), layout: of.layout };
  const splitter = StateParts.of(versions, of.kept.length);
  if (splitter === undefined) return undefined;
  const options = { ...of.options, linked: false };
  const walked = of.kept.map((kept) => new Walked(versions, sets, { options, kept }));
  let first = 0;
  for (const { segment, event } of segmentsOf(lines, versions.layout, of.size)) {
    const rows = walked.map((one) => one.rows(segment, first, event));
    const [any] = rows;
    const linked = [COLUMN.parent, COLUMN.approvals].some((column) =>
      segment.codes[column]?.some((code) => code !== 0),
    );
    const parts = any === undefined || linked ? undefined : splitter.parts(any);
    if (parts === undefined) return undefined;
    rows.forEach((own, part) => walked[part]?.walk.walk(own, { parts, part }));
    first += segment.rows;
  }
  const tallies = {
    tally: new ReplayTally(),
    coverage: new CoverageTally(sets),
    keylessWrites: 0,
    leftOut: 0,
    forgotten: { baseline: 0, candidate: 0 },
    kinds: 0,
    again: 0,
    handed: new Map<string, number>(),
  };
  mergeParts(walked.map((one) => one.finish()).reverse(), tallies);
  return gathered(sets, tallies, tallies);
}
