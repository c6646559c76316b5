// Compares engine and reference interpreter on random policy sets and traces: `node scripts/fuzz.mjs --minutes 10 --seed 1`.
// Stops at the first disagreement (or after `--findings` of them, one a seed), shrunk, with exit status 1; the seed repeats it.
// `--raw` reports it as found. `--root` names a copy of the project to compare in.
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" }, seed: { type: "string" }, findings: { type: "string", default: "1" }, raw: { type: "boolean" }, root: { type: "string" } } });
const root = values.root ?? fileURLToPath(new URL("..", import.meta.url));
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const minutes = Number(values.minutes);
const findings = Number(values.findings);
if (!Number.isFinite(minutes) || minutes <= 0 || !Number.isSafeInteger(seed) || !(findings >= 1)) {
  console.error("--minutes and --findings want a positive number, --seed a whole one");
  process.exitCode = 2;
} else {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(root, "node_modules", ".fuzz-"));
  try {
    const outfile = join(folder, "fuzz.mjs");
    await build({ entryPoints: [join(root, "test/fuzz/main.ts")], bundle: true, format: "esm", platform: "node", target: "node20", packages: "external", outfile, logLevel: "error" });
    const { fuzz } = await import(pathToFileURL(outfile).href);
    const held = fuzz({ seconds: minutes * 60, seed, findings, raw: values.raw === true, say: (line) => console.log(line) });
    process.exitCode = held ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
