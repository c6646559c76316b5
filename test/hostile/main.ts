import { writeFileSync } from "node:fs";
import { hostileCase, KINDS, SLOW_KINDS } from "./case.ts";
import { Random } from "./random.ts";
import { runCase, type Ran } from "./run-case.ts";

export interface HostileOptions {
  readonly seed: number;
  /** How many cases; undefined: until `until`. */
  readonly cases?: number;
  /** Milliseconds since 1970. */
  readonly until?: number;
  /** Where the seed of the case under way is written, so that who watches knows what hangs. */
  readonly watched?: string;
  readonly say: (line: string) => void;
  /** Set: cases of this kind alone. */
  readonly kind?: string;
}

/** How a run went: cases by kind and by exit status, and what was found. */
export interface Counts {
  cases: number;
  readonly kinds: Record<string, number>;
  readonly statuses: Record<string, number>;
  readonly found: {
    readonly seed: number;
    readonly kind: string;
    readonly argv: readonly string[];
    readonly fault: string;
  }[];
  slowest: { seed: number; ms: number };
}

/** A run that finds as much stops: something is broken at large. */
const ENOUGH = 50;

/**
 * Cases that take more processor time are findings: some are large, none is that large, but for
 * those that start processes. (Whoever watches finds what hangs.)
 */
const SLOW_MS = 8_000;

/** The processor time of this process so far. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Runs hostile cases one after another; the case of a seed is always the same. */
export async function hostileRun(options: HostileOptions): Promise<Counts> {
  const counts: Counts = {
    cases: 0,
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, 0])),
    statuses: {},
    found: [],
    slowest: { seed: 0, ms: 0 },
  };
  for (
    let seed = options.seed;
    options.cases === undefined ? Date.now() < (options.until ?? 0) : counts.cases < options.cases;
    seed++
  ) {
    if (options.watched !== undefined) writeFileSync(options.watched, String(seed));
    const started = processorMs();
    const one = hostileCase(new Random(seed), options.kind);
    const { ran, faults } = await runCase(one);
    const ms = processorMs() - started;
    note(counts, { kind: one.kind, ran, ms, seed });
    if (counts.found.length > ENOUGH) break;
    for (const fault of ms > SLOW_MS && !SLOW_KINDS.includes(one.kind)
      ? [...faults, `took ${Math.round(ms)} ms`]
      : faults) {
      counts.found.push({ seed, kind: one.kind, argv: one.argv, fault });
      options.say(`seed ${seed} (${one.kind}; ${one.argv.join(" ")}): ${fault}`);
    }
  }
  return counts;
}

function note(
  counts: Counts,
  of: { readonly kind: string; readonly ran: Ran; readonly ms: number; readonly seed: number },
): void {
  counts.cases++;
  counts.kinds[of.kind] = (counts.kinds[of.kind] ?? 0) + 1;
  counts.statuses[of.ran.status] = (counts.statuses[of.ran.status] ?? 0) + 1;
  if (of.ms > counts.slowest.ms) counts.slowest = { seed: of.seed, ms: Math.round(of.ms) };
}
