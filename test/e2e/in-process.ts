import type { Io } from "../../src/node/io.ts";
import { main } from "../../src/cli/main.ts";
import type { Done } from "./agentz.ts";

/** What a command in this process left behind: it always ends with a status. */
export interface Ran extends Done {
  readonly status: number;
}

/**
 * Runs a command line in this process, which is quicker than one of its own for each; `env` is all
 * of its environment.
 */
export async function runInProcess(
  cwd: string,
  env: Io["env"],
  args: readonly string[],
): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void (stderr += text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => Date.UTC(2026, 5, 1),
  };
  process.chdir(cwd);
  const status = await main(args, io);
  return { status, stdout, stderr };
}
