import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Outcome } from "../../engine/decide.ts";
import { fitsAction } from "../../engine/scope.ts";
import { prepareCall } from "../../engine/prepared-call.ts";
import { actionEdits, identityEdits, ruleEdits } from "../neighbours.ts";
import { editProbe, Prober, probeJson, differences, type Probe, type ProbeEdit } from "../probe.ts";
import type { WitnessDocument } from "../../documents/test-result.ts";
import type { Mutant } from "./mutants.ts";

/** How many calls are tried before a mutant counts as undecided. */
const BUDGET = 6000;

/** What tells two decisions of one call apart; undefined where nothing does. */
export function witnessDocument(
  probe: Probe,
  before: Outcome,
  after: Outcome,
): WitnessDocument | undefined {
  const differs = differences(before, after);
  if (differs.length === 0) return undefined;
  const { session, ...call } = probeJson(probe);
  const { labels, counters, values } = probe.state;
  const empty =
    labels.length === 0 && Object.keys(counters).length === 0 && Object.keys(values).length === 0;
  const said = ({ decision }: Outcome): WitnessDocument["original"] => ({
    effect: decision.effect,
    permitted: decision.permitted,
    rules: decision.rules,
  });
  return {
    call,
    session: empty ? null : (session ?? null),
    differs,
    original: said(before),
    mutant: said(after),
  };
}

/** Two versions asked the same. */
class Pair {
  tried = 0;
  readonly #original: Prober;
  readonly #mutant: Prober;

  constructor(original: CompiledSet, mutant: CompiledSet) {
    this.#original = new Prober(original);
    this.#mutant = new Prober(mutant);
  }

  get exhausted(): boolean {
    return this.tried >= BUDGET;
  }

  /** What tells the two apart on a call; undefined where they agree. */
  compare(probe: Probe): WitnessDocument | undefined {
    this.tried++;
    const before = this.#original.decide(probe);
    const after = this.#mutant.decide(probe);
    return witnessDocument(probe, before, after);
  }
}

/** A deterministic sequence of numbers below 2^32, seeded by a text. */
function randomOf(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++)
    state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

/**
 * The calls of the tests that the rule's actions fit come first: a difference is most likely near
 * them.
 */
function byNearness(
  pool: readonly Probe[],
  place: { set: CompiledSet; rule: string },
): readonly Probe[] {
  const rule = place.set.rules.find((r) => r.name === place.rule);
  if (rule === undefined) return pool;
  const near = pool.filter(
    (probe) =>
      fitsAction(rule.scope.actions, prepareCall(place.set, probe.request).action.name) !== false,
  );
  return [...near, ...pool.filter((probe) => !near.includes(probe))];
}

function editsFor(
  probe: Probe,
  versions: { original: CompiledSet; mutant: CompiledSet; rule: string },
): readonly ProbeEdit[] {
  const rules = [versions.original, versions.mutant].flatMap((set) =>
    set.rules.filter((rule) => rule.name === versions.rule),
  );
  return [
    ...rules.flatMap((rule) => ruleEdits(rule, probe, versions.original)),
    ...identityEdits(probe, versions.original),
    ...actionEdits(versions.original),
  ];
}

const NEAREST = 40;

/** What tells two versions apart on one call; undefined where they agree on it after all. */
export function describeWitness(
  probe: Probe,
  { original, mutated }: { readonly original: CompiledSet; readonly mutated: CompiledSet },
): WitnessDocument | undefined {
  return new Pair(original, mutated).compare(probe);
}

/**
 * A call that the two versions decide differently: one of the tests' own, one change away from one,
 * or two.
 */
export function findWitness(
  mutant: Mutant,
  sets: {
    readonly original: CompiledSet;
    readonly mutated: CompiledSet;
    readonly pool: readonly Probe[];
  },
): WitnessDocument | undefined {
  const pair = new Pair(sets.original, sets.mutated);
  const pool = byNearness(sets.pool, { set: sets.original, rule: mutant.rule });
  for (const probe of pool) {
    const found = pair.compare(probe);
    if (found !== undefined) return found;
  }
  const edits = pool.slice(0, NEAREST).map((probe) => ({
    probe,
    edits: editsFor(probe, { original: sets.original, mutant: sets.mutated, rule: mutant.rule }),
  }));
  for (const { probe, edits: list } of edits) {
    for (const edit of list) {
      const found = pair.exhausted ? undefined : pair.compare(editProbe(probe, [edit]));
      if (found !== undefined) return found;
    }
  }
  return randomPairs(mutant, pair, edits);
}

function randomPairs(
  mutant: Mutant,
  pair: Pair,
  edits: readonly { probe: Probe; edits: readonly ProbeEdit[] }[],
): WitnessDocument | undefined {
  const random = randomOf(mutant.id);
  for (let i = 0; i < BUDGET / 2 && edits.length > 0; i++) {
    const chosen = edits[random() % edits.length];
    if (chosen === undefined || chosen.edits.length === 0) continue;
    const pick = (): ProbeEdit | undefined => chosen.edits[random() % chosen.edits.length];
    const two = [pick(), pick(), random() % 3 === 0 ? pick() : undefined].filter(
      (edit) => edit !== undefined,
    );
    const found = pair.compare(editProbe(chosen.probe, two));
    if (found !== undefined) return found;
  }
  return undefined;
}
