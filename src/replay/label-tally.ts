import type { SessionTable } from "../trace/session-table.ts";
import { BitSet } from "../trace/bit-set.ts";
import { member } from "../request/json.ts";
import type { LabelScores } from "./result.ts";
import type { CallResult } from "./walk.ts";

/** Scores the candidate on labelled calls (design 7.6): incidents stopped, benign work broken. */
export class LabelTally {
  readonly #sessions: SessionTable;
  readonly #incident = { calls: 0, stopped: 0, undecided: 0 };
  readonly #benign = { calls: 0, denied: 0, gated: 0, undecided: 0 };
  readonly #seen = { incident: new BitSet(), stopped: new BitSet(), benign: new BitSet(), denied: new BitSet(), gated: new BitSet() };

  constructor(sessions: SessionTable) {
    this.#sessions = sessions;
  }

  add(result: CallResult): void {
    const label = member(result.event.labels, "incident");
    if (label === true) this.#addIncident(result);
    else if (label === false) this.#addBenign(result);
  }

  #mark(set: "incident" | "stopped" | "benign" | "denied" | "gated", result: CallResult): void {
    if (result.event.session !== undefined) this.#seen[set].add(this.#sessions.ordinal(result.event.session));
  }

  #addIncident(result: CallResult): void {
    this.#incident.calls++;
    this.#mark("incident", result);
    if (result.candidate.indeterminate) this.#incident.undecided++;
    else if (!result.candidate.permitted) {
      this.#incident.stopped++;
      this.#mark("stopped", result);
    }
  }

  #addBenign(result: CallResult): void {
    this.#benign.calls++;
    this.#mark("benign", result);
    const { candidate } = result;
    if (candidate.indeterminate) this.#benign.undecided++;
    else if (candidate.effect === "deny") {
      this.#benign.denied++;
      this.#mark("denied", result);
    } else if (!candidate.permitted) {
      this.#benign.gated++;
      this.#mark("gated", result);
    }
  }

  scores(): LabelScores {
    const { incident, stopped, benign, denied, gated } = this.#seen;
    return {
      incident: { ...this.#incident, sessions: incident.size, sessionsStopped: stopped.size },
      benign: { ...this.#benign, sessions: benign.size, sessionsDenied: denied.size, sessionsGated: gated.size },
    };
  }
}
