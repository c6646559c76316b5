import { createHash } from "node:crypto";
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  readFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { agentz, NotAvailable } from "./process.mjs";
import { CASES } from "./cases.mjs";

/** More than one piece of 16 MiB, so that what a piece hands to the next counts too. */
const CALLS = 30_000;
/**
 * The ways that the rows measure, in this order, and what `--stats` has to say of the index: the
 * third writes what the fourth reads.
 */
const WAYS = [
  ["columns, one thread", ["--no-index", "--workers", "1"], { used: "none", written: false }],
  ["columns, two workers", ["--no-index", "--workers", "2"], { used: "none", written: false }],
  ["columns, writing the index", ["--workers", "2"], { used: "none", written: true }],
  ["columns, from the index", ["--workers", "2"], { used: "columns", written: false }],
];
/** The cases whose events are surely in the order of time, so that they are read as columns. */
const BY_COLUMNS = new Set(["own", "own-session", "shifts"]);
const BY_EVENTS = { walk: "events", used: "none", written: false };

/**
 * SHA-256 of what `--decisions` writes: a line for each call, with both versions' effects, rules
 * and missing attributes.
 */
function digestOf(folder, { name, trace, flags, way }) {
  const file = join(folder, "decisions.jsonl");
  const sets = [
    "--baseline",
    join(folder, name, "baseline"),
    "--candidate",
    join(folder, name, "candidate"),
  ];
  const args = [
    "replay",
    ...sets,
    "--trace",
    trace,
    ...flags,
    "--decisions",
    file,
    "--format",
    "json",
    "--stats",
  ];
  const { trace: read, changes, stats } = JSON.parse(agentz(args).stdout);
  if (read.calls !== CALLS || changes.unchanged === CALLS)
    throw new Error(`the replay of ${trace} did not see the trace, or no change`);
  const went = { walk: stats.walk, used: stats.index.used, written: stats.index.written };
  if (way !== undefined && JSON.stringify(went) !== JSON.stringify(way))
    throw new Error(
      `the replay of ${trace} went ${JSON.stringify(stats)} and not ${JSON.stringify(way)}`,
    );
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/**
 * The SHA-256 of every decision of each variant on a small trace, the same by each way that is
 * measured as by the walk over whole events (a packed trace goes no other way); an error names the
 * way that differs.
 */
export async function sameDecisions(bench) {
  const folder = join(bench.folder, "same");
  mkdirSync(folder);
  const digests = {};
  for (const one of CASES) {
    const digest = await sameOf(folder, one);
    if (digest !== undefined) digests[one.name] = digest;
  }
  return digests;
}

/** A small trace of a case and the same packed; undefined: its events are not there. */
async function copied(folder, one) {
  const trace = join(folder, `${one.name}.jsonl`);
  try {
    copyFileSync(one.trace(CALLS), trace);
  } catch (error) {
    if (error instanceof NotAvailable) return undefined;
    throw error;
  }
  const packed = createGzip({ level: 1 });
  await pipeline(createReadStream(trace), packed, createWriteStream(`${trace}.gz`));
  return trace;
}

async function sameOf(folder, one) {
  const { name } = one;
  const trace = await copied(folder, one);
  if (trace === undefined) return undefined;
  one.writeSet(join(folder, name, "baseline"));
  one.writeSet(join(folder, name, "candidate"), 1);
  const packed = `${trace}.gz`;
  const reference = digestOf(folder, { name, trace: packed, flags: [], way: BY_EVENTS });
  for (const [way, flags, index] of WAYS) {
    const expected = BY_COLUMNS.has(name) ? { walk: "columns", ...index } : undefined;
    const digest = digestOf(folder, { name, trace, flags, way: expected });
    if (digest !== reference)
      throw new Error(
        `${name}: the decisions by ${way} (${digest}) are not those of the walk over whole events (${reference})`,
      );
  }
  return reference;
}
