/** A line of a trace, or a part of a file, that could not be read. */
export interface Malformed {
  readonly file: string;
  readonly line: number;
  /** One sentence without final period; quotes nothing of the line. */
  readonly cause: string;
}

/** An event that has an action and was not decided, since nobody knows its type (design 7.1). */
export interface UndecidedEvent {
  readonly file: string;
  readonly line: number;
  readonly type: string;
}

/** An event that has the id of an earlier one, and where it stands; the line from 1. */
export interface RepeatedId {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** Events that have the id of an earlier one: what names an event by its id then means several. */
export interface RepeatedIdList {
  readonly count: number;
  /** The first of them. */
  readonly first: readonly RepeatedId[];
}

/** A name and how often it came. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** What was read of a trace. */
export interface TraceRead {
  readonly files: number;
  readonly lines: number;
  readonly events: number;
  readonly calls: number;
  readonly sessions: number;
  readonly malformed: number;
  /**
   * Events that have an action and a type that the format does not have, so that they are not
   * decided (design 7.1).
   */
  readonly undecided_events: number;
  readonly reordered: number;
  readonly from: string | null;
  readonly to: string | null;
}
