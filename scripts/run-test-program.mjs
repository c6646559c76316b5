import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles a program below test/ and runs it with this command line's arguments and exit status. */
export async function runTestProgram(path) {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(root, "node_modules", ".run-"));
  const outfile = join(folder, "run.mjs");
  await build({
    entryPoints: [join(root, "test", path)],
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
}
