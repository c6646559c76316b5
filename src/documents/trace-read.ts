/** A line of a trace, or a part of a file, that cannot be read. */
export interface Malformed {
  /**
   * In merged parts, which do not know files: `sha256:` and the digest of the line's text, and 0 as
   * the line; `?` if the line is no text.
   */
  readonly file: string;
  readonly line: number;
  /** One sentence without a final period. It does not quote the line. */
  readonly cause: string;
}

/** An event that has an action and was not decided, because its type is unknown (design 7.1). */
export interface UndecidedEvent {
  readonly file: string;
  readonly line: number;
  readonly type: string;
}

/** An event with the id of an earlier event, and its place. Lines count from 1. */
export interface RepeatedId {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** Events with the id of an earlier event: such an id names several events. */
export interface RepeatedIdList {
  readonly count: number;
  /** The first undecided events. */
  readonly first: readonly RepeatedId[];
}

/** A name and the number of its occurrences. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** What was read from a trace. */
export interface TraceRead {
  readonly files: number;
  readonly lines: number;
  readonly events: number;
  readonly calls: number;
  readonly sessions: number;
  readonly malformed: number;
  /** Events that have an action and an unknown type. They are not decided (design 7.1). */
  readonly undecided_events: number;
  readonly reordered: number;
  readonly from: string | null;
  readonly to: string | null;
}
