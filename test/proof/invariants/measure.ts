import { PolicySession } from "../../../src/engine/policy-session.ts";
import type { CompiledSet } from "../../../src/engine/compile-set.ts";
import type { Outcome } from "../../../src/engine/decide.ts";
import type { Approval, SessionExample } from "../../../src/policy/model.ts";
import { askInvariants, type Found } from "../../../src/proof/answer-invariants.ts";
import { load } from "../load.ts";
import { drawSet, type SmallInvariant } from "./generate.ts";
import {
  after,
  callOf,
  Dice,
  drawCall,
  EMPTY,
  exampleOf,
  isPlain,
  permittedOutcome,
  type SmallCall,
  type SmallState,
} from "./world.ts";

/** What came of asking random invariants about random sets. */
export interface Measured {
  asked: number;
  proved: number;
  refuted: number;
  cannotTell: number;
  /** Of those that cannot be told: how many a session of the small world breaks. */
  breakable: number;
  /** Answers that brute force contradicts; each says how. */
  readonly wrong: string[];
}

function asked(outcome: Outcome): readonly Approval[] {
  return outcome.members.flatMap(({ rules }) =>
    rules.flatMap((item) => item.compiled.approval?.approval ?? []),
  );
}

/** A call that the engine permits at the end of a session of permitted calls. */
interface Reached {
  readonly call: SmallCall;
  readonly asked: readonly Approval[];
}

const LONGEST = 4;
/** Calls that are tried in each place of a session. */
const TRIED = 5;

/**
 * Calls that the engine permits at the end of random sessions of up to four calls. State is told
 * without any code of the project; what it cannot tell ends a session.
 */
function reach(set: CompiledSet, dice: Dice, sessions: number): readonly Reached[] {
  const reached: Reached[] = [];
  for (let i = 0; i < sessions; i++) {
    let state: SmallState | undefined = EMPTY;
    for (let length = 0; length < LONGEST && state !== undefined; length++) {
      let next: SmallCall | undefined;
      for (let tried = 0; tried < TRIED; tried++) {
        const call: SmallCall = { ...drawCall(dice), state: exampleOf(state) };
        const outcome = permittedOutcome(set, call);
        if (outcome === undefined) continue;
        reached.push({ call, asked: asked(outcome) });
        next ??= call;
      }
      state = next === undefined || !isPlain(next) ? undefined : after(next, state);
    }
  }
  return reached;
}

const NOTHING: SessionExample = { labels: [], counters: {}, values: {} };

/** Whether the session that is shown runs, each call permitted, and its last call breaks it. */
function isShown(
  set: CompiledSet,
  one: SmallInvariant,
  found: Found & { readonly answer: "refuted" },
): boolean {
  const run = new PolicySession(set);
  let last: Outcome | undefined;
  let state: SmallState = EMPTY;
  for (const [i, request] of found.calls.entries()) {
    last = run.step(request, `c${i}`);
    if (!last.decision.permitted) return false;
    if (i === found.calls.length - 1) break;
    state = after(callOf(request, NOTHING), state);
  }
  const [request] = found.calls.slice(-1);
  if (request === undefined || last === undefined) return false;
  return one.breaks(callOf(request, exampleOf(state)), asked(last));
}

/** Asks about sets drawn from seeds, each answer held against sessions of the small world. */
export function measure(seeds: Iterable<number>, sessionsEach: number): Measured {
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
    const reached = reach(set, dice, sessionsEach);
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
      const call = reached.find((last) => one.breaks(last.call, last.asked))?.call;
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
