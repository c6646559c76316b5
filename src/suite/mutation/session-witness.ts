import type { CompiledSet } from "../../engine/compile-set.ts";
import { PolicySession } from "../../engine/policy-session.ts";
import type { Request } from "../../request/request.ts";
import { casesOf } from "../cases.ts";
import type { Suite } from "../model.ts";
import { stateExample } from "../probe.ts";
import type { WitnessDocument } from "../../documents/test-result.ts";
import { RequestMaker } from "../test-request.ts";
import { witnessDocument } from "./witness.ts";

/** How many sessions are tried. */
const BUDGET = 500;

/** The sessions of the tests, call by call. */
function* sessionsOf(set: CompiledSet, suites: readonly Suite[]): Generator<readonly Request[]> {
  for (const suite of suites) {
    const maker = new RequestMaker(set, suite);
    for (const test of suite.tests) {
      if (test.steps.length < 2) continue;
      for (const { calls } of casesOf(suite, test)) {
        const requests = test.steps.flatMap((step, i) =>
          new Array<Request | string>(step.repeat).fill(maker.make(calls[i] ?? {}, step)),
        );
        const sound = requests.filter((request) => typeof request !== "string");
        if (sound.length === requests.length) yield sound;
      }
    }
  }
}

/** The session with its calls from `index` on put off until the given gap lies before them. */
function delayed(requests: readonly Request[], index: number, gap: number): readonly Request[] {
  const before = requests[index - 1]?.time ?? 0;
  const shift = before + gap - (requests[index]?.time ?? 0);
  return requests.map((request, i) =>
    i < index || request.time === undefined ? request : { ...request, time: request.time + shift },
  );
}

function firstDifference(
  sets: { readonly original: CompiledSet; readonly mutated: CompiledSet },
  requests: readonly Request[],
): WitnessDocument | undefined {
  const runs = {
    original: new PolicySession(sets.original),
    mutated: new PolicySession(sets.mutated),
  };
  for (const [i, request] of requests.entries()) {
    runs.original.observe(request.session, request.time);
    const state = stateExample(sets.original, runs.original.prepare(request), runs.original.state);
    const before = runs.original.step(request, `call ${i + 1}`);
    const after = runs.mutated.step(request, `call ${i + 1}`);
    const found = witnessDocument({ request, state }, before, after);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A session of the tests, with a pause in it of three quarters of `window`, in which the two
 * versions differ.
 */
export function findSessionWitness(
  sets: { readonly original: CompiledSet; readonly mutated: CompiledSet },
  suites: readonly Suite[],
  window: number,
): WitnessDocument | undefined {
  let tried = 0;
  for (const requests of sessionsOf(sets.original, suites)) {
    for (let index = 1; index < requests.length && tried < BUDGET; index++, tried++) {
      const found = firstDifference(sets, delayed(requests, index, Math.floor(window * 0.75)));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
