import { TouchedNames } from "../../batch/values/touched-names.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { HashList, KeptBy, WholeState } from "../../documents/part-result.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { PreparedCall } from "../../engine/prepared-call.ts";
import { count } from "../../text/count.ts";
import { HashSample } from "./hash-sample.ts";
import { KEPT_BY, type Split } from "./split-key.ts";

/**
 * So many values are listed of the key of the split, and of each key by which the trace is not split.
 * Of the latter each is needed.
 */
const MOST = 131_072;

/** What of an event hangs on its state. */
export interface StateEvent {
  readonly id: () => string;
  readonly type: string;
  readonly session: string | undefined;
  /** Milliseconds since 1970; undefined: it has no time. */
  readonly time: number | undefined;
  /** The call as each version sees it; asked for only where names are read off it. */
  readonly calls: () => readonly PreparedCall[];
}

/** By what state is collected. */
export interface StateTiesBy {
  readonly versions: readonly CompiledSet[];
  readonly split: Split;
  /** Whether lines with one time are in the order in which the calls were made. */
  readonly inOrder: boolean;
}

/**
 * Collects what tells whether the state of a part's calls is right alone: under which names it is
 * kept, and whether a sort may have lost the order of calls with one state.
 */
export class StateTies {
  readonly #split: Split;
  readonly #watchesOrder: boolean;
  /** Whether the session is a key that matters. */
  readonly #bySession: boolean;
  readonly #names: readonly (readonly [KeptBy, readonly TouchedNames[]])[];
  readonly #keys = new HashSample(MOST);
  readonly #whole: ReadonlyMap<KeptBy, HashSample>;
  /** Names of the events with the time at hand, which is the last one that was met. */
  readonly #atOnce = new Set<string>();
  #time: number | undefined;
  #tied = 0;
  #timeless = 0;
  #first = "";

  constructor({ versions, split, inOrder }: StateTiesBy) {
    const isWhole = (kind: KeptBy): boolean => split.whole.some(({ by }) => by === kind);
    this.#split = split;
    this.#watchesOrder = !inOrder && versions.some(({ stateful }) => stateful);
    this.#bySession = split.key === "session" || isWhole("session");
    this.#whole = new Map(split.whole.map(({ by }) => [by, new HashSample(MOST)]));
    this.#names = KEPT_BY.filter(
      (kind) =>
        kind !== "session" && (isWhole(kind) || (kind === split.key && split.uses.length > 0)),
    ).map((kind) => [kind, versions.map((set) => new TouchedNames(set, kind))]);
  }

  /** Notes an event, in the order of lines. A `UserError` where a call has the state of two keys. */
  add(event: StateEvent): void {
    const { type, session } = event;
    const names = type === "call" ? this.#namesOf(event) : new Map<KeptBy, readonly string[]>();
    if (this.#bySession && session !== undefined) names.set("session", [session]);
    for (const [kind, own] of names) {
      const whole = this.#whole.get(kind);
      if (whole === undefined) this.#keys.add(this.#only(own, event));
      else for (const name of own) whole.add(name);
    }
    if (this.#watchesOrder && (type === "call" || type === "session_end"))
      this.#watch(event, names);
  }

  #namesOf({ calls }: StateEvent): Map<KeptBy, readonly string[]> {
    if (this.#names.length === 0) return new Map();
    const seen = calls();
    return new Map(
      this.#names.flatMap(([kind, versions]) => {
        const all = new Set(seen.flatMap((call, i) => versions[i]?.of(call) ?? []));
        return all.size === 0 ? [] : [[kind, [...all]] as const];
      }),
    );
  }

  #only([name = "", ...more]: readonly string[], { id }: StateEvent): string {
    if (more.length > 0)
      throw new UserError(
        "no-split",
        `the trace cannot be split into parts: call \`${id()}\` has the state of several keys ` +
          `(${this.#split.key})`,
        { help: "keep the state by session, or replay the trace as one, with `agentz replay`" },
      );
    return name;
  }

  #watch({ id, time }: StateEvent, names: ReadonlyMap<KeptBy, readonly string[]>): void {
    const all = [...names].flatMap(([kind, own]) => own.map((name) => `${kind}\u0000${name}`));
    if (all.length === 0) return;
    if (time !== this.#time) this.#atOnce.clear();
    this.#time = time;
    const isTied = time !== undefined && all.some((name) => this.#atOnce.has(name));
    if ((isTied || time === undefined) && this.#tied + this.#timeless === 0) this.#first = id();
    if (time === undefined) this.#timeless++;
    else if (isTied) this.#tied++;
    for (const name of all) this.#atOnce.add(name);
  }

  /** The values of the key of the split, where only a sample of them is compared. */
  keys(): HashList {
    return this.#keys.list();
  }

  /**
   * The names under each key that the split may not keep together. A `UserError` where there are too
   * many, or where nothing tells the order of calls with one state.
   */
  whole(): readonly WholeState[] {
    this.#refuseTied();
    return [...this.#whole].map(([by, sample]) => {
      if (!sample.isWhole)
        throw new UserError(
          "part-too-large",
          `the part has state by ${by} under more than ${MOST} names`,
          { help: "split the trace into more parts" },
        );
      return { by, names: sample.list() };
    });
  }

  #refuseTied(): void {
    if (this.#tied + this.#timeless === 0) return;
    const found = [
      ...(this.#tied > 0 ? [`${count(this.#tied, "event")} with the time of an earlier one`] : []),
      ...(this.#timeless > 0 ? [`${count(this.#timeless, "event")} without a time`] : []),
    ];
    throw new UserError(
      "no-order",
      `the policies keep state, and nothing tells the order of ${found.join(" and ")}, the first ` +
        `\`${this.#first}\`: a sort by time may have changed it`,
      {
        help:
          "sort by a position too (`agentz plan --position <member>`); if the lines are in the order in " +
          "which the calls were made, pass `--in-order`",
      },
    );
  }
}
