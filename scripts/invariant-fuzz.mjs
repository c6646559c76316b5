// Answers random invariants about random policy sets, holds each answer against calls of a small
// world that the engine decides, and prints how many were proved, refuted and left open.
//   node scripts/invariant-fuzz.mjs [sets=2000] [seed=1]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(root, "node_modules", ".invariant-fuzz-"));
const outfile = join(folder, "run.mjs");
await build({
  entryPoints: [join(root, "test/proof/invariants/run.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  outfile,
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], {
  stdio: "inherit",
  cwd: root,
});
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
