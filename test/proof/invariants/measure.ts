import { Run } from "../../../src/engine/run.ts";
import type { CompiledSet } from "../../../src/engine/compile-set.ts";
import type { Outcome } from "../../../src/engine/decide.ts";
import type { Approval, SessionExample } from "../../../src/policy/model.ts";
import { askInvariants, type Found } from "../../../src/proof/answer-invariants.ts";
import { load } from "../load.ts";
import { drawSet, type SmallInvariant } from "./generate.ts";
import { callOf, Dice, drawCall, permittedOutcome, type SmallCall } from "./world.ts";

/** What came of asking random invariants about random sets. */
export interface Measured {
  asked: number;
  proved: number;
  refuted: number;
  cannotTell: number;
  /** Of those that cannot be told: how many a call of the small world breaks on some state. */
  breakable: number;
  /** Answers that brute force contradicts; each says how. */
  readonly wrong: string[];
}

function asked(outcome: Outcome): readonly Approval[] {
  return outcome.members.flatMap(({ rules }) =>
    rules.flatMap((item) => item.compiled.approval?.approval ?? []),
  );
}

/** A call of the small world that is permitted and breaks the invariant. */
function broken(
  set: CompiledSet,
  one: SmallInvariant,
  calls: readonly SmallCall[],
): SmallCall | undefined {
  return calls.find((call) => {
    const outcome = permittedOutcome(set, call);
    return outcome !== undefined && one.breaks(call, asked(outcome));
  });
}

const NOTHING: SessionExample = { labels: [], counters: {}, values: {} };

/** Whether the session that is shown runs, each call permitted, and its last call breaks it. */
function isShown(
  set: CompiledSet,
  one: SmallInvariant,
  found: Found & { readonly answer: "refuted" },
): boolean {
  const run = new Run(set);
  let last: Outcome | undefined;
  const state = { labels: new Set<string>(), sum: 0, seen: new Array<string>() };
  for (const [i, request] of found.calls.entries()) {
    last = run.step(request, `c${i}`);
    if (!last.decision.permitted) return false;
    if (i === found.calls.length - 1) break;
    const { server, name, args } = callOf(request, NOTHING);
    if (name === "read") state.labels.add("hot");
    if (args["s"] === "a") state.labels.add("warm");
    if (server === "bank" && typeof args["n"] === "number") state.sum += args["n"];
    if (name === "send" && typeof args["s"] === "string") state.seen.push(args["s"]);
  }
  const [request] = found.calls.slice(-1);
  if (request === undefined || last === undefined) return false;
  const before = {
    labels: [...state.labels],
    counters: { sum: state.sum },
    values: { seen: state.seen },
  };
  return one.breaks(callOf(request, before), asked(last));
}

/** Asks about sets drawn from seeds, each answer held against calls of the small world. */
export function measure(seeds: Iterable<number>, callsEach: number): Measured {
  const measured: Measured = {
    asked: 0,
    proved: 0,
    refuted: 0,
    cannotTell: 0,
    breakable: 0,
    wrong: [],
  };
  for (const seed of seeds) {
    const dice = new Dice(seed);
    const { texts, invariants } = drawSet(dice);
    const { documents, set } = load(...texts);
    const calls = Array.from({ length: callsEach }, () => drawCall(dice));
    askInvariants(documents, set, Date.UTC(2026, 4, 18)).forEach(({ id, answer }, i) => {
      const one = invariants[i];
      if (one === undefined) throw new Error(id);
      const found = answer();
      measured.asked++;
      if (found.answer === "refuted") {
        measured.refuted++;
        if (!isShown(set, one, found))
          measured.wrong.push(`seed ${seed}: ${id} is not broken by what is shown`);
        return;
      }
      const call = broken(set, one, calls);
      if (found.answer === "proved") {
        measured.proved++;
        if (call !== undefined)
          measured.wrong.push(`seed ${seed}: ${id} is not proved: ${JSON.stringify(call)}`);
      } else {
        measured.cannotTell++;
        if (call !== undefined) measured.breakable++;
      }
    });
  }
  return measured;
}
