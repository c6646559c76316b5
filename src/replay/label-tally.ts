import { BitSet } from "../trace/bit-set.ts";
import { member } from "../request/json.ts";
import type { LabelScores } from "../documents/replay-result.ts";
import type { CallResult } from "./walk.ts";

/** Whether a call is labelled an incident (true), benign (false), or neither. */
export function labelOf(result: CallResult): boolean | undefined {
  const label = member(result.event.labels, "incident");
  return typeof label === "boolean" ? label : undefined;
}

/**
 * What a {@link LabelTally} counted, as plain data; sessions are bits by the part's own numbers.
 */
export interface LabelPart {
  readonly incident: {
    readonly calls: number;
    readonly stopped: number;
    readonly undecided: number;
  };
  readonly benign: {
    readonly calls: number;
    readonly denied: number;
    readonly gated: number;
    readonly undecided: number;
  };
  readonly seen: { readonly [name in (typeof SEEN)[number]]: Uint32Array };
}

const SEEN = ["incident", "stopped", "benign", "denied", "gated"] as const;

/** Scores the candidate on labelled calls (design 7.6): incidents stopped, benign work broken. */
export class LabelTally {
  readonly #incident = { calls: 0, stopped: 0, undecided: 0 };
  readonly #benign = { calls: 0, denied: 0, gated: 0, undecided: 0 };
  readonly #seen = {
    incident: new BitSet(),
    stopped: new BitSet(),
    benign: new BitSet(),
    denied: new BitSet(),
    gated: new BitSet(),
  };

  /** Counts `calls` calls of one result. */
  count(result: CallResult, calls: number): void {
    const label = labelOf(result);
    const { candidate } = result;
    if (label === true) {
      this.#incident.calls += calls;
      if (candidate.indeterminate) this.#incident.undecided += calls;
      else if (!candidate.permitted) this.#incident.stopped += calls;
    } else if (label === false) {
      this.#benign.calls += calls;
      if (candidate.indeterminate) this.#benign.undecided += calls;
      else if (candidate.effect === "deny") this.#benign.denied += calls;
      else if (!candidate.permitted) this.#benign.gated += calls;
    }
  }

  /**
   * Notes the session of one of them; every labelled call is to be marked besides being counted.
   */
  mark(result: CallResult, session: number | undefined): void {
    const label = labelOf(result);
    if (session === undefined || label === undefined) return;
    const { candidate } = result;
    this.#seen[label ? "incident" : "benign"].add(session);
    if (candidate.indeterminate || candidate.permitted) return;
    if (label) this.#seen.stopped.add(session);
    else this.#seen[candidate.effect === "deny" ? "denied" : "gated"].add(session);
  }

  part(): LabelPart {
    const { incident, stopped, benign, denied, gated } = this.#seen;
    const seen = {
      incident: incident.part(),
      stopped: stopped.part(),
      benign: benign.part(),
      denied: denied.part(),
      gated: gated.part(),
    };
    return { incident: { ...this.#incident }, benign: { ...this.#benign }, seen };
  }

  /** `sessions`: the numbers here of the part's sessions. */
  merge({ incident, benign, seen }: LabelPart, sessions: Uint32Array): void {
    for (const name of ["calls", "stopped", "undecided"] as const)
      this.#incident[name] += incident[name];
    for (const name of ["calls", "denied", "gated", "undecided"] as const)
      this.#benign[name] += benign[name];
    for (const name of SEEN) this.#seen[name].merge(seen[name], sessions);
  }

  scores(): LabelScores {
    const { incident, stopped, benign, denied, gated } = this.#seen;
    return {
      incident: { ...this.#incident, sessions: incident.size, sessionsStopped: stopped.size },
      benign: {
        ...this.#benign,
        sessions: benign.size,
        sessionsDenied: denied.size,
        sessionsGated: gated.size,
      },
    };
  }
}
