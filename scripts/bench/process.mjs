import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const USAGE = new URL("usage.mjs", import.meta.url).href;
const BIN = fileURLToPath(new URL("../../bin/agentz.js", import.meta.url));
const ENOUGH = 1 << 28;

/**
 * Where the command line keeps indexes meanwhile: no run finds what another bench, or its user,
 * left.
 */
const CACHE = mkdtempSync(join(tmpdir(), "agentz-bench-cache-"));
process.on("exit", () => rmSync(CACHE, { recursive: true, force: true }));
export const ENV = { ...process.env, XDG_CACHE_HOME: CACHE };

/** A command that agentz (or this machine) does not have; its row is shown as not available. */
export class NotAvailable extends Error {}

/**
 * Runs `node` with these arguments: seconds of wall time with the start, what it wrote, its status.
 */
export function node(args, options = {}) {
  const from = process.hrtime.bigint();
  const done = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: ENOUGH,
    env: ENV,
    ...options,
  });
  return {
    seconds: Number(process.hrtime.bigint() - from) / 1e9,
    status: done.status,
    stdout: done.stdout,
    stderr: done.stderr,
  };
}

/**
 * Runs the command line as a user would; a refusal of its flags is NotAvailable, any other failure
 * an error.
 */
export function agentz(args, options = {}) {
  const done = node([BIN, ...args], options);
  if (
    done.status === 2 &&
    /unknown (option|command)|"code": "usage"|can have no index/.test(done.stderr + done.stdout)
  )
    throw new NotAvailable(done.stderr.split("\n")[0]);
  if (done.status !== 0)
    throw new Error(`agentz ${args.join(" ")} ended with ${done.status}: ${done.stderr}`);
  return done;
}

/** What a command line of agentz takes: peak memory in bytes, processor time in seconds. */
export function usageOf(args) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-usage-"));
  const file = join(folder, "usage.json");
  try {
    const done = node(["--import", USAGE, BIN, ...args], {
      env: { ...ENV, AGENTZ_BENCH_USAGE: file },
    });
    if (done.status !== 0)
      throw done.status === 2
        ? new NotAvailable(done.stderr.split("\n")[0])
        : new Error(done.stderr);
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peak memory in bytes of a command line of agentz. */
export const peakOf = (args) => usageOf(args).bytes;

export { BIN };

/** The smallest of what `runs` calls of `measure` give. */
export function best(runs, measure) {
  let least = Infinity;
  for (let run = 0; run < runs; run++) least = Math.min(least, measure(run));
  return least;
}
