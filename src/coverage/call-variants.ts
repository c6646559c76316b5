import type { CallPlace, CallVariantPart, DisagreementPart } from "../documents/report-part.ts";
import type { Disagreement } from "../documents/coverage-result.ts";
import { byPlace, firstOf, isBefore, placeOf } from "../replay/call-place.ts";
import { hexOf } from "../text/text-numbers.ts";
import { surfaceOf } from "./coverage-rows.ts";
import type { CoveredCall } from "./call-facts.ts";
import { EFFECTS, effectOf, hashesOfCall, LISTED } from "./disagreement-tally.ts";
import { lesserHash } from "./least-hashes.ts";

type Variant = { -readonly [name in keyof CallVariantPart]: CallVariantPart[name] };
type By = Disagreement["by"];

/** A disagreement, and the first call that shows it. */
interface Found {
  readonly described: Omit<Disagreement, "calls" | "example">;
  calls: number;
  first: CallPlace;
}

/**
 * What `DisagreementTally` finds, in a form that adds up over parts of a trace: how each call was
 * decided on each surface, and when first. Bounded: of too many calls a sample is kept.
 */
export class CallVariants {
  readonly #most: number;
  #calls = new Map<string, Map<string, Variant>>();
  #below: string | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  add(covered: CoveredCall): void {
    const surface = surfaceOf(covered);
    const hashes = surface === "?" ? undefined : hashesOfCall(covered);
    if (hashes === undefined) return;
    const { call, caller, deed } = covered;
    this.#note(hexOf(hashes), {
      surface,
      recorded: EFFECTS.indexOf(call.effect ?? "allow"),
      candidate: EFFECTS.indexOf(effectOf(call.decided.candidate) ?? ""),
      subject: caller.subject,
      action: deed.action,
      calls: 1,
      first: placeOf(call),
    });
  }

  #note(hash: string, variant: CallVariantPart): void {
    if (this.#below !== null && hash >= this.#below) return;
    const known = this.#calls.get(hash) ?? new Map<string, Variant>();
    this.#calls.set(hash, known);
    const { surface, recorded, candidate, subject, action, calls, first } = variant;
    const key = JSON.stringify([surface, recorded, candidate, subject, action]);
    const before = known.get(key);
    if (before === undefined) known.set(key, { ...variant });
    else {
      before.calls += calls;
      before.first = firstOf(before.first, first);
    }
    if (this.#calls.size > 2 * this.#most) this.#cut();
  }

  #cut(): void {
    if (this.#calls.size <= this.#most) return;
    const hashes = [...this.#calls].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#below = hashes[this.#most]?.[0] ?? this.#below;
    this.#calls = new Map(hashes.slice(0, this.#most));
  }

  /** Whether only a sample of the calls is compared. */
  get isSample(): boolean {
    return this.#below !== null;
  }

  part(): DisagreementPart {
    this.#cut();
    return {
      calls: [...this.#calls].map(([hash, variants]) => [hash, [...variants.values()]]),
      below: this.#below,
    };
  }

  /** Adds what another part of the trace saw. */
  merge({ calls, below }: DisagreementPart): void {
    this.#below = lesserHash(this.#below, below);
    for (const hash of this.#calls.keys())
      if (this.#below !== null && hash >= this.#below) this.#calls.delete(hash);
    for (const [hash, variants] of calls) for (const variant of variants) this.#note(hash, variant);
  }

  /** Most calls first, as `DisagreementTally` lists them. */
  list(): readonly Disagreement[] {
    this.#cut();
    const found = new Map<string, Found>();
    for (const variants of this.#calls.values())
      for (const by of ["recorded", "candidate"] as const)
        for (const one of disagreeing([...variants.values()], by)) addTo(found, one);
    return [...found]
      .sort(([, a], [, b]) => byPlace(a.first, b.first))
      .slice(0, LISTED)
      .sort(([a, m], [b, n]) => n.calls - m.calls || (a < b ? -1 : 1))
      .map(([, { described, calls, first }]) => ({ ...described, example: first.id, calls }));
  }
}

function addTo(found: Map<string, Found>, one: Found): void {
  const key = keyOf(one);
  const known = found.get(key);
  if (known === undefined) return void found.set(key, one);
  known.calls += one.calls;
  known.first = firstOf(known.first, one.first);
}

function keyOf({ described: { by, subject, action, surfaces } }: Found): string {
  return JSON.stringify([by, subject, action, surfaces]);
}

/** What of one call's variants differs from the first in surface and effect. */
function disagreeing(variants: readonly CallVariantPart[], by: By): readonly Found[] {
  const known = variants.filter((variant) => variant[by] > 0);
  const first = known.reduce<CallVariantPart | undefined>(
    (a, b) => (a === undefined || isBefore(b.first, a.first) ? b : a),
    undefined,
  );
  if (first === undefined) return [];
  return known
    .filter((one) => one.surface !== first.surface && one[by] !== first[by])
    .map((one) => ({
      described: {
        by,
        subject: one.subject,
        action: one.action,
        surfaces: [first, one]
          .map((side) => ({ surface: side.surface, effect: EFFECTS[side[by]] ?? "" }))
          .sort((a, b) => (a.surface < b.surface ? -1 : 1)),
      },
      calls: one.calls,
      first: one.first,
    }));
}
