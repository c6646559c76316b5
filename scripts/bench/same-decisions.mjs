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
import { agentz } from "./process.mjs";
import { VARIANTS, writeSet } from "./sets.mjs";
import { traceFile } from "./trace-file.mjs";

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
  ["columns, from the index", ["--workers", "2"], { used: "keys", written: false }],
];
/** The variants that columns serve: conditions of the others mix a call with what was before it. */
const BY_COLUMNS = new Set(["stateless"]);
const BY_EVENTS = { walk: "events", used: "none", written: false };

/**
 * SHA-256 of what `--decisions` writes: a line for each call, with both versions' effects, rules
 * and missing attributes.
 */
function digestOf(folder, { variant, trace, flags, way }) {
  const file = join(folder, "decisions.jsonl");
  const sets = [
    "--baseline",
    join(folder, variant, "baseline"),
    "--candidate",
    join(folder, variant, "candidate"),
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
  if (JSON.stringify(went) !== JSON.stringify(way))
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
  const trace = join(folder, "calls.jsonl");
  copyFileSync(traceFile(CALLS), trace);
  await pipeline(
    createReadStream(trace),
    createGzip({ level: 1 }),
    createWriteStream(`${trace}.gz`),
  );
  return Object.fromEntries(VARIANTS.map((variant) => [variant, sameOf(folder, variant, trace)]));
}

function sameOf(folder, variant, trace) {
  writeSet(join(folder, variant, "baseline"), variant);
  writeSet(join(folder, variant, "candidate"), variant, 1);
  const reference = digestOf(folder, { variant, trace: `${trace}.gz`, flags: [], way: BY_EVENTS });
  for (const [name, flags, index] of WAYS) {
    const digest = digestOf(folder, {
      variant,
      trace,
      flags,
      way: BY_COLUMNS.has(variant) ? { walk: "columns", ...index } : BY_EVENTS,
    });
    if (digest !== reference)
      throw new Error(
        `${variant}: the decisions by ${name} (${digest}) are not those of the walk over whole events (${reference})`,
      );
  }
  return reference;
}
