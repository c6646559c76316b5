// Runs agentz as a user would: the built command line, its documents read back from files.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = process.env.AGENTZ_BIN ?? `${root}bin/agentz.js`;

/** Runs one command and gives its standard output; throws with what it said where it fails. */
export function agentz(...args) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`agentz ${args.join(" ")}\nended with ${status}\n${stderr}${stdout}`);
  return { stdout, stderr };
}
