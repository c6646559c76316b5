import { parentPort, workerData } from "node:worker_threads";
import type { Trust } from "../release/trust.ts";
import {
  mutantFates,
  ProbePool,
  type FateDocument,
  type MutantShare,
} from "../suite/mutation/run-mutation.ts";
import { loadSuiteFiles, readSuiteFiles, type SuitePaths, type SuiteShare } from "./suite-set.ts";
import { mutationJob, runPart, type TestPart } from "./test-set.ts";

/**
 * What a thread is asked for: to run a share of the suites, or to try a share of the mutants on all
 * of them.
 */
export interface WorkerJob {
  readonly cwd: string;
  /** What bundles have to prove. */
  readonly trust: Trust;
  readonly paths: SuitePaths;
  readonly filter: string | undefined;
  readonly suites?: SuiteShare;
  readonly mutants?: MutantShare;
}

async function work({
  cwd,
  trust,
  paths,
  filter,
  suites,
  mutants,
}: WorkerJob): Promise<TestPart | readonly FateDocument[]> {
  const loaded = loadSuiteFiles(
    await readSuiteFiles({ cwd, trust: () => Promise.resolve(trust) }, paths),
    suites,
  );
  if (mutants === undefined)
    return runPart(loaded, filter, { recorder: undefined, pool: undefined });
  const pool = new ProbePool(loaded.assembled.set);
  runPart(loaded, filter, { recorder: undefined, pool });
  return mutantFates(mutationJob(loaded, filter, pool), mutants);
}

const job: WorkerJob = workerData;
parentPort?.postMessage(await work(job));
