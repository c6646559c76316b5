import { member } from "../request/json.ts";
import type { LabelScores } from "../documents/replay-result.ts";
import type { LabelPart } from "../documents/trace-part.ts";
import { SessionSet, type SessionScale } from "./session-set.ts";
import type { CallResult } from "./walk.ts";

/** Whether a call is labelled an incident (true), benign (false), or neither. */
export function labelOf(result: CallResult): boolean | undefined {
  const label = member(result.event.labels, "incident");
  return typeof label === "boolean" ? label : undefined;
}

const SEEN = ["incident", "stopped", "benign", "denied", "gated"] as const;

/** Scores the candidate on labelled calls (design 7.6): incidents stopped, benign work broken. */
export class LabelTally {
  readonly #scale: SessionScale;
  readonly #incident = { calls: 0, stopped: 0, undecided: 0 };
  readonly #benign = { calls: 0, denied: 0, gated: 0, undecided: 0 };
  readonly #seen = {
    incident: new SessionSet(),
    stopped: new SessionSet(),
    benign: new SessionSet(),
    denied: new SessionSet(),
    gated: new SessionSet(),
  };

  constructor(scale: SessionScale) {
    this.#scale = scale;
  }

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
    const count = (name: (typeof SEEN)[number]): number => this.#seen[name].count(this.#scale);
    return {
      incident: {
        ...this.#incident,
        sessions: count("incident"),
        sessionsStopped: count("stopped"),
      },
      benign: {
        ...this.#benign,
        sessions: count("benign"),
        sessionsDenied: count("denied"),
        sessionsGated: count("gated"),
      },
    };
  }
}
