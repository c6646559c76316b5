// Compares engine and reference interpreter on random policy sets and traces: `node
// scripts/fuzz.mjs --minutes 10 --seed 1`. Stops at the first disagreement (or after `--findings`
// of them, one a seed), shrunk, with exit status 1; the seed repeats it. `--raw` reports it as
// found. `--root` names a copy of the project to compare in. `node scripts/fuzz.mjs columns
// --worlds 100000 --seed 1` holds the replay by columns, indexes included, to the walk over events.
// `node scripts/fuzz.mjs parts --worlds 10000 --seed 1` splits traces, and holds the merged parts to one
// replay of the whole. `node scripts/fuzz.mjs format --worlds 1000 --seed 1` lays out random policies as
// `agentz fmt` does.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadBundled } from "./load-sources.mjs";

const text = { type: "string" };
const options = {
  minutes: text,
  seed: text,
  findings: { ...text, default: "1" },
  raw: { type: "boolean" },
  root: text,
  worlds: { ...text, default: "1000" },
};
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const root = values.root ?? fileURLToPath(new URL("..", import.meta.url));
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const [minutes, findings, worlds] = [values.minutes ?? 1, values.findings, values.worlds].map(
  Number,
);
/** The walks are compared as often as asked for, however long it takes. */
const seconds = values.minutes === undefined ? undefined : minutes * 60;
const raw = values.raw === true;
const say = (line) => console.log(line);

/** Bundles one of the fuzzers. */
function load(folder, entry) {
  return loadBundled(join(folder, "fuzz.mjs"), { file: join(root, entry) });
}

/** Lays out random policies; whether nothing was found. */
async function formats(folder) {
  const { fuzzFormat } = await load(folder, "test/format/fuzz-format.ts");
  try {
    const { tried, kept, comments } = await fuzzFormat(worlds, seed);
    say(`${tried} policies and ${comments} comments laid out, ${kept} refused, seed ${seed}`);
    return true;
  } catch (error) {
    say(String(error));
    return false;
  }
}

/** Whether nothing was found. */
async function holds(folder) {
  if (positionals[0] === "format") return formats(folder);
  if (positionals[0] === "columns")
    return (
      await (
        await load(folder, "test/fuzz/walk-main.ts")
      ).fuzzWalks({ worlds, seconds, seed, raw, say })
    ).held;
  if (positionals[0] === "parts")
    return (
      await (await load(folder, "test/fuzz/part-main.ts")).fuzzParts({ worlds, seed, raw, say })
    ).held;
  return (await load(folder, "test/fuzz/main.ts")).fuzz({
    seconds: minutes * 60,
    seed,
    findings,
    raw,
    say,
  });
}

const wrong = [
  [
    positionals.length > 1 || ![undefined, "columns", "parts", "format"].includes(positionals[0]),
    "the other fuzzers are `columns`, `parts` and `format`",
  ],
  [
    !Number.isFinite(minutes) || minutes <= 0 || !(findings >= 1) || !(worlds >= 1),
    "--minutes, --findings and --worlds want a positive number",
  ],
  [!Number.isSafeInteger(seed), "--seed wants a whole number"],
].find(([is]) => is);
if (wrong !== undefined) {
  console.error(wrong[1]);
  process.exitCode = 2;
} else {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(root, "node_modules", ".fuzz-"));
  try {
    process.exitCode = (await holds(folder)) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
