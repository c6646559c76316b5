import type { Document } from "../../src/policy/model.ts";
import { classOf, type Class } from "./change.ts";
import type { Decided } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { asRead, type Event } from "./request.ts";
import { ReferenceRun } from "./run.ts";

/** One call under two versions (design 7.4, 7.5). */
export interface Change {
  readonly id: string | undefined;
  readonly baseline: Decision;
  readonly candidate: Decision;
  /** Undefined: too much is unknown to try every way. */
  readonly class: Class | "unreachable" | undefined;
  /**
   * Whether the versions differ on the baseline's history too; on widened and narrowed alone, and
   * undefined where that takes too long.
   */
  readonly direct: boolean | undefined;
}

function runs({ worlds }: Decided): boolean | undefined {
  const answers = new Set(worlds.map(({ permitted }) => permitted));
  return answers.size === 1 ? answers.has(true) : undefined;
}

function isInvocation({ action, unrecorded = [] }: Event): boolean {
  return (
    action?.["kind"] === "subagent_invocation" &&
    !unrecorded.some((path) => path === "action" || path === "action.kind")
  );
}

/** Three histories beside each other: each version's own, and the candidate on the baseline's. */
export function referenceReplay(
  versions: { readonly baseline: readonly Document[]; readonly candidate: readonly Document[] },
  events: readonly Event[],
  idle?: number,
): readonly Change[] {
  const baseline = new ReferenceRun(versions.baseline, idle);
  const [candidate, mirror] = [
    new ReferenceRun(versions.candidate, idle),
    new ReferenceRun(versions.candidate, idle),
  ];
  // by id, the sessions of its events, and whether each was cut off
  const seen = new Map<string | undefined, { session: unknown; cut: boolean }[]>();
  const isBelow = ({ session, parent }: Event): boolean => {
    const all = parent === undefined ? [] : (seen.get(parent) ?? []);
    const own = all.filter((one) => one.session === session);
    const meant = own.length > 0 ? own : all;
    return meant.length > 0 && meant.every(({ cut }) => cut);
  };
  return events.map(asRead).flatMap((event) => {
    const below = isBelow(event);
    const before = baseline.meet(event);
    const [after, mirrored] = [candidate.meet(event), mirror.meet(event, baseline)];
    const stopped =
      before !== undefined &&
      after !== undefined &&
      isInvocation(event) &&
      runs(before) === true &&
      runs(after) === false;
    const one = { session: event.session, cut: below || stopped };
    seen.set(event.id, [...(seen.get(event.id) ?? []), one]);
    if (before === undefined || after === undefined || mirrored === undefined) return [];
    baseline.leave(event, before);
    candidate.leave(event, after);
    mirror.leave(event, mirrored, before);
    const change = below ? "unreachable" : classOf(before, after);
    const moved =
      change === "widened" || change === "narrowed" ? classOf(before, mirrored) : undefined;
    return [
      {
        id: event.id,
        baseline: before.decision,
        candidate: after.decision,
        class: change,
        direct: moved === undefined ? undefined : moved !== "unchanged",
      },
    ];
  });
}
