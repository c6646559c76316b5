// Runs agentz as a user would: the built command line, its documents read back from files.
import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = process.env.AGENTZ_BIN ?? `${root}bin/agentz.js`;
const run = promisify(execFile);

/**
 * Runs one command and gives its standard output and error; rejects with what it said where it
 * fails.
 */
export async function agentz(...args) {
  try {
    return await run(process.execPath, [bin, ...args], { cwd: root, maxBuffer: 1 << 28 });
  } catch (error) {
    throw new Error(
      `agentz ${args.join(" ")}\n${error.stderr ?? ""}${error.stdout ?? ""}${error.message}`,
    );
  }
}

/** `map` with as many under way as there are processors; results in the order of the items. */
export async function mapInParallel(items, use) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await use(items[at]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
