import type { VersionDecision } from "../replay/version-decision.ts";
import { hashesOf, TextNumbers } from "../text/text-numbers.ts";
import type { CoveredCall } from "./call-facts.ts";
import { surfaceOf } from "./coverage-rows.ts";
import { NumberList } from "../text/number-list.ts";
import type { Disagreement } from "../documents/coverage-result.ts";

/** How many different calls, and how many surfaces, are told apart; later ones are not compared. */
const CALLS = 1_000_000;
const SURFACES = 1000;
export const EFFECTS = ["", "allow", "require_approval", "deny"] as const;
/** So many disagreements are listed. */
export const LISTED = 200;

type By = Disagreement["by"];

/**
 * What stands for what a call is, wherever it comes from: subject, action, resource and arguments;
 * undefined: it has no arguments.
 */
export function hashesOfCall({
  call,
  caller,
  deed,
}: CoveredCall): readonly [high: number, low: number] | undefined {
  const args = call.args();
  if (args === undefined) return undefined;
  const { type, id } = call.resource();
  const [high, low] = hashesOf(`${type === undefined ? "" : `=${type}`}\u0000${id ?? ""}`);
  const isNamed = id === undefined ? 0 : 1;
  return [
    joined([caller.hashes[0], deed.hashes[0], high, isNamed, args.high]),
    joined([caller.hashes[1], deed.hashes[1], low, isNamed, args.low]) || 1,
  ];
}

function joined(hashes: readonly number[]): number {
  let joint = 0x2545f491;
  for (const hash of hashes) {
    joint = Math.imul(joint ^ hash, 0x85ebca6b);
    joint ^= joint >>> 13;
  }
  return joint >>> 0;
}

/**
 * Finds the same call decided differently on two surfaces: as recorded (a call without a decision
 * ran ungoverned, so it was allowed there), and as the candidate decides. Of each call the first
 * surface and effect are kept.
 */
export class DisagreementTally {
  readonly #calls = new TextNumbers();
  readonly #surfaces: string[] = [];
  readonly #first: { readonly [by in By]: NumberList } = {
    recorded: new NumberList(),
    candidate: new NumberList(),
  };
  readonly #found = new Map<
    string,
    { readonly described: Omit<Disagreement, "calls">; calls: number }
  >();

  add(covered: CoveredCall): void {
    if (this.#calls.size >= CALLS) return;
    const surface = this.#surface(surfaceOf(covered));
    const hashes = surface === undefined ? undefined : hashesOfCall(covered);
    if (hashes === undefined || surface === undefined) return;
    const call = this.#calls.ordinalOf(...hashes);
    this.#compare("recorded", covered, {
      call,
      surface,
      effect: covered.call.effect ?? "allow",
    });
    const effect = effectOf(covered.call.decided.candidate);
    if (effect !== undefined) this.#compare("candidate", covered, { call, surface, effect });
  }

  /** A call without a surface is on none. */
  #surface(name: string): number | undefined {
    const known = this.#surfaces.indexOf(name);
    if (known >= 0 || name === "?" || this.#surfaces.length >= SURFACES)
      return known < 0 ? undefined : known;
    return this.#surfaces.push(name) - 1;
  }

  #compare(
    by: By,
    covered: CoveredCall,
    at: { call: number; surface: number; effect: (typeof EFFECTS)[number] },
  ): void {
    const rank = EFFECTS.indexOf(at.effect);
    const first = this.#first[by].at(at.call);
    if (first === 0) return this.#first[by].set(at.call, at.surface * EFFECTS.length + rank);
    const [surface, effect] = [Math.floor(first / EFFECTS.length), first % EFFECTS.length];
    if (surface === at.surface || effect === rank) return;
    const pair = [
      { surface: this.#surfaces[surface] ?? "?", effect: EFFECTS[effect] ?? "" },
      { surface: this.#surfaces[at.surface] ?? "?", effect: at.effect },
    ].sort((a, b) => (a.surface < b.surface ? -1 : 1));
    this.#note({
      by,
      subject: covered.caller.subject,
      action: covered.deed.action,
      surfaces: pair,
      example: covered.call.id(),
    });
  }

  #note(described: Omit<Disagreement, "calls">): void {
    const { by, subject, action, surfaces } = described;
    const key = JSON.stringify([by, subject, action, surfaces]);
    const known = this.#found.get(key);
    if (known !== undefined) known.calls++;
    else if (this.#found.size < LISTED) this.#found.set(key, { described, calls: 1 });
  }

  /** Most calls first. */
  list(): readonly Disagreement[] {
    return [...this.#found]
      .sort(([a, m], [b, n]) => n.calls - m.calls || (a < b ? -1 : 1))
      .map(([, { described, calls }]) => ({ ...described, calls }));
  }
}

/** The effect of a decision; undefined: it is indeterminate. */
export function effectOf(side: VersionDecision): (typeof EFFECTS)[number] | undefined {
  return side.indeterminate ? undefined : side.effect;
}
