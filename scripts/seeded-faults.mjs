// Puts one known fault at a time into a copy of the engine and asks the fuzzer to find it: `node
// scripts/seeded-faults.mjs`. Prints the seconds until each was found; exit status 1 where one was
// not found within a minute. `--only <n>,<n>` takes some of them, `--seconds <n>` another limit, `--seed
// <n>` another start. `node scripts/seeded-faults.mjs history`: faults of what a version's own
// history holds, of the people acted for, and of the classes of two versions. `node
// scripts/seeded-faults.mjs columns`: faults of the replay by columns, which the walk over events
// has to show.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
  },
});
const FILES = {
  decisions: "faults.json",
  history: "history-faults.json",
  columns: "walk-faults.json",
};
const [group = "decisions"] = positionals;
if (!Object.hasOwn(FILES, group) || positionals.length > 1)
  throw new Error(`the groups are ${Object.keys(FILES).join(", ")}`);
const faults = JSON.parse(readFileSync(join(root, "test/faults", FILES[group]), "utf8"));

/** The source with the fault in it; throws where the text to replace is not there exactly once. */
function broken(folder, fault) {
  const source = readFileSync(join(folder, fault.file), "utf8");
  if (source.split(fault.from).length !== 2)
    throw new Error(`the text of "${fault.name}" stands not once in ${fault.file}`);
  return source.replace(fault.from, () => fault.to);
}

/**
 * Runs the fuzzer on the copy: seconds until engine and reference, or both walks, disagreed, those
 * of the processor where the fuzzer tells them; undefined: they did not.
 */
function disagree(folder, seconds) {
  const way = group === "columns" ? ["columns", "--worlds", "1000000"] : [];
  const args = [
    join(root, "scripts/fuzz.mjs"),
    ...way,
    "--root",
    folder,
    "--raw",
    "--minutes",
    String(seconds / 60),
    "--seed",
    values.seed,
  ];
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status === 0) return undefined;
  if (status === 1 && /^ {2}(reference|events) /m.test(stdout))
    return Number(
      /^a disagreement after .* ([\d.]+) s$/m.exec(stdout)?.[1] ?? (Date.now() - started) / 1000,
    );
  throw new Error(`the fuzzer failed: ${stderr}${stdout.slice(0, 2000)}`);
}

/** Seconds until the fuzzer found the fault; undefined: it did not. */
function hunt(folder, fault) {
  const path = join(folder, fault.file);
  const whole = readFileSync(path, "utf8");
  writeFileSync(path, broken(folder, fault));
  const found = disagree(folder, Number(values.seconds));
  writeFileSync(path, whole);
  return found;
}

const folder = mkdtempSync(join(tmpdir(), "agentz-faults-"));
let found = 0;
let longest = 1;
const only = values.only?.split(",").map(Number);
const chosen = faults.filter((_, i) => only === undefined || only.includes(i + 1));
try {
  for (const part of ["src", "test", "package.json", "tsconfig.json"])
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      filter: (path) => basename(path) !== "node_modules",
    });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const fault of chosen) {
    const seconds = hunt(folder, fault);
    if (seconds !== undefined) found++;
    longest = Math.max(longest, seconds ?? 1);
    console.log(
      `${(seconds === undefined ? "NOT FOUND" : `${seconds.toFixed(1)} s`).padStart(9)}  ` +
        `${fault.design}  ${fault.name}`,
    );
  }
  // what the copy shows without any fault is no fault found
  if (disagree(folder, longest * 1.5) !== undefined)
    throw new Error("engine and reference disagree without a fault, on the same seeds");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${found} of ${chosen.length} faults found within ${values.seconds} s each`);
process.exitCode = found === chosen.length ? 0 : 1;
