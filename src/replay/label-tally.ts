import { member } from "../request/json.ts";
import type { FailingCalls, LabelScores } from "../documents/replay-result.ts";
import type { LabelPart } from "../documents/trace-part.ts";
import { FailingTally } from "./failing-tally.ts";
import { SessionSet, type SessionScale } from "./session-set.ts";
import { isByFailingRules, type VersionDecision } from "./version-decision.ts";
import type { CallResult } from "./walk.ts";

/** Whether a call is labelled an incident (true), benign (false), or neither. */
export function labelOf(result: CallResult): boolean | undefined {
  const label = member(result.event.labels, "incident");
  return typeof label === "boolean" ? label : undefined;
}

/** Whether a version stops a call whatever is unrecorded. */
function isStopped({ indeterminate, permitted }: VersionDecision): boolean {
  return !indeterminate && !permitted;
}

/** Whether a call is labelled an incident, stopped by the baseline and not by the candidate. */
export function isNoLongerStopped(result: CallResult): boolean {
  return labelOf(result) === true && isStopped(result.baseline) && !isStopped(result.candidate);
}

/** Whether a call is labelled benign and surely denied by the candidate. */
export function isBenignDenied(result: CallResult): boolean {
  const { effect, indeterminate } = result.candidate;
  return labelOf(result) === false && effect === "deny" && !indeterminate;
}

const SEEN = ["incident", "stopped", "noLongerStopped", "benign", "denied", "gated"] as const;
/** So many sessions of incidents that are no longer stopped are named. */
const NAMED = 3;
const INCIDENT = [
  "calls",
  "stopped",
  "held",
  "failing",
  "stoppedBefore",
  "heldBefore",
  "undecided",
] as const;
const BENIGN = [
  "calls",
  "denied",
  "failing",
  "gated",
  "deniedBefore",
  "gatedBefore",
  "undecided",
] as const;

/** What of a labelled call counts besides its result. */
interface Marked {
  readonly id: () => string;
  readonly session: number | undefined;
  readonly sessionName: () => string | undefined;
}

/** Scores the candidate on labelled calls (design 7.6): incidents stopped, benign work broken. */
export class LabelTally {
  readonly #scale: SessionScale;
  readonly #incident = {
    calls: 0,
    stopped: 0,
    held: 0,
    failing: 0,
    stoppedBefore: 0,
    heldBefore: 0,
    undecided: 0,
  };
  readonly #noLongerStopped = { calls: 0, undecided: 0 };
  #sessionNames: readonly string[] = [];
  readonly #benign = {
    calls: 0,
    denied: 0,
    failing: 0,
    gated: 0,
    deniedBefore: 0,
    gatedBefore: 0,
    undecided: 0,
  };
  readonly #failing = { incident: new FailingTally(), benign: new FailingTally() };
  readonly #seen = {
    incident: new SessionSet(),
    stopped: new SessionSet(),
    noLongerStopped: new SessionSet(),
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
    const { baseline, candidate } = result;
    if (label === true) {
      this.#incident.calls += calls;
      if (isStopped(baseline)) {
        this.#incident.stoppedBefore += calls;
        if (baseline.effect !== "deny") this.#incident.heldBefore += calls;
      }
      if (isNoLongerStopped(result)) {
        this.#noLongerStopped.calls += calls;
        if (candidate.indeterminate) this.#noLongerStopped.undecided += calls;
      }
      if (candidate.indeterminate) this.#incident.undecided += calls;
      else if (!candidate.permitted) {
        this.#incident.stopped += calls;
        if (candidate.effect !== "deny") this.#incident.held += calls;
        else if (isByFailingRules(candidate)) this.#incident.failing += calls;
      }
    } else if (label === false) {
      this.#benign.calls += calls;
      if (isStopped(baseline))
        this.#benign[baseline.effect === "deny" ? "deniedBefore" : "gatedBefore"] += calls;
      if (candidate.indeterminate) this.#benign.undecided += calls;
      else if (isBenignDenied(result)) {
        this.#benign.denied += calls;
        if (isByFailingRules(candidate)) this.#benign.failing += calls;
      } else if (!candidate.permitted) this.#benign.gated += calls;
    }
  }

  /**
   * Notes the session of one of them, and by which rules it is denied where they fail; every
   * labelled call is to be marked besides being counted.
   */
  mark(result: CallResult, call: Marked): void {
    const label = labelOf(result);
    const { session } = call;
    if (label === undefined) return;
    const { candidate } = result;
    const kind = label ? "incident" : "benign";
    this.#failing[kind].mark(result, call);
    if (session === undefined) return;
    this.#seen[kind].add(session);
    if (isNoLongerStopped(result)) {
      this.#seen.noLongerStopped.add(session);
      this.#name([call.sessionName() ?? ""]);
    }
    if (candidate.indeterminate || candidate.permitted) return;
    if (label) this.#seen.stopped.add(session);
    else this.#seen[candidate.effect === "deny" ? "denied" : "gated"].add(session);
  }

  /** Keeps the first names, in whatever order they come. */
  #name(names: readonly string[]): void {
    this.#sessionNames = [...new Set([...this.#sessionNames, ...names])].sort().slice(0, NAMED);
  }

  part(): LabelPart {
    const { incident, stopped, noLongerStopped, benign, denied, gated } = this.#seen;
    const seen = {
      incident: incident.part(),
      stopped: stopped.part(),
      noLongerStopped: noLongerStopped.part(),
      benign: benign.part(),
      denied: denied.part(),
      gated: gated.part(),
    };
    return {
      incident: { ...this.#incident },
      noLongerStopped: { ...this.#noLongerStopped, sessionNames: this.#sessionNames },
      benign: { ...this.#benign },
      failing: {
        incident: this.#failing.incident.part(),
        benign: this.#failing.benign.part(),
      },
      seen,
    };
  }

  /** `sessions`: the numbers here of the part's sessions. */
  merge(part: LabelPart, sessions: Uint32Array): void {
    const { incident, noLongerStopped, benign, failing, seen } = part;
    for (const name of INCIDENT) this.#incident[name] += incident[name];
    for (const name of ["calls", "undecided"] as const)
      this.#noLongerStopped[name] += noLongerStopped[name];
    this.#name(noLongerStopped.sessionNames);
    for (const name of BENIGN) this.#benign[name] += benign[name];
    for (const kind of ["incident", "benign"] as const) this.#failing[kind].merge(failing[kind]);
    for (const name of SEEN) this.#seen[name].merge(seen[name], sessions);
  }

  scores(): LabelScores {
    const count = (name: (typeof SEEN)[number]): number => this.#seen[name].count(this.#scale);
    const failingCalls = (
      kind: "incident" | "benign",
    ): { failingCalls?: readonly FailingCalls[] } => {
      const first = this.#failing[kind].first();
      return first.length === 0 ? {} : { failingCalls: first };
    };
    return {
      incident: {
        ...this.#incident,
        ...failingCalls("incident"),
        noLongerStopped: {
          ...this.#noLongerStopped,
          sessions: count("noLongerStopped"),
          sessionNames: this.#sessionNames,
        },
        sessions: count("incident"),
        sessionsStopped: count("stopped"),
      },
      benign: {
        ...this.#benign,
        ...failingCalls("benign"),
        sessions: count("benign"),
        sessionsDenied: count("denied"),
        sessionsGated: count("gated"),
      },
    };
  }
}
