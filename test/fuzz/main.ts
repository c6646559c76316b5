import fc from "fast-check";
import { compare } from "./compare.ts";
import { occur, report, type Occurrences } from "./occurrences.ts";
import { scenario, show, type Scenario } from "./scenario.ts";

/** What `scripts/fuzz.mjs` runs: batches of scenarios until the time is over or engine and reference disagree. */
export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

const BATCH = 200;

function batch(seed: number, into: Occurrences): string | undefined {
  const property = fc.property(scenario, (one: Scenario) => occur(one, compare(one), into));
  const result = fc.check(property, { seed, numRuns: BATCH, interruptAfterTimeLimit: 120_000 });
  if (!result.failed || result.interrupted) return undefined;
  const [shrunk] = result.counterexample ?? [];
  const message = result.errorInstance instanceof Error ? (result.errorInstance.stack ?? result.errorInstance.message) : String(result.errorInstance);
  return `seed ${seed}\n${message}${shrunk !== undefined && !message.includes("apiVersion") ? `\n${show(shrunk)}` : ""}`;
}

/** True where no disagreement was found. */
export function fuzz(options: FuzzOptions): boolean {
  const occurrences: Occurrences = new Map();
  const end = Date.now() + options.seconds * 1000;
  let { seed } = options;
  for (; Date.now() < end; seed++) {
    const found = batch(seed, occurrences);
    if (found !== undefined) {
      options.say(found);
      return false;
    }
  }
  options.say(`${report(occurrences)}\nno disagreement, seeds ${options.seed} to ${seed - 1}`);
  return true;
}
