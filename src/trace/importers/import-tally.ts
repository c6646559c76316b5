import { objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import { DEFAULT_REORDER } from "../order.ts";
import { LISTED } from "../read-report.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { parseTime } from "../../text/time.ts";

/** Something of the input that gave no event, or less of one. */
export interface Unreadable {
  readonly file: string;
  readonly line?: number;
  /** One sentence without final period. */
  readonly cause: string;
  /** How often, at this place. */
  readonly count: number;
}

/** What an import read and what it could not (design 7.2). */
export interface ImportReport {
  readonly files: number;
  readonly lines: number;
  /** Recorded runs, conversations or sessions. */
  readonly sessions: number;
  readonly calls: number;
  readonly events: number;
  /** How many calls have no such thing. */
  readonly without: {
    readonly args: number;
    readonly agent: number;
    readonly session: number;
    readonly time: number;
  };
  /** The first hundred places of each cause. */
  readonly unreadable: readonly Unreadable[];
  /** All of them, counted by cause, most first. */
  readonly causes: readonly { readonly cause: string; readonly count: number }[];
  /** What may be calls and was not understood, counted by kind, most first (design 7.7). */
  readonly notUnderstood: readonly { readonly kind: string; readonly count: number }[];
  /** What was understood and is no call, counted by kind, most first. */
  readonly leftOut: readonly { readonly kind: string; readonly count: number }[];
  readonly notes: readonly string[];
  /** What stopped files from being read to their end, each cause with its file. */
  readonly broken: readonly string[];
}

/** The `type` of an event that stands for what was not understood, before its kind. */
export const NOT_UNDERSTOOD = "not understood: ";
/** How many kinds are told apart, and how long the name of one is, in characters. */
const [KINDS, KIND_LENGTH] = [1000, 120];

/** Counts while an import runs. */
export class ImportTally {
  files = 0;
  lines = 0;
  #calls = 0;
  #notUnderstoodTotal = 0;
  readonly #leftOut = new Map<string, number>();
  readonly #notUnderstood = new Map<string, number>();
  /** Those of them that no event stands for yet. */
  #pending: JsonObject[] = [];
  #events = 0;
  readonly #without = { args: 0, agent: 0, session: 0, time: 0 };
  readonly #places: { file: string; line?: number; cause: string; count: number }[] = [];
  readonly #causes = new Map<string, { count: number; places: number }>();
  readonly #notes = new Set<string>();
  readonly #broken: string[] = [];
  readonly #sessions = new TextNumbers();
  #repeated = 0;
  /** How many files were left out because they repeat others. */
  repeats = 0;
  readonly #disorder = new DisorderWatch();

  /** Counts an event about to be written. */
  addEvent(event: JsonObject): void {
    this.#events++;
    if (typeof event["session"] === "string") this.#sessions.ordinal(event["session"]);
    if (typeof event["time"] === "string" && this.#disorder.isLate(event["time"]))
      this.addNote(
        "events come long after later ones: sort the trace with `agentz trace sort` before a replay",
      );
    if (event["type"] !== undefined && event["type"] !== "call") return;
    this.#calls++;
    if (event["args"] === undefined) this.#without.args++;
    if (stringMember(objectMember(event, "subject"), "id") === undefined) this.#without.agent++;
    if (event["session"] === undefined) this.#without.session++;
    if (event["time"] === undefined) this.#without.time++;
  }

  /** Counts something that could not be read; the first hundred places of a cause are kept. */
  addUnreadable(cause: string, file: string, line?: number): void {
    const total = this.#causes.get(cause) ?? { count: 0, places: 0 };
    this.#causes.set(cause, total);
    total.count++;
    const last = this.#places.at(-1);
    if (last !== undefined && last.cause === cause && last.file === file && last.line === line)
      last.count++;
    else if (total.places < LISTED) {
      total.places++;
      this.#places.push({ file, ...(line !== undefined && { line }), cause, count: 1 });
    }
  }

  /**
   * Counts a part of the input that may be a call and was not understood, by its kind: what it is,
   * in words that many of them share (a type, a place such as `messages[].parts[]`). A replay that
   * imports counts it as an undecided event.
   */
  addNotUnderstood(kind: string, file: string, line?: number): void {
    const short = kind.length > KIND_LENGTH ? `${kind.slice(0, KIND_LENGTH - 1)}…` : kind;
    const known = this.#notUnderstood.has(short) || this.#notUnderstood.size < KINDS;
    const counted = known ? short : "of other kinds";
    this.#notUnderstoodTotal++;
    this.#notUnderstood.set(counted, (this.#notUnderstood.get(counted) ?? 0) + 1);
    const place = line === undefined ? file : `${file}:${line}`;
    this.#pending.push({
      id: `${place}#${this.notUnderstood}`,
      type: `${NOT_UNDERSTOOD}${counted}`,
      action: {},
    });
  }

  /** How many parts were not understood so far. */
  get notUnderstood(): number {
    return this.#notUnderstoodTotal;
  }

  /** How many calls there were so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Events for what was not understood, each once. */
  takePending(): readonly JsonObject[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** Counts a file that could not be read to its end; `cause` names it. */
  addBroken(cause: string, file: string): void {
    this.#broken.push(cause);
    this.addUnreadable(cause, file);
  }

  /** Counts a part that is understood and is no call, such as a search; `kind` says what and why. */
  addLeftOut(kind: string): void {
    this.#leftOut.set(kind, (this.#leftOut.get(kind) ?? 0) + 1);
  }

  /** Counts a file that is left out because it repeats another, and says so once. */
  addRepeat(note: string): void {
    this.repeats++;
    this.addNote(note);
  }

  /** A remark for the reader, once. */
  addNote(note: string): void {
    this.#notes.add(note);
  }

  /**
   * `name`, if no session had it yet; else with a number behind it, so that event ids stay unique.
   */
  claimSession(name: string): string {
    const known = this.#sessions.size;
    if (this.#sessions.ordinal(name) === known) return name;
    this.addNote(
      "several sessions have the same name; the later ones have `~` and a number after it",
    );
    return this.claimSession(`${name}~${++this.#repeated}`);
  }

  report(): ImportReport {
    const causes = [...this.#causes]
      .map(([cause, { count }]) => ({ cause, count }))
      .sort((a, b) => b.count - a.count);
    return {
      files: this.files,
      lines: this.lines,
      sessions: this.#sessions.size,
      calls: this.#calls,
      events: this.#events,
      without: { ...this.#without },
      unreadable: this.#places.map((place) => ({ ...place })),
      causes,
      notUnderstood: byCount(this.#notUnderstood),
      leftOut: byCount(this.#leftOut),
      notes: [...this.#notes],
      broken: [...this.#broken],
    };
  }
}

function byCount(kinds: ReadonlyMap<string, number>): { kind: string; count: number }[] {
  return [...kinds].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count);
}

/**
 * Tells events that stand behind more later ones than a replay fixes, give or take as many again.
 */
class DisorderWatch {
  #count = 0;
  /** The latest time of the events up to the last full ten thousand, and of those since. */
  #before = -Infinity;
  #since = -Infinity;

  isLate(text: string): boolean {
    const time = parseTime(text);
    if (time === undefined) return false;
    if (++this.#count % DEFAULT_REORDER === 0) {
      this.#before = Math.max(this.#before, this.#since);
      this.#since = -Infinity;
    }
    this.#since = Math.max(this.#since, time);
    return time < this.#before;
  }
}
