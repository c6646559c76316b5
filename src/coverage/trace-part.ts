import type { ForgottenSessions } from "../documents/replay-result.ts";
import type { TracePart } from "../documents/trace-part.ts";
import type { ReplayCounts, ReplayTally } from "../replay/tally.ts";
import type { CoverageTally } from "./coverage-tally.ts";

/** Tallies of a trace, or of a part of one. */
export interface Tallies {
  readonly tally: ReplayTally;
  readonly coverage: CoverageTally;
  keylessWrites: number;
  /** Sessions that went on after their state was forgotten (design 5.4). */
  forgotten: ForgottenSessions;
  /** How many calls filters left out. */
  leftOut: number;
  /**
   * How many kinds of calls were decided once for all calls of theirs; each thread decides those
   * that it meets.
   */
  kinds: number;
  /** How many calls were counted as an earlier replay decided them. */
  again: number;
  /** How many calls the engine decided one by one, by why. */
  readonly handed: Map<string, number>;
}

/** What is added up of a part of a trace. */
export interface TraceCounts extends Omit<TracePart, "replay"> {
  readonly replay: ReplayCounts;
}

/** What tallies counted. `areOwn`: no other part has one of the sessions. */
export function partOf(tallies: Tallies, areOwn = false): TracePart {
  const { replay, ...counts } = countsOf(tallies, areOwn);
  const { groups, sessions } = replay;
  return {
    replay: {
      ...replay,
      groups: [...groups],
      sessions: { ...sessions, listed: Array.from(sessions.listed) },
    },
    ...counts,
  };
}

/** The same, its groups one by one. */
export function countsOf(
  { tally, coverage, handed, ...counted }: Tallies,
  areOwn = false,
): TraceCounts {
  return { replay: tally.part(areOwn), coverage: coverage.part(), ...counted, handed: [...handed] };
}

/**
 * Adds parts of one trace to tallies: what comes out is what one walk over the whole trace counts.
 * Parts may be any that leave each call in one of them and keep the calls together that share
 * state, and they may come in any order. Gives, for each part, the numbers in the tallies of its
 * credentials.
 */
export function mergeParts(parts: readonly TraceCounts[], into: Tallies): readonly Uint32Array[] {
  const numbers: Uint32Array[] = [];
  for (const { replay, coverage, forgotten, handed, ...counted } of parts) {
    const { keylessWrites, leftOut, kinds, again } = counted;
    into.tally.merge(replay);
    numbers.push(into.coverage.merge(coverage));
    into.keylessWrites += keylessWrites;
    into.leftOut += leftOut;
    into.kinds += kinds;
    into.again += again;
    for (const [why, calls] of handed) into.handed.set(why, (into.handed.get(why) ?? 0) + calls);
    into.forgotten = {
      baseline: into.forgotten.baseline + forgotten.baseline,
      candidate: into.forgotten.candidate + forgotten.candidate,
    };
  }
  return numbers;
}
