import type { CompiledSet } from "../engine/compile-set.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { pathsRead } from "../condition/paths.ts";
import type { CounterDeclaration, LabelDeclaration } from "../policy/model.ts";
import { showPath } from "../request/attribute-path.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { stateReader, type Reader } from "./session-state.ts";
import { TraceWalk } from "./trace-walk.ts";

/** For each name, the ids of the events that set it, in order. */
export interface StateHistory {
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly counters: ReadonlyMap<string, readonly string[]>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** By `<kind>.<name>`: of those events, the ones that lack arguments which it reads. */
  readonly lacks: ReadonlyMap<string, readonly Lack[]>;
}

/** An event without arguments that the declaration of state reads, as conditions name them. */
export interface Lack {
  readonly event: string;
  readonly arguments: readonly string[];
}

export const NO_HISTORY: StateHistory = {
  labels: new Map(),
  counters: new Map(),
  values: new Map(),
  lacks: new Map(),
};

type Declaration = LabelDeclaration | CounterDeclaration;

/** The arguments that a declaration reads and a call does not have. */
function lacking(declaration: Declaration, args: JsonObject | undefined): readonly string[] {
  const { when, key } = declaration;
  const by = key.by === "condition" ? key.condition : undefined;
  const conditions = ["add" in declaration ? declaration.add : undefined, when, by];
  const paths = conditions.flatMap((one) => (one === undefined ? [] : pathsRead(one.expr)));
  const missing = paths.flatMap(([root, ...path]) =>
    root !== "args" || path.length === 0 || isAt(args, path) ? [] : [showPath(["args", ...path])],
  );
  return [...new Set(missing)];
}

function isAt(args: JsonObject | undefined, path: readonly string[]): boolean {
  let value: Json | undefined = args;
  for (const key of path) {
    if (!isJsonObject(value)) return value !== undefined;
    value = member(value, key);
  }
  return value !== undefined;
}

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
    lacks: new Map<string, Lack[]>(),
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
    for (const [key, value] of after) if (this.#before.get(key) !== value) this.#note(key, event);
    this.#before = after;
  }

  #note(key: string, { id: event, request }: TraceEvent): void {
    const [kind, name = ""] = key.split("\u0000");
    if (kind !== "labels" && kind !== "counters" && kind !== "values") return;
    this.#found[kind].set(name, [...(this.#found[kind].get(name) ?? []), event]);
    const declared: readonly Declaration[] = this.#set.declarations[kind];
    const declaration = declared.find((one) => one.name === name);
    const missing = declaration === undefined ? [] : lacking(declaration, request.args);
    if (missing.length === 0) return;
    const known = this.#found.lacks.get(`${kind}.${name}`) ?? [];
    this.#found.lacks.set(`${kind}.${name}`, [...known, { event, arguments: missing }]);
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
