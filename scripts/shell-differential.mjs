// Compares commands() with the real bash and dash: `node scripts/shell-differential.mjs --lines
// 100000 --seed 1`. Lines are generated, or changed from ordinary lines (and from recorded sessions
// below `--recorded`). They run as nobody (or as you) in an empty folder, where every program only
// records its words. Each that ran has to be in commands()'s list, or the line has to be an error.
// Exit status 1 on a difference; the seed repeats it.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadBundled } from "./load-sources.mjs";

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "2000" },
    seed: { type: "string" },
    recorded: { type: "string", default: "../shared/traces/claude-code" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const lines = Number(values.lines);
if (!Number.isSafeInteger(lines) || lines < 1 || !Number.isSafeInteger(seed)) {
  console.error("--lines wants a positive whole number, --seed a whole one");
  process.exitCode = 2;
} else {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(root, "node_modules", ".differential-"));
  try {
    const outfile = join(folder, "main.mjs");
    const entry =
      "export * from './test/differential/compare.ts'; export * from " +
      "'./test/differential/sandbox.ts'; export * from './test/differential/recorded-lines.ts';";
    const { compareShells, installedShells, recordedLines } = await loadBundled(outfile, {
      contents: entry,
      folder: root,
    });
    const shells = installedShells();
    if (shells.length < 2) {
      console.error("bash and dash have to be installed");
      process.exitCode = 2;
    } else {
      const shown = new Set();
      const say = ({ lines: made, read, programs, differences }) => {
        console.log(
          `${made} lines, ${read} read and run, ${programs} programs, ${differences.length} differences (seed ${seed})`,
        );
        for (const difference of differences)
          if (!shown.has(difference)) console.log(JSON.stringify(difference));
        for (const difference of differences) shown.add(difference);
      };
      const { differences } = await compareShells({
        lines,
        seed,
        recorded: recordedLines(values.recorded),
        shells,
        say,
      });
      process.exitCode = differences.length === 0 ? 0 : 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
