import fc from "fast-check";
import { comparePair, partWorld, type Compared, type PartWorld } from "./part-worlds.ts";

/** What `scripts/fuzz.mjs parts` runs: merged parts held to one replay of the whole trace. */
export interface PartFuzzOptions {
  /** Pairs of versions on a trace. */
  readonly worlds: number;
  readonly seed: number;
  readonly raw?: boolean;
  readonly say: (line: string) => void;
}

/** So many pairs of versions a trace. */
const PAIRS = 2;
/** So many traces a seed. */
const BATCH = 25;

/** True where all splits came to the bytes of one run; `counts`: how comparisons went. */
export async function fuzzParts({ worlds, seed, raw = false, say }: PartFuzzOptions): Promise<{
  readonly held: boolean;
  readonly counts: ReadonlyMap<Compared, number>;
}> {
  const counts = new Map<Compared, number>();
  const check = async (part: PartWorld): Promise<void> => {
    for (let i = 0; i < PAIRS; i++) {
      const how = await comparePair(part, i).catch((error: unknown): never => {
        throw new Error(
          `${error instanceof Error ? error.stack : String(error)}\n${JSON.stringify(part.places)}\n${part.world.text}`,
        );
      });
      counts.set(how, (counts.get(how) ?? 0) + 1);
    }
  };
  const said = (): string => [...counts].map(([how, count]) => `${count} ${how}`).join(", ");
  for (let done = 0; done < worlds; done += BATCH * PAIRS) {
    const numRuns = Math.min(BATCH, Math.ceil((worlds - done) / PAIRS));
    const own = seed + done / (BATCH * PAIRS);
    const property = fc.asyncProperty(partWorld, check);
    const result = await fc.check(property, { seed: own, numRuns, endOnFailure: raw });
    if (result.failed) {
      const { errorInstance: error } = result;
      say(`seed ${own}\n${error instanceof Error ? error.message : String(error)}\n${said()}`);
      return { held: false, counts };
    }
    if ((done / (BATCH * PAIRS)) % 20 === 19) say(`${said()}`);
  }
  say(`${said()}, no disagreement from seed ${seed}`);
  return { held: true, counts };
}
