import { isDeepStrictEqual } from "node:util";
import type { Decision } from "../reference/decision.ts";
import type { Document } from "../../src/policy/model.ts";
import { referenceReplay, type Change } from "../reference/replay.ts";
import { referenceRun } from "../reference/run.ts";
import { engineReplay, engineRun } from "./engine-adapter.ts";
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
  "effect",
  "permitted",
  "indeterminate",
  "possible",
  "rules",
  "matched",
  "undecided",
  "shadow",
  "excepted",
  "nearest",
  "obligations",
  "approval",
  "missing",
  "errors",
];

/** All differences on the first call that has any: what follows it may only follow from it. */
export function differences(
  engine: readonly Decision[],
  reference: readonly Decision[],
): readonly Difference[] {
  for (const [call, expected] of reference.entries()) {
    const given = engine[call];
    const found = FIELDS.filter(
      (field) => !isDeepStrictEqual(plain(given?.[field]), plain(expected[field])),
    );
    if (found.length > 0)
      return found.map((field) => ({
        call,
        field,
        engine: given?.[field],
        reference: expected[field],
      }));
  }
  return [];
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** How two versions differ on a call. */
interface Told {
  readonly id: string | undefined;
  readonly class: string | undefined;
  readonly direct: boolean | undefined;
}

/**
 * The first call on whose change engine and reference disagree; what follows it may only follow
 * from it.
 */
function changeDifferences(
  engine: readonly Told[],
  reference: readonly Told[],
): readonly Difference[] {
  for (const [call, expected] of reference.entries()) {
    const given = engine[call];
    // where too much is unknown to try every way, either answer is left alone
    if (expected.class === undefined) continue;
    const found = (["id", "class", "direct"] as const).filter(
      (field) => given?.[field] !== expected[field],
    );
    if (found.length > 0)
      return found.map((field) => ({
        call,
        field,
        engine: given?.[field],
        reference: expected[field],
      }));
  }
  return [];
}

/**
 * Replays two versions side by side in the engine, and each by itself in the reference; throws
 * where a decision of either version, the class or whether a change is direct is not the same.
 * Gives the reference's changes.
 */
export function compareReplay(
  scenario: Scenario,
  candidate: readonly Document[],
): readonly Change[] {
  const versions = { baseline: scenario.documents, candidate };
  const reference = referenceReplay(versions, scenario.events, scenario.idle);
  const engine = engineReplay(versions, scenario.events, scenario.idle);
  const sides = (["baseline", "candidate"] as const).flatMap((side) =>
    differences(
      engine.map((one) => one[side]),
      reference.map((one) => one[side]),
    ).map((one) => ({ ...one, field: `${side} ${one.field}` })),
  );
  const found = sides.length > 0 ? sides : changeDifferences(engine, reference);
  if (found.length === 0) return reference;
  throw new Error(`${linesOf(found)}\n${show(scenario)}`);
}

function linesOf(found: readonly Difference[]): string {
  return found
    .map(
      ({ call, field, engine, reference }) =>
        `call ${call} ${field}\n  engine    ${JSON.stringify(engine)}\n  reference ${JSON.stringify(reference)}`,
    )
    .join("\n");
}

/**
 * What engine and reference agree on in a scenario: the decisions, and, where it has a second
 * version, the changes.
 */
export interface Agreed {
  readonly decisions: readonly Decision[];
  readonly changes: readonly Change[];
}

/** Runs both over a scenario, of one version or of two; throws where they disagree. */
export function compareAll(scenario: Scenario): Agreed {
  const { second } = scenario;
  if (second === undefined) return { decisions: compare(scenario), changes: [] };
  const changes = compareReplay(scenario, second.documents);
  return {
    decisions: changes.flatMap(({ baseline, candidate }) => [baseline, candidate]),
    changes,
  };
}

/**
 * Runs both over a scenario; throws with the scenario and every difference where they disagree.
 * Gives the reference's decisions.
 */
export function compare(scenario: Scenario): readonly Decision[] {
  const reference = referenceRun(scenario.documents, scenario.events, scenario.idle);
  const found = differences(
    engineRun(scenario.documents, scenario.events, { idle: scenario.idle }),
    reference,
  );
  if (found.length === 0) return reference;
  throw new Error(`${linesOf(found)}\n${show(scenario)}`);
}
