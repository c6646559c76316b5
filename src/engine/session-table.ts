import type { Unknown } from "../condition/value.ts";
import type { ColumnState } from "./column-state.ts";
import { KeyedEntries, type CellSource, type Forgotten, type KeyedState } from "./state-store.ts";
import type { StateKey } from "../policy/model.ts";

/**
 * What stops a session, a tool in it, or a subject: the rule, the event that started it, and
 * whether that is certain.
 */
export interface Started {
  readonly rule: string;
  readonly event: string;
  readonly doubt: Unknown | undefined;
}

/**
 * What one version keeps of one session. WHY so much may be undefined: a trace may have a million
 * sessions.
 */
export interface Session {
  /** Time of its first event of any type; known only where the table notes starts. */
  readonly start: number | undefined;
  /** Time of its last event; kept up only where sessions may be forgotten. */
  last: number | undefined;
  cells: KeyedEntries | undefined;
  /** Calls that ran, by the id of the agent: at least, and at most. */
  calls: Map<string, { least: number; most: number }> | undefined;
  stopped: Started[] | undefined;
  blocked: Blocked[] | undefined;
  /** Set where an earlier part of the session was forgotten: what it left is unknown. */
  readonly forgotten: Forgotten | undefined;
}

/** A tool that is blocked in a session; a part that is undefined was not known when it was. */
export interface Blocked {
  readonly server: string | undefined;
  readonly name: string | undefined;
  readonly started: Started;
}

/** What a table of sessions notes besides what calls leave behind. */
export interface SessionTableOptions {
  /** Milliseconds of silence after which a session's state is forgotten; undefined: never. */
  readonly idle: number | undefined;
  /** Whether the time of each session's first event matters. */
  readonly starts: boolean;
  /** Where declared state is kept instead, of all keys; nothing of it is forgotten by silence. */
  readonly columns?: ColumnState | undefined;
}

/** Adds a start to those under a key. */
export function addStarted(map: Map<string, Started[]>, key: string, started: Started): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [started]);
  else noteStarted(list, started);
}

/** Adds a start to a list: one certain start says it all. */
export function noteStarted(list: Started[], started: Started): void {
  if (!list.some(({ doubt }) => doubt === undefined)) list.push(started);
}

const SWEEP_EVERY = 4096;

/**
 * The sessions that hold state, and the cells of keys that outlive them (design 5.4). A session
 * ends with its end event alone; its name may start a new one then, but for one that was
 * terminated. Silence longer than `idle` makes the table forget what a session left: it is unknown
 * from then on, never empty.
 */
export class SessionTable implements CellSource {
  readonly #options: SessionTableOptions;
  readonly #sessions = new Map<string, Session>();
  /** Sessions whose state was dropped, and the time of the last event of each. */
  readonly #dropped = new Map<string, Forgotten>();
  readonly #terminated = new Map<string, Started[]>();
  readonly #lasting = new Map<string, KeyedEntries>();
  /** The time of the latest event. */
  #now: number | undefined;
  #sinceSweep = 0;
  #forgotten = 0;

  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  /** How often a session went on after its state was forgotten. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Notes an event, whatever its type, and its session; events come in order. */
  touch(name: string | undefined, time: number | undefined): void {
    this.#now = time ?? this.#now;
    if (name === undefined) return;
    const { idle, starts } = this.#options;
    if (idle !== undefined) this.#touchIdle(name, idle);
    if (starts) this.open(name);
  }

  #touchIdle(name: string, idle: number): void {
    if (++this.#sinceSweep >= SWEEP_EVERY) this.#sweep(idle);
    const known = this.#sessions.get(name);
    if (known !== undefined && !this.#silent(known, idle)) {
      known.last = this.#now;
      return;
    }
    if (known !== undefined) this.#drop(name, known);
    // INVARIANT: the session goes on here, whether or not somebody reads what it left: it counts as
    // forgotten
    if (this.#dropped.has(name)) this.open(name);
  }

  #silent({ last }: Session, idle: number): boolean {
    return this.#now !== undefined && last !== undefined && this.#now - last > idle;
  }

  #drop(name: string, { last }: Session): void {
    this.#sessions.delete(name);
    this.#dropped.set(name, { at: last });
  }

  #sweep(idle: number): void {
    this.#sinceSweep = 0;
    for (const [name, session] of this.#sessions)
      if (this.#silent(session, idle)) this.#drop(name, session);
  }

  /** What is kept of a session; undefined: it left nothing. */
  get(name: string): Session | undefined {
    return this.#sessions.get(name);
  }

  /** The record of a session, made where there is none. */
  open(name: string): Session {
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const forgotten = this.#dropped.get(name);
    if (forgotten !== undefined) {
      this.#dropped.delete(name);
      this.#forgotten++;
    }
    const start = forgotten === undefined ? this.#now : undefined;
    const fresh = {
      start,
      last: this.#now,
      cells: undefined,
      calls: undefined,
      stopped: undefined,
      blocked: undefined,
      forgotten,
    };
    this.#sessions.set(name, fresh);
    return fresh;
  }

  /** The session's end event came. */
  end(name: string): void {
    this.#sessions.delete(name);
    this.#dropped.delete(name);
    this.#options.columns?.end(name);
  }

  /** Stops all sessions of this name, to the end of the trace. */
  terminate(name: string, started: Started): void {
    addStarted(this.#terminated, name, started);
  }

  /** What terminated the session. */
  terminated(name: string): readonly Started[] {
    return this.#terminated.get(name) ?? [];
  }

  cells(by: StateKey["by"], key: string, create: boolean): KeyedState | undefined {
    const { columns } = this.#options;
    if (columns !== undefined) return columns.cells(by, key, create);
    if (by === "session") return this.#cellsOf(key, create);
    const name = `${by}\u0000${key}`;
    const known = this.#lasting.get(name);
    if (known !== undefined || !create) return known;
    const fresh = new KeyedEntries(undefined);
    this.#lasting.set(name, fresh);
    return fresh;
  }

  #cellsOf(name: string, create: boolean): KeyedEntries | undefined {
    const session = create ? this.open(name) : this.get(name);
    if (
      session !== undefined &&
      session.cells === undefined &&
      (create || session.forgotten !== undefined)
    )
      session.cells = new KeyedEntries(session.forgotten);
    return session?.cells;
  }
}
