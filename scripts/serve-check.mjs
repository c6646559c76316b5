// Tries a decision point longer than a test may: kills it at random moments under load, and decides
// its log anew.
//   node scripts/serve-check.mjs [--kills 200] [--calls 100000] [--seed 1]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { equality, kills } from "./serve/checks.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    calls: { type: "string", default: "100000" },
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
process.exitCode =
  killed.lost.length + killed.others.length + same.others.length + same.malformed === 0 ? 0 : 1;
