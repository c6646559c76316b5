import type {
  CounterDeclaration,
  Document,
  LabelDeclaration,
  Policy,
  StateKey,
  ValuesDeclaration,
} from "../../src/policy/model.ts";
import { condition, evaluate, scopeOf } from "./evaluate.ts";
import type { Part } from "./glob.ts";
import { nameOf, partOf } from "./request.ts";
import { personOf } from "./approvals.ts";
import { and, truthOf, YES, type Truth } from "./truth.ts";
import {
  bool,
  equal,
  HIDDEN,
  memberOf,
  ok,
  text,
  unknown,
  type Node,
  type Outcome,
  type Value,
} from "./value.ts";

export type Declaration =
  | ({ readonly what: "labels" } & LabelDeclaration)
  | ({ readonly what: "counters" } & CounterDeclaration)
  | ({ readonly what: "values" } & ValuesDeclaration);

/** One thing that a call left behind, or may have; `value` undefined: nobody knows what. */
interface Entry {
  readonly time: number | undefined;
  readonly value: Value | undefined;
  readonly sure: boolean;
  /** The call whose outcome, told later, says whether it was left. */
  readonly call?: string | undefined;
}

export function declarationsOf(documents: readonly Document[]): readonly Declaration[] {
  return documents
    .filter((document): document is Policy => document.kind === "Policy")
    .flatMap(({ session }) => [
      ...session.labels.map((one) => ({ what: "labels", ...one }) as const),
      ...session.counters.map((one) => ({ what: "counters", ...one }) as const),
      ...session.values.map((one) => ({ what: "values", ...one }) as const),
    ]);
}

/** Where a call's state is kept and read: its roots, its session (one life of it) and its time. */
export interface Position {
  readonly roots: ReadonlyMap<string, Node>;
  readonly session: string | undefined;
  readonly time: number | undefined;
}

/**
 * The key of a call under a declaration; `hidden` where the call has none that is known (design
 * 5.2).
 */
function keyOf(key: StateKey, at: Position): Part {
  const subject = at.roots.get("subject") ?? HIDDEN;
  if (key.by === "session") return at.session === undefined ? "hidden" : { text: at.session };
  if (key.by === "subject") return nameOf(subject);
  if (key.by === "on_behalf_of") return personOf(at.roots.get("context") ?? HIDDEN);
  if (key.by === "tenant") return partOf(subject, "tenant");
  if (key.by !== "condition") return "hidden";
  const found = evaluate(key.condition.expr, scopeOf(at.roots));
  return found.kind === "value" && found.value.type === "string"
    ? { text: found.value.value }
    : "hidden";
}

/** All declared state of one policy version, by declaration and key. */
export class States {
  readonly #entries = new Map<string, Entry[]>();
  readonly declarations: readonly Declaration[];

  constructor(declarations: readonly Declaration[]) {
    this.declarations = declarations;
  }

  #slot(declaration: Declaration, key: string): Entry[] {
    const name = JSON.stringify([declaration.what, declaration.name, key]);
    const slot = this.#entries.get(name) ?? [];
    this.#entries.set(name, slot);
    return slot;
  }

  /** Whether anything was left under a session. */
  holds(session: string): boolean {
    return this.declarations.some(
      (one) => one.key.by === "session" && this.#slot(one, session).length > 0,
    );
  }

  /** Leaves under a session that anything may have been there, nothing of it later than `last`. */
  forget(session: string, last: number | undefined): void {
    for (const one of this.declarations)
      if (one.key.by === "session")
        this.#slot(one, session).push({ time: last, value: undefined, sure: false });
  }

  /**
   * The entries that a call may see: those in the window; one that nobody can place is not surely
   * there. A call without time sees that there were some, not which (design 5.4).
   */
  #inWindow(declaration: Declaration, key: string, time: number | undefined): readonly Entry[] {
    const within = declaration.what === "labels" ? undefined : declaration.within;
    const all = this.#slot(declaration, key);
    if (within === undefined) return all;
    return all.flatMap((entry) => {
      if (time === undefined) return [{ ...entry, value: undefined }];
      if (entry.time === undefined) return [{ ...entry, sure: false }];
      return time - entry.time <= within ? [entry] : [];
    });
  }

  /** `session` as a condition sees it (design 5.1). */
  read(at: Position): Node {
    const roots = new Map([...at.roots].filter(([name]) => name !== "session"));
    const of = (what: Declaration["what"]) => this.declarations.filter((one) => one.what === what);
    const seen = (one: Declaration): readonly Entry[] | undefined => {
      const key = keyOf(one.key, { ...at, roots });
      return typeof key === "object" ? this.#inWindow(one, key.text, at.time) : undefined;
    };
    const counters = of("counters").map((one) => [one.name, counterNode(seen(one))] as const);
    const values = of("values").map(
      (one) =>
        [
          one.name,
          valuesNode(seen(one), one.what === "values" ? one.max : 0, `session.values.${one.name}`),
        ] as const,
    );
    const labels = labelsNode(new Map(of("labels").map((one) => [one.name, seen(one)] as const)));
    const map = (members: ReadonlyMap<string, Node>): Node => ({
      kind: "map",
      members,
      rest: "absent",
    });
    return map(
      new Map([
        ["labels", labels],
        ["counters", map(new Map(counters))],
        ["values", map(new Map(values))],
      ]),
    );
  }

  /**
   * Lets one call leave its state behind (design 5.3). `as` says whether it was made, and ran;
   * `at.roots` are those before the call, with `decision` and `outcome`. `others` are the agents
   * above the caller, who count under `key: subject`.
   */
  write(
    at: Position,
    { happened: made, ran }: { readonly happened: Truth; readonly ran: Truth },
    { others, call }: { readonly others: readonly string[]; readonly call: string | undefined },
  ): void {
    // two calls of one name: nobody can tell whose outcome is told
    if (call !== undefined && made.is !== false)
      this.#replace(call, (entry) => [{ ...entry, call: undefined }]);
    const completed = and([ran, isOk(at.roots)]);
    const writes = this.declarations.flatMap((one) => {
      const held = one.when === undefined ? YES : condition(one.when.expr, scopeOf(at.roots));
      const happened = and([
        one.on === "attempted" ? made : one.on === "completed" ? completed : ran,
        held,
      ]);
      if (happened.is === false) return [];
      const added =
        one.what === "labels"
          ? ok({ type: "bool", value: true })
          : evaluate(one.add.expr, scopeOf(at.roots));
      const isAwaited =
        one.on === "completed" && ran.is === true && held.is === true && happened.is === "unknown";
      const sure = happened.is === true;
      return [{ one, key: keyOf(one.key, at), added, sure, call: isAwaited ? call : undefined }];
    });
    for (const { one, key, added, sure, call: awaited } of writes) {
      if (typeof key !== "object") continue;
      for (const name of new Set([key.text, ...(one.key.by === "subject" ? others : [])]))
        this.#put(one, name, { added, sure, time: at.time, call: awaited });
    }
  }

  #replace(call: string, by: (entry: Entry) => readonly Entry[]): void {
    for (const [name, entries] of this.#entries)
      this.#entries.set(
        name,
        entries.flatMap((entry) => (entry.call === call ? by(entry) : [entry])),
      );
  }

  /** The outcome of a call is told: what it may have left was left, or was not (design 5.3). */
  settle(call: string, happened: boolean): void {
    this.#replace(call, (entry) => (happened ? [{ ...entry, sure: true, call: undefined }] : []));
  }

  #put(
    one: Declaration,
    key: string,
    entry: Omit<Entry, "value"> & { readonly added: Outcome },
  ): void {
    const value =
      one.what === "counters"
        ? amountOf(entry.added)
        : entry.added.kind === "value"
          ? entry.added.value
          : undefined;
    this.#slot(one, key).push({ time: entry.time, value, sure: entry.sure, call: entry.call });
  }
}

