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
  /** The first of them, by file and line. */
  readonly malformedList: Malformed[] = [];
  /** Calls that a gateway denied without asking a policy. */
  gatewayDenials = 0;
  undecided = 0;
  /** The first of them, by file and line. */
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
    this.listMalformed(found);
  }

  /** Lists a line that is counted already. */
  listMalformed(found: Malformed): void {
    list(this.malformedList, found);
  }

  addUndecided(found: UndecidedEvent): void {
    this.undecided++;
    this.listUndecided(found);
  }

  /** Lists an event that is counted already. */
  listUndecided(found: UndecidedEvent): void {
    list(this.undecidedList, found);
  }

  addUnknownMember(name: string): void {
    const count = this.unknownMembers.get(name);
    if (count !== undefined || this.unknownMembers.size < NAMED)
      this.unknownMembers.set(name, (count ?? 0) + 1);
  }
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly cause?: string;
  readonly type?: string;
}

/** Keeps the first ones: files are read side by side, so that they may come in any order. */
function list<T extends Place>(listed: T[], found: T): void {
  let at = listed.length;
  for (let last = listed[at - 1]; last !== undefined && isBefore(found, last); )
    last = listed[--at - 1];
  if (at >= LISTED) return;
  listed.splice(at, 0, found);
  if (listed.length > LISTED) listed.pop();
}

/** What is said of a place: many may be of no place that is known. */
function sayingOf({ cause, type }: Place): string {
  return cause ?? type ?? "";
}

function isBefore(one: Place, other: Place): boolean {
  if (one.file !== other.file) return one.file < other.file;
  return one.line === other.line ? sayingOf(one) < sayingOf(other) : one.line < other.line;
}
