import type { CompiledSet } from "../engine/compile-set.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { stateReader, type Reader } from "./session-state.ts";
import { TraceWalk } from "./trace-walk.ts";

/** For each name, the ids of the events that set it, in order. */
export interface StateHistory {
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly counters: ReadonlyMap<string, readonly string[]>;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export const NO_HISTORY: StateHistory = {
  labels: new Map(),
  counters: new Map(),
  values: new Map(),
};

/**
 * Finds out which events set the state that one later call reads. INVARIANT: the state is looked at
 * in a run of its own: reading a window at the later time forgets entries that calls in between
 * still see.
 */
export class StateHistoryWalk {
  readonly #walk: TraceWalk;
  readonly #mirror: PolicySession;
  readonly #set: CompiledSet;
  readonly #reader: Reader;
  readonly #found = {
    labels: new Map<string, string[]>(),
    counters: new Map<string, string[]>(),
    values: new Map<string, string[]>(),
  };
  #before: ReadonlyMap<string, string> = new Map();

  constructor(set: CompiledSet, reader: Reader) {
    this.#set = set;
    this.#reader = reader;
    this.#walk = new TraceWalk(set);
    this.#mirror = new PolicySession(set);
    this.#before = this.#read();
  }

  get history(): StateHistory {
    return this.#found;
  }

  take(event: TraceEvent): void {
    this.#mirror.observe(event.session, event.time);
    this.#walk.take(event, ({ call, outcome, applied }) =>
      this.#mirror.advance(call, outcome, applied, event),
    );
    if (event.type !== "call") this.#mirror.pass(event);
    const after = this.#read();
    for (const [key, value] of after)
      if (this.#before.get(key) !== value) this.#note(key, event.id);
    this.#before = after;
  }

  #note(key: string, event: string): void {
    const [kind, name = ""] = key.split("\u0000");
    if (kind !== "labels" && kind !== "counters" && kind !== "values") return;
    this.#found[kind].set(name, [...(this.#found[kind].get(name) ?? []), event]);
  }

  #read(): ReadonlyMap<string, string> {
    const reader = stateReader(this.#set, this.#reader, this.#mirror.state);
    const { labels, counters, values } = this.#set.declarations;
    return new Map([
      ...labels.map(
        (d) => [`labels\u0000${d.name}`, canonicalJson(reader.label(d.name) ?? null)] as const,
      ),
      ...counters.map(
        (d) => [`counters\u0000${d.name}`, canonicalJson(reader.counter(d.name) ?? null)] as const,
      ),
      ...values.map(
        (d) => [`values\u0000${d.name}`, canonicalJson(reader.values(d.name) ?? null)] as const,
      ),
    ]);
  }
}
