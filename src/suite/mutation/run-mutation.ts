import type { CompiledSet } from "../../engine/compile-set.ts";
import { canonicalJson } from "../../request/canonical-json.ts";
import type { Document } from "../../policy/model.ts";
import type { Suite } from "../model.ts";
import { probeJson, stateExample, type Probe } from "../probe.ts";
import type {
  MutationDocument,
  SurvivorDocument,
  WitnessDocument,
} from "../../documents/test-result.ts";
import type { Explaining } from "../rule-tree.ts";
import { RuleNames } from "../rule-names.ts";
import { SuiteRunner, type Decided } from "../run-test.ts";
import { chosenTests } from "../run-suites.ts";
import { judgeMutant, type Equivalence } from "./equivalent.ts";
import { mutatedSet } from "./mutated-set.ts";
import { mutantsOf, type Mutant } from "./mutants.ts";
import { findSessionWitness } from "./session-witness.ts";
import { describeWitness, findWitness } from "./witness.ts";

/** What a mutation run takes: suites whose tests all pass. */
export interface MutationJob extends Explaining {
  readonly documents: readonly Document[];
  readonly suites: readonly Suite[];
  readonly filter?: string | undefined;
  /** The calls of the tests, with the state that each was decided on. */
  readonly pool: readonly Probe[];
}

const POOL = 400;

/** Gathers the calls that tests decide, each once, as the start of a search for others. */
export class ProbePool {
  readonly #set: CompiledSet;
  readonly #probes = new Map<string, Probe>();

  constructor(set: CompiledSet) {
    this.#set = set;
  }

  get probes(): readonly Probe[] {
    return [...this.#probes.values()];
  }

  take({ call, run }: Decided): void {
    if (this.#probes.size >= POOL) return;
    const probe = { request: call.request, state: stateExample(this.#set, call, run.state) };
    const key = canonicalJson(probeJson(probe));
    if (!this.#probes.has(key)) this.#probes.set(key, probe);
  }
}

/** Whether some test no longer passes. Stops at the first. */
function isKilled(set: CompiledSet, job: MutationJob): boolean {
  const names = new RuleNames(set);
  return job.suites.some((suite) => {
    const runner = new SuiteRunner(set, suite, names);
    return chosenTests(suite, job.filter).some((test) => !runner.run(test, {}, true));
  });
}

type Fate =
  | { readonly is: "killed" | "equivalent" | "unloadable" }
  | { readonly is: "survived"; readonly witness: WitnessDocument }
  | { readonly is: "undecided" };

/**
 * A call that tells the two apart. WHY the tests' own neighbourhood first: it says more to their
 * author than a call that analysis made up.
 */
function witnessOf(
  mutant: Mutant,
  { job, mutated, verdict }: { job: MutationJob; mutated: CompiledSet; verdict: Equivalence },
): WitnessDocument | undefined {
  const sets = { original: job.set, mutated };
  if (mutant.kind.by === "window") return findSessionWitness(sets, job.suites, mutant.kind.window);
  const found = findWitness(mutant, { ...sets, pool: job.pool });
  return found ?? (verdict.is === "different" ? describeWitness(verdict.witness, sets) : undefined);
}

function fateOf(mutant: Mutant, job: MutationJob): Fate {
  const mutated = mutatedSet(job.set, job.documents, mutant);
  if (mutated === undefined) return { is: "unloadable" };
  if (isKilled(mutated.set, job)) return { is: "killed" };
  const verdict = judgeMutant({ set: job.set, documents: job.documents }, mutated);
  if (verdict.is === "equivalent") return { is: "equivalent" };
  const witness = witnessOf(mutant, { job, mutated: mutated.set, verdict });
  return witness === undefined ? { is: "undecided" } : { is: "survived", witness };
}

function survivor(
  mutant: Mutant,
  witness: WitnessDocument | null,
  explaining: Explaining,
): SurvivorDocument {
  const { id, rule, operator, change, place, offset, before, after } = mutant;
  const { line } = explaining.lines.at(place.file, offset);
  return { id, rule, operator, change, file: place.file, line, before, after, witness };
}

/** What became of one mutant; plain data, so that it can come from another thread. */
export interface FateDocument {
  /** The mutant's place in the order of `mutantsOf`. */
  readonly index: number;
  readonly is: Fate["is"];
  /** Set where no test noticed it. */
  readonly survivor?: SurvivorDocument;
}

/** Which mutants to try: those whose place leaves `index` when divided by `of`. */
export interface MutantShare {
  readonly index: number;
  readonly count: number;
}

export const EVERY_MUTANT: MutantShare = { index: 0, count: 1 };

function fateDocument(mutant: Mutant, index: number, job: MutationJob): FateDocument {
  const fate = fateOf(mutant, job);
  if (fate.is === "survived")
    return { index, is: fate.is, survivor: survivor(mutant, fate.witness, job) };
  return fate.is === "undecided"
    ? { index, is: fate.is, survivor: survivor(mutant, null, job) }
    : { index, is: fate.is };
}

/**
 * Changes rules one way at a time and asks the tests to notice (design 8.3): the fates of a share
 * of the mutants.
 */
export function mutantFates(job: MutationJob, share: MutantShare): readonly FateDocument[] {
  return mutantsOf(job.documents, job.set.catalog).flatMap((mutant, index) =>
    index % share.count === share.index ? [fateDocument(mutant, index, job)] : [],
  );
}

/** The document of all fates, in whatever order they come. */
export function mutationDocument(fates: readonly FateDocument[]): MutationDocument {
  const ordered = [...fates].sort((a, b) => a.index - b.index);
  const count = (is: Fate["is"]): number => ordered.filter((fate) => fate.is === is).length;
  const open = (is: Fate["is"]): readonly SurvivorDocument[] =>
    ordered.flatMap((fate) =>
      fate.is === is && fate.survivor !== undefined ? [fate.survivor] : [],
    );
  const killed = count("killed");
  const decided = killed + count("survived");
  return {
    killed,
    equivalent: count("equivalent"),
    unloadable: count("unloadable"),
    total: decided + count("undecided"),
    undecided: count("undecided"),
    score: decided === 0 ? null : Math.floor((killed / decided) * 1000) / 10,
    survivors: open("survived"),
    undecidedMutants: open("undecided"),
  };
}
