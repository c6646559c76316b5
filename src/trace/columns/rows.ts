import { LISTED } from "../read-report.ts";
import type { Layout } from "./layout.ts";
import type { Segment } from "./segment.ts";

type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

function wider<T extends Numbers>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

/** The rows of a segment while it is read, with room for more. */
export class Rows {
  times = new Float64Array(1024);
  has = new Uint16Array(1024);
  whole = new Uint8Array(1024);
  starts = new Uint32Array(1024);
  ends = new Uint32Array(1024);
  lines = new Uint32Array(1024);
  codes: Uint32Array[];
  length = 0;

  constructor(columns: number) {
    this.codes = Array.from({ length: columns }, () => new Uint32Array(1024));
  }

  /** Makes room for so many rows in all. */
  reserve(rows: number): void {
    if (rows <= this.times.length) return;
    const size = Math.max(rows, 2 * this.times.length);
    this.times = wider(this.times, new Float64Array(size));
    this.has = wider(this.has, new Uint16Array(size));
    this.whole = wider(this.whole, new Uint8Array(size));
    this.starts = wider(this.starts, new Uint32Array(size));
    this.ends = wider(this.ends, new Uint32Array(size));
    this.lines = wider(this.lines, new Uint32Array(size));
    this.codes = this.codes.map((codes) => wider(codes, new Uint32Array(size)));
  }
}

/** Lines that are no event: how many, and the first of them with the reason. */
export class Malformed {
  readonly listed: { readonly line: number; readonly cause: string }[] = [];
  count = 0;

  add(line: number, cause: string): void {
    this.count++;
    if (this.listed.length < LISTED) this.listed.push({ line, cause });
  }
}

/** What was read, without room to spare. */
export function segmentOf(
  rows: Rows,
  segment: Pick<Segment, "dictionaries" | "offset" | "bytes" | "lineCount"> & {
    readonly layout: Layout;
    readonly malformed: Malformed;
  },
): Segment {
  const { length, times, has, whole, starts, ends, lines, codes } = rows;
  const { malformed, ...rest } = segment;
  return {
    ...rest,
    rows: length,
    codes: codes.map((column) => column.slice(0, length)),
    times: times.slice(0, length),
    has: has.slice(0, length),
    whole: whole.slice(0, length),
    starts: starts.slice(0, length),
    ends: ends.slice(0, length),
    lines: lines.slice(0, length),
    malformed: malformed.listed,
    malformedCount: malformed.count,
  };
}
