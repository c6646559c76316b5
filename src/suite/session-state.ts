import { Unknown } from "../condition/value.ts";
import { rowOf, type PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Entity } from "../engine/entity.ts";
import type { StateView } from "../engine/evaluation-context.ts";
import type { Json } from "../request/json.ts";
import type { StateReader } from "./judge.ts";
import { plainValue } from "./shown-value.ts";

type Kind = "labels" | "counters" | "values";

/** Who reads state: the caller, or an agent above it (design 4.5: each has its own keys). */
export interface Reader {
  readonly call: PreparedCall;
  readonly subject?: Entity;
}

/** Session state by name, as the next call like this one would read it. */
export function stateReader(
  set: CompiledSet,
  { call, subject = call.subject }: Reader,
  state: StateView,
): StateReader {
  const row = rowOf(call, subject, state);
  const index = (kind: Kind, name: string): number =>
    set.declarations[kind].findIndex((d) => d.name === name);
  const read = <T>(kind: Kind, name: string, make: (index: number) => T): T | undefined => {
    const at = index(kind, name);
    return at < 0 ? undefined : make(at);
  };
  const known = <T>(value: T | Unknown): T | null => (value instanceof Unknown ? null : value);
  return {
    label: (name) => read("labels", name, (i) => known(state.label(i, row))),
    counter: (name) => read("counters", name, (i) => known(state.counter(i, row))),
    values: (name) =>
      read("values", name, (i): readonly Json[] | null => {
        const value = plainValue(state.values(i, row));
        return Array.isArray(value) ? value : null;
      }),
  };
}
