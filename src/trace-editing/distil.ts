import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import { sessionKey } from "../trace/tools/session-key.ts";
import { greedyCover } from "./greedy-cover.ts";
import { SessionShows } from "./session-shows.ts";

/** Which sessions to keep. */
export interface DistilPlan {
  readonly sessions: number;
  readonly calls: number;
  /** Whether the session of that key is one of them. */
  readonly keeps: (session: string) => boolean;
}

const KINDS: readonly (readonly [string, string])[] = [
  ["rule", "rule outcomes"],
  ["change", "transitions"],
  ["missing", "missing attributes"],
  ["label", "incidents"],
];

/**
 * Learns from a replay what each session shows: the rules that decided or matched, with what
 * effect, in either version; how the versions differ; attributes that were missing; labelled calls,
 * stopped or not. A call without a session is one of its own.
 */
export class Distiller implements ReplayObserver {
  readonly #names = new Map<string, number>();
  readonly #shows: SessionShows;
  calls = 0;

  /**
   * `recent`: how many sessions are held at hand; others are held by what they show, in little
   * room.
   */
  constructor(recent = 4096) {
    this.#shows = new SessionShows(recent);
  }

  call(result: CallResult): void {
    this.calls++;
    const show = this.#shows.count(sessionKey(result.event));
    for (const feature of featuresOf(result)) show.add(this.#number(feature));
  }

  get sessions(): number {
    return this.#shows.size;
  }

  /** All that the trace shows, sorted. */
  features(): readonly string[] {
    return [...this.#names.keys()].sort();
  }

  /** How many features there are of each kind. */
  byKind(): { readonly [kind: string]: number } {
    return Object.fromEntries(
      KINDS.map(([prefix, name]) => [
        name,
        [...this.#names.keys()].filter((feature) => feature.startsWith(`${prefix} `)).length,
      ]),
    );
  }

  /**
   * A small set of sessions that together show everything, found greedily: the same trace gives the
   * same set.
   */
  plan(): DistilPlan {
    const shows = greedyCover(this.#shows.cheapest());
    const chosen = new Set(shows.map(({ session }) => session));
    const calls = shows.reduce((sum, show) => sum + show.calls, 0);
    return {
      sessions: chosen.size,
      calls,
      keeps: (session) => chosen.has(this.#shows.ordinal(session)),
    };
  }

  #number(feature: string): number {
    const known = this.#names.get(feature) ?? this.#names.size;
    this.#names.set(feature, known);
    return known;
  }
}

function featuresOf(result: CallResult): readonly string[] {
  const { baseline, candidate, event } = result;
  const direct = result.direct === undefined ? "" : result.direct ? " direct" : " downstream";
  const incident = event.labels?.["incident"];
  const label =
    typeof incident === "boolean"
      ? [`label incident=${incident} baseline=${stopped(baseline)} candidate=${stopped(candidate)}`]
      : [];
  return [
    ...sideFeatures("baseline", baseline),
    ...sideFeatures("candidate", candidate),
    `change ${result.class}${direct} ${baseline.effect}>${candidate.effect} ` +
      `[${baseline.rules.join()}]>[${candidate.rules.join()}]`,
    ...label,
  ];
}

function stopped(side: VersionDecision): string {
  return side.indeterminate ? "undecided" : side.permitted ? "permitted" : "stopped";
}

function sideFeatures(name: string, side: VersionDecision): readonly string[] {
  const decision = side.engine?.outcome.decision;
  const decided = side.rules.map(
    (rule) => `rule ${name} ${rule} decided ${side.effect} ${stopped(side)}`,
  );
  if (decision === undefined) return decided;
  return [
    ...decided,
    ...decision.matched.map((rule) => `rule ${name} ${rule} matched`),
    ...decision.undecided.map((rule) => `rule ${name} ${rule} undecided`),
    ...decision.shadow.map(({ rule, effect }) => `rule ${name} ${rule} shadow ${effect}`),
    ...decision.errors.map(({ rule, message }) => `rule ${name} ${rule} error ${message}`),
    ...decision.missing.flatMap(({ attribute, rules }) =>
      rules.map((rule) => `missing ${name} ${attribute} ${rule}`),
    ),
  ];
}
