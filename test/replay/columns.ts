import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { CoverageTally } from "../../src/coverage/coverage-tally.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import { KeyedReplay, keyedVersions } from "../../src/replay/columns/keyed-replay.ts";
import type { KeyedOptions, KeyedSink } from "../../src/replay/columns/keyed-walk.ts";
import { ReplayTally } from "../../src/replay/tally.ts";
import { ReplayWalk, type CallResult } from "../../src/replay/walk.ts";
import { SegmentBuilder } from "../../src/trace/columns/segment-builder.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { parseJson } from "../../src/trace/parse-json.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface Sets {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: CompiledSet;
}

export interface Gathered {
  readonly [name: string]: unknown;
}

function gathered(tally: ReplayTally, coverage: CoverageTally, keylessWrites: number): Gathered {
  return {
    trace: tally.trace.summary(),
    decisions: [tally.baseline.counts(), tally.candidate.counts()],
    changes: tally.changes(),
    groups: tally.groups.groups(sha256, () => undefined).map(({ group, traits }) => ({ group, traits: [...traits] })),
    missing: tally.missing(),
    approvals: [tally.approvals.baseline.burden(86_400_000), tally.approvals.candidate.burden(86_400_000)],
    contained: tally.contained(),
    labels: tally.labels.scores(),
    notes: tally.notes.notes(keylessWrites),
    named: tally.notes.namedCalls,
    coverage: [coverage.summary("baseline"), coverage.summary("candidate")],
  };
}

/** The event of one line; undefined where it holds none. */
function eventOf(text: string, line: number): TraceEvent | undefined {
  const parsed = parseJson(text);
  const event = "reason" in parsed ? undefined : decodeEvent(parsed.value, { file: "t", line });
  return typeof event === "string" ? undefined : event;
}

/** Everything that a replay counts, by the walk over whole events. */
export function byEvents(lines: readonly string[], sets: Sets, options: KeyedOptions): Gathered {
  const tally = new ReplayTally();
  const coverage = new CoverageTally(sets);
  const walk = new ReplayWalk(sets, options, [tally, coverage]);
  lines.forEach((text, i) => {
    const event = eventOf(text, i + 1);
    if (event !== undefined) walk.take(event);
  });
  return gathered(tally, coverage, walk.runs.candidate.keyless.writes);
}

/** The same by columns, in segments of `size` lines; undefined where the sets read what no column holds. */
export function byColumns(lines: readonly string[], sets: Sets, of: { readonly options: KeyedOptions; readonly size: number }): Gathered | undefined {
  const versions = keyedVersions(sets, { ids: false });
  if (versions === undefined) return undefined;
  const tally = new ReplayTally();
  const coverage = new CoverageTally(sets);
  let first = 0;
  const sink: KeyedSink = {
    count: (result, calls) => (tally.count(result, calls), coverage.count(result, calls)),
    isMarked: (result: CallResult) => tally.isMarked(result),
    mark: (result, facts) => tally.mark(result, facts),
    credits: (result) => {
      const credits = coverage.credits(result);
      return credits === undefined ? undefined : (credential) => coverage.credited(credits, credential);
    },
    events: (counts) => tally.trace.addCounts(counts),
  };
  const context = {
    sessions: tally.sessions,
    credential: (request: TraceEvent["request"]) => coverage.credentials.note(request),
    readEvent: (segment: { readonly lines: Uint32Array }, row: number): TraceEvent => {
      const line = first + (segment.lines[row] ?? 0);
      const event = eventOf(lines[line] ?? "", line + 1);
      if (event === undefined) throw new Error("a row is of no event");
      return event;
    },
  };
  const replay = new KeyedReplay(versions, of.options, { sink, sessions: tally.sessions, context });
  const builder = new SegmentBuilder(versions.layout, { isUtf8, ascii: (bytes, from, to) => Buffer.from(bytes.subarray(from, to)).toString("latin1") });
  for (; first < lines.length; first += of.size) {
    const bytes = Buffer.from(lines.slice(first, first + of.size).map((line) => `${line}\n`).join(""));
    replay.take(builder.build(bytes, 0, first === 0));
  }
  replay.finish();
  return gathered(tally, coverage, replay.keylessWrites);
}
