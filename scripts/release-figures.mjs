// How well `version check` tells what a change does, on random policy sets and edits, each tried on
// random calls:
//   node scripts/release-figures.mjs --pairs 1000 --seed 1 [--calls 1000000]
//   node scripts/release-figures.mjs --kind sentences --pairs 1000      every sentence of `diff`,
// each tried on 100 calls within its conditions Prints figures as JSON; exit status 1 if one change
// was called less than what a call showed it to be.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadBundled } from "./load-sources.mjs";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "1000" },
    calls: { type: "string" },
    seed: { type: "string", default: "1" },
    kind: { type: "string" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
// inside the project, so that its packages are found
const folder = mkdtempSync(join(root, "node_modules", ".figures-"));
try {
  const load = (name) =>
    loadBundled(join(folder, `${name}.mjs`), { file: join(root, `test/release/${name}.ts`) });
  const { figures, KINDS } = await load("figures");
  const ask = {
    seed: Number(values.seed),
    pairs: Number(values.pairs),
  };
  if (values.kind === "sentences") {
    const { sentenceFigures } = await load("sentence-figures");
    const { faults, ...found } = sentenceFigures(ask);
    console.log(JSON.stringify({ kind: "sentences", ...found, faults: faults.length }, null, 2));
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length > 0 ? 1 : 0;
  } else
    for (const kind of values.kind === undefined ? Object.keys(KINDS) : [values.kind]) {
      const wild = kind === "wild" && values.calls !== undefined;
      const { faults, ...found } = figures(kind, {
        seed: Number(values.seed),
        pairs: wild ? Infinity : Number(values.pairs),
        ...(wild ? { calls: Number(values.calls) } : {}),
      });
      const share = 1 - Object.values(found.missed).reduce((sum, n) => sum + n, 0) / found.pairs;
      console.log(
        JSON.stringify(
          {
            kind,
            ...found,
            ...(kind === "wild" ? {} : { asWanted: Math.round(share * 1000) / 1000 }),
            faults: faults.length,
          },
          null,
          2,
        ),
      );
      for (const fault of faults) console.error(fault);
      if (faults.length > 0) process.exitCode = 1;
    }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
