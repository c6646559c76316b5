import { runInProcess, type Ran } from "../e2e/in-process.ts";

export type { Ran };

/** Runs a command line in this process, in a folder. */
export function run(folder: string, ...argv: readonly string[]): Promise<Ran> {
  return runInProcess(folder, {}, argv);
}