function isOk(roots: ReadonlyMap<string, Node>): Truth {
  const status = memberOf(roots.get("outcome") ?? HIDDEN, "status");
  if (status === undefined) return { is: false };
  if (status.kind === "hidden") return { is: "unknown", paths: ["outcome.status"] };
  return truthOf(bool(status.kind === "leaf" && equal(status.value, text("ok"))));
}

/**
 * What a counter may add: a number that is not negative; undefined: an error, so nobody knows what
 * it stands at.
 */
function amountOf(added: Outcome): Value | undefined {
  if (added.kind !== "value") return undefined;
  const { value } = added;
  const amount =
    value.type === "double" || value.type === "int" || value.type === "uint"
      ? Number(value.value)
      : Number.NaN;
  return amount >= 0 ? { type: "double", value: amount } : undefined;
}

function counterNode(entries: readonly Entry[] | undefined): Node {
  if (entries === undefined || entries.some((entry) => entry.value === undefined || !entry.sure))
    return HIDDEN;
  const sum = entries.reduce(
    (total, entry) => total + (entry.value?.type === "double" ? entry.value.value : 0),
    0,
  );
  return { kind: "leaf", value: { type: "double", value: sum } };
}

/**
 * The list keeps the first `max`; once it is full, what is not found in it is unknown (design 5.1).
 */
function valuesNode(entries: readonly Entry[] | undefined, max: number, path: string): Node {
  const kept = (entries ?? []).slice(0, max);
  const open =
    entries === undefined ||
    entries.length >= max ||
    entries.some((entry) => entry.value === undefined);
  const has = (value: Value): Outcome => {
    const found = kept.filter((entry) => entry.value !== undefined && equal(entry.value, value));
    if (found.some(({ sure }) => sure)) return bool(true);
    return open || found.length > 0 ? unknown(path) : bool(false);
  };
  const all = (): Outcome =>
    open || kept.some(({ sure }) => !sure)
      ? unknown(path)
      : ok({
          type: "list",
          value: kept.flatMap((entry) => (entry.value === undefined ? [] : [entry.value])),
        });
  return { kind: "members", has, all };
}

function labelsNode(labels: ReadonlyMap<string, readonly Entry[] | undefined>): Node {
  const one = (name: string): Outcome => {
    const entries = labels.get(name);
    if (!labels.has(name)) return bool(false);
    if (entries === undefined) return unknown(`session.labels.${name}`);
    if (entries.some(({ sure }) => sure)) return bool(true);
    return entries.length > 0 ? unknown(`session.labels.${name}`) : bool(false);
  };
  const all = (): Outcome => {
    const doubt = [...labels.keys()].flatMap((name) => {
      const found = one(name);
      return found.kind === "unknown" ? found.paths : [];
    });
    if (doubt.length > 0) return unknown(...doubt);
    return ok({
      type: "list",
      value: [...labels.keys()]
        .filter((name) => equalsTrue(one(name)))
        .sort()
        .map(text),
    });
  };
  return {
    kind: "members",
    has: (value) => (value.type === "string" ? one(value.value) : bool(false)),
    all,
  };
}

function equalsTrue(outcome: Outcome): boolean {
  return outcome.kind === "value" && outcome.value.type === "bool" && outcome.value.value;
}
