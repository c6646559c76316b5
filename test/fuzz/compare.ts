import { isDeepStrictEqual } from "node:util";
import type { Decision } from "../reference/decision.ts";
import { referenceRun } from "../reference/run.ts";
import { engineRun } from "./engine-adapter.ts";
import { show, type Scenario } from "./scenario.ts";

/** One thing on which engine and reference disagree. */
export interface Difference {
  /** Which call of the trace, from 0. */
  readonly call: number;
  readonly field: string;
  readonly engine: unknown;
  readonly reference: unknown;
}

const FIELDS: readonly (keyof Decision)[] = [
  "effect", "permitted", "indeterminate", "possible", "rules", "matched", "undecided", "shadow", "excepted", "nearest", "obligations", "approval", "missing", "errors",
];

/** All differences on the first call that has any: what follows it may only follow from it. */
export function differences(engine: readonly Decision[], reference: readonly Decision[]): readonly Difference[] {
  for (const [call, expected] of reference.entries()) {
    const given = engine[call];
    const found = FIELDS.filter((field) => !isDeepStrictEqual(plain(given?.[field]), plain(expected[field])));
    if (found.length > 0) return found.map((field) => ({ call, field, engine: given?.[field], reference: expected[field] }));
  }
  return [];
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Runs both over a scenario; throws with the scenario and every difference where they disagree. Gives the reference's decisions. */
export function compare(scenario: Scenario): readonly Decision[] {
  const reference = referenceRun(scenario.documents, scenario.events, scenario.idle);
  const found = differences(engineRun(scenario.documents, scenario.events, { idle: scenario.idle }), reference);
  if (found.length === 0) return reference;
  const lines = found.map(({ call, field, engine, reference: expected }) => `call ${call} ${field}\n  engine    ${JSON.stringify(engine)}\n  reference ${JSON.stringify(expected)}`);
  throw new Error(`${lines.join("\n")}\n${show(scenario)}`);
}
