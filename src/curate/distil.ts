import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import type { Side } from "../replay/side.ts";
import type { TraceEvent } from "../trace/event.ts";
import { SessionTable } from "../trace/session-table.ts";
import { sessionKey } from "../trace/tools/session-key.ts";

const FEW = 256;
/** So many sessions to choose from for each feature. */
const ENOUGH = 64;

/** What one session shows: features as small numbers, and what it costs to keep. WHY no set from the start: there may be millions of sessions, and most show little. */
class SessionShow {
  calls = 0;
  readonly #few: number[] = [];
  #many: Set<number> | undefined;

  add(feature: number): void {
    if (this.#many !== undefined) this.#many.add(feature);
    else if (!this.#few.includes(feature)) {
      this.#few.push(feature);
      if (this.#few.length > FEW) this.#many = new Set(this.#few);
    }
  }

  get features(): Iterable<number> {
    return this.#many ?? this.#few;
  }
}

/** Which sessions to keep. */
export interface DistilPlan {
  readonly sessions: ReadonlySet<string>;
  readonly calls: number;
}

const KINDS: readonly (readonly [string, string])[] = [
  ["rule", "rule outcomes"],
  ["change", "transitions"],
  ["missing", "missing attributes"],
  ["label", "incidents"],
];

/**
 * Learns from a replay what each session shows: the rules that decided or matched, with what effect, in either
 * version; how the versions differ; attributes that were missing; labelled calls, stopped or not. A call without a
 * session is one of its own.
 */
export class Distiller implements ReplayObserver {
  readonly #names = new Map<string, number>();
  readonly #sessions = new Map<string, SessionShow>();
  readonly #most: number;
  readonly #seen = new SessionTable();
  calls = 0;

  /** `most`: so many sessions are looked at before those are forgotten that show nothing of their own. */
  constructor(most = 50_000) {
    this.#most = most;
  }

  call(result: CallResult): void {
    this.calls++;
    const show = this.#show(result.event);
    show.calls++;
    for (const feature of featuresOf(result)) show.add(this.#number(feature));
  }

  get sessions(): number {
    return this.#seen.size;
  }

  /** All that the trace shows, sorted. */
  features(): readonly string[] {
    return [...this.#names.keys()].sort();
  }

  /** How many features there are of each kind. */
  byKind(): { readonly [kind: string]: number } {
    return Object.fromEntries(KINDS.map(([prefix, name]) => [name, [...this.#names.keys()].filter((feature) => feature.startsWith(`${prefix} `)).length]));
  }

  /**
   * A small set of sessions that together show everything: greedily the one that shows most of what is still missing
   * for its number of calls; ties by name, so that the same trace gives the same set.
   */
  plan(): DistilPlan {
    const open = new Set(this.#names.values());
    const candidates = this.#candidates();
    const chosen = new Set<string>();
    let calls = 0;
    while (open.size > 0) {
      const best = bestOf(candidates, open);
      if (best === undefined) break;
      chosen.add(best.name);
      calls += best.show.calls;
      candidates.delete(best.name);
      for (const feature of best.show.features) open.delete(feature);
    }
    return { sessions: chosen, calls };
  }

  /** Of sessions that show the same the cheapest. */
  #candidates(): Map<string, SessionShow> {
    const bySignature = new Map<string, string>();
    for (const [name, show] of this.#sessions) {
      const signature = String.fromCharCode(...[...show.features].sort((a, b) => a - b).flatMap((feature) => [feature >>> 15, feature & 0x7fff]));
      const other = bySignature.get(signature);
      const known = other === undefined ? undefined : this.#sessions.get(other);
      if (other === undefined || known === undefined || show.calls < known.calls || (show.calls === known.calls && name < other)) bySignature.set(signature, name);
    }
    return new Map([...bySignature.values()].sort().flatMap((name) => {
      const show = this.#sessions.get(name);
      return show === undefined ? [] : [[name, show] as const];
    }));
  }

  #show(event: TraceEvent): SessionShow {
    const name = sessionKey(event);
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const fresh = new SessionShow();
    this.#sessions.set(name, fresh);
    this.#seen.ordinal(name);
    if (this.#sessions.size >= this.#most) this.#forget();
    return fresh;
  }

  /** Forgets sessions all of whose features enough others show; the latest are kept, since they may go on. */
  #forget(): void {
    const shown = new Map<number, number>();
    const latest = this.#sessions.size - this.#most / 10;
    let at = 0;
    for (const [name, { features }] of this.#sessions) {
      if (at++ < latest && [...features].every((feature) => (shown.get(feature) ?? 0) >= ENOUGH)) this.#sessions.delete(name);
      else for (const feature of features) shown.set(feature, (shown.get(feature) ?? 0) + 1);
    }
  }

  #number(feature: string): number {
    const known = this.#names.get(feature) ?? this.#names.size;
    this.#names.set(feature, known);
    return known;
  }
}

function bestOf(candidates: ReadonlyMap<string, SessionShow>, open: ReadonlySet<number>): { readonly name: string; readonly show: SessionShow } | undefined {
  let [best, score]: [{ name: string; show: SessionShow } | undefined, number] = [undefined, 0];
  for (const [name, show] of candidates) {
    let fresh = 0;
    for (const feature of show.features) if (open.has(feature)) fresh++;
    const own = fresh / show.calls;
    if (own > score) [best, score] = [{ name, show }, own];
  }
  return best;
}

function featuresOf(result: CallResult): readonly string[] {
  const { baseline, candidate, event } = result;
  const direct = result.direct === undefined ? "" : result.direct ? " direct" : " downstream";
  const incident = event.labels?.["incident"];
  const label = typeof incident === "boolean" ? [`label incident=${incident} baseline=${stopped(baseline)} candidate=${stopped(candidate)}`] : [];
  return [
    ...sideFeatures("baseline", baseline),
    ...sideFeatures("candidate", candidate),
    `change ${result.class}${direct} ${baseline.effect}>${candidate.effect} [${baseline.rules.join()}]>[${candidate.rules.join()}]`,
    ...label,
  ];
}

function stopped(side: Side): string {
  return side.indeterminate ? "undecided" : side.permitted ? "permitted" : "stopped";
}

function sideFeatures(name: string, side: Side): readonly string[] {
  const decision = side.engine?.outcome.decision;
  const decided = side.rules.map((rule) => `rule ${name} ${rule} decided ${side.effect} ${stopped(side)}`);
  if (decision === undefined) return decided;
  return [
    ...decided,
    ...decision.matched.map((rule) => `rule ${name} ${rule} matched`),
    ...decision.undecided.map((rule) => `rule ${name} ${rule} undecided`),
    ...decision.shadow.map(({ rule, effect }) => `rule ${name} ${rule} shadow ${effect}`),
    ...decision.errors.map(({ rule, message }) => `rule ${name} ${rule} error ${message}`),
    ...decision.missing.flatMap(({ attribute, rules }) => rules.map((rule) => `missing ${name} ${attribute} ${rule}`)),
  ];
}
