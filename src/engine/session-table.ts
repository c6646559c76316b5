import type { Unknown } from "../condition/value.ts";
import { Cells, type CellSource } from "./state-store.ts";
import type { StateKey } from "../policy/model.ts";

/** What stops a session, a tool in it, or a subject: the rule, the event that started it, and whether that is certain. */
export interface Started {
  readonly rule: string;
  readonly event: string;
  readonly doubt: Unknown | undefined;
}

/** One living session of one version. */
export interface Session {
  /** Time of its first event of any type. */
  start: number | undefined;
  last: number | undefined;
  readonly cells: Cells;
  /** Calls that ran, by subject: at least, and at most. */
  readonly calls: Map<string, { least: number; most: number }>;
  readonly stopped: Started[];
  readonly blocked: Blocked[];
}

/** A tool that is blocked in a session; a part that is undefined was not known when it was. */
export interface Blocked {
  readonly server: string | undefined;
  readonly name: string | undefined;
  readonly started: Started;
}

function newSession(time: number | undefined): Session {
  return { start: time, last: time, cells: new Cells(), calls: new Map(), stopped: [], blocked: [] };
}

const SWEEP_EVERY = 4096;

/**
 * The sessions that live, and the cells of keys that outlive them. A session ends with its end event or after `idle`
 * milliseconds of silence (design 5.4); one that ended is forgotten, and its name may start a new one.
 */
export class SessionTable implements CellSource {
  readonly #idle: number;
  readonly #sessions = new Map<string, Session>();
  readonly #lasting = new Map<string, Cells>();
  #sinceSweep = 0;

  constructor(idle: number) {
    this.#idle = idle;
  }

  /** Notes an event of a session, whatever its type; the first one, or one after too long a silence, starts it anew. */
  touch(name: string, time: number | undefined): Session {
    this.#sweep(time);
    const known = this.#sessions.get(name);
    if (known !== undefined && !this.#silent(known, time)) {
      known.last = time ?? known.last;
      return known;
    }
    const fresh = newSession(time);
    this.#sessions.set(name, fresh);
    return fresh;
  }

  get(name: string): Session | undefined {
    return this.#sessions.get(name);
  }

  end(name: string): void {
    this.#sessions.delete(name);
  }

  cells(by: StateKey["by"], key: string, create: boolean): Cells | undefined {
    if (by === "session") return this.#sessions.get(key)?.cells;
    const name = `${by}\u0000${key}`;
    const known = this.#lasting.get(name);
    if (known !== undefined || !create) return known;
    const fresh = new Cells();
    this.#lasting.set(name, fresh);
    return fresh;
  }

  #silent(session: Session, time: number | undefined): boolean {
    return time !== undefined && session.last !== undefined && time - session.last > this.#idle;
  }

  #sweep(time: number | undefined): void {
    if (time === undefined || ++this.#sinceSweep < SWEEP_EVERY) return;
    this.#sinceSweep = 0;
    for (const [name, session] of this.#sessions) if (this.#silent(session, time)) this.#sessions.delete(name);
  }
}
