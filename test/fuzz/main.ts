import fc from "fast-check";
import { compareAll } from "./compare.ts";
import { lively } from "./lively.ts";
import { occur, report, type Occurrences } from "./occurrences.ts";
import { editedScenario, scenario, show, type Scenario } from "./scenario.ts";

/**
 * What `scripts/fuzz.mjs` runs: batches of scenarios until the time is over or engine and reference
 * disagree.
 */
export interface FuzzOptions {
  /** When to stop: after so long, or after so many batches of one seed each, whichever is given. */
  readonly seconds?: number;
  readonly batches?: number;
  readonly seed: number;
  /** How many seeds may show a disagreement before it stops; 1 unless told. */
  readonly findings?: number;
  /** Whether a disagreement is reported as found, without looking for a smaller one. */
  readonly raw?: boolean;
  readonly say: (line: string) => void;
}

const BATCH = 200;

/**
 * Anything that loads; the same in two versions; and small worlds in two versions, where what was
 * before decides.
 */
const worlds: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 5, arbitrary: scenario },
  { weight: 1, arbitrary: editedScenario },
  { weight: 4, arbitrary: lively },
);

function batch(seed: number, into: Occurrences, raw: boolean): string | undefined {
  const property = fc.property(worlds, (one: Scenario) => occur(one, compareAll(one), into));
  const result = fc.check(property, {
    seed,
    numRuns: BATCH,
    interruptAfterTimeLimit: 120_000,
    endOnFailure: raw,
  });
  if (!result.failed) return undefined;
  const [shrunk] = result.counterexample ?? [];
  const message =
    result.errorInstance instanceof Error
      ? (result.errorInstance.stack ?? result.errorInstance.message)
      : String(result.errorInstance);
  return (
    `seed ${seed}\n` +
    `${message}${shrunk !== undefined && !message.includes("apiVersion") ? `\n${show(shrunk)}` : ""}`
  );
}

/** True where no disagreement was found. */
export function fuzz(options: FuzzOptions): boolean {
  const occurrences: Occurrences = new Map();
  const end = options.seconds === undefined ? Infinity : Date.now() + options.seconds * 1000;
  const last = options.seed + (options.batches ?? Infinity);
  let found = 0;
  let { seed } = options;
  for (; seed < last && Date.now() < end && found < (options.findings ?? 1); seed++) {
    const said = batch(seed, occurrences, options.raw === true);
    if (said === undefined) continue;
    options.say(said);
    found++;
  }
  options.say(
    `${report(occurrences)}\n` +
      `${found === 0 ? "no disagreement" : `${found} seeds with a disagreement`}, seeds ` +
      `${options.seed} to ${seed - 1}`,
  );
  return found === 0;
}
