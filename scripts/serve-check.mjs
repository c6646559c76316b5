// Tries a decision point longer than a test may: kills it at random moments under load, decides its
// log anew, and asks it beside many idle connections.
//   node scripts/serve-check.mjs [--kills 200] [--calls 100000] [--idle 10000] [--seed 1]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { equality, idle, kills } from "./serve/checks.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    calls: { type: "string", default: "100000" },
    idle: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const seed = Number(values.seed);

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-serve-check-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const tell = (line) => process.stderr.write(`${line}\n`);
const rounds = Number(values.kills);
const killed = await inFolder((folder) => kills(folder, { rounds, seed, tell }));
console.log(
  `${rounds} kills: ${killed.permits} permits answered, ${killed.lost.length} not in the log; ` +
    `${killed.calls} calls decided anew, ${killed.others.length} otherwise, ${killed.malformed} ` +
    "malformed lines",
);
const same = await inFolder((folder) => equality(folder, { calls: Number(values.calls), seed }));
console.log(
  `${same.calls} random calls decided anew: ${same.others.length} otherwise, ${same.malformed} malformed lines`,
);
const connections = Number(values.idle);
const beside = await inFolder((folder) => idle(folder, connections));
console.log(
  `${connections} idle connections: ${beside.held} held, ${beside.answered} of 100 calls ` +
    `decided, the slowest in ${Math.round(beside.slowest)} ms`,
);
const wrong = [killed.lost, killed.others, same.others].reduce(
  (sum, { length }) => sum + length,
  0,
);
const missing = connections - beside.held + (100 - beside.answered);
process.exitCode = wrong + killed.malformed + same.malformed + missing === 0 ? 0 : 1;
