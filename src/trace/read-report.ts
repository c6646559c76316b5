import type { Malformed, UndecidedEvent } from "../documents/trace-read.ts";

/** How many malformed lines, and undecided events, are listed; all are counted (design 7.7). */
export const LISTED = 100;

/** How many names of unknown members are kept. */
const NAMED = 100;

/** What reading a trace came across; grows while the trace is read. */
export class ReadReport {
  files = 0;
  /** Lines, empty ones included. */
  lines = 0;
  events = 0;
  malformed = 0;
  /** The first of them. */
  readonly malformedList: Malformed[] = [];
  undecided = 0;
  /** The first of them. */
  readonly undecidedList: UndecidedEvent[] = [];
  /** Events that came after a later one of their file, and were put in their place. */
  reordered = 0;
  /**
   * Members that the canonical event does not have (they are ignored), with how often each came;
   * the first hundred names.
   */
  readonly unknownMembers = new Map<string, number>();

  addMalformed(found: Malformed): void {
    this.malformed++;
    if (this.malformedList.length < LISTED) this.malformedList.push(found);
  }

  addUndecided(found: UndecidedEvent): void {
    this.undecided++;
    if (this.undecidedList.length < LISTED) this.undecidedList.push(found);
  }

  addUnknownMember(name: string): void {
    const count = this.unknownMembers.get(name);
    if (count !== undefined || this.unknownMembers.size < NAMED)
      this.unknownMembers.set(name, (count ?? 0) + 1);
  }
}
