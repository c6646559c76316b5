// Shows what an import costs beside reading the same file: `node scripts/import-speed.mjs
// <format>=<file> ...` imports each file in this process again and again, and parses its JSON with
// `JSON.parse` (line by line where it is JSON Lines) as often. A table of the median
// times on stdout; exit status 1 where an import takes more than 2.5 times as long.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** How often the two are measured in turn, for how many milliseconds each, and how files are read. */
const [ROUNDS, SPAN, PIECE] = [41, 50, 64 * 1024];

async function importers() {
  const folder = mkdtempSync(join(ROOT, "node_modules", ".import-speed-"));
  try {
    const outfile = join(folder, "importers.mjs");
    await build({
      stdin: {
        contents: [
          'export { ALL_IMPORTERS } from "./mapping/registry.ts";',
          'export { runImport } from "./trace/importers/run-import.ts";',
        ].join("\n"),
        resolveDir: join(ROOT, "src"),
        loader: "ts",
      },
      bundle: true,
      format: "esm",
      platform: "node",
      outfile,
      logLevel: "warning",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The time that an action takes, collecting garbage included, and what it gave last. */
async function timed(action) {
  const start = performance.now();
  let [runs, given] = [0, undefined];
  for (; runs === 0 || performance.now() - start < SPAN; runs++) given = await action();
  return { ms: (performance.now() - start) / runs, given };
}

/** WHY in turn, and the median: whatever else the machine does then slows both. */
async function compared(parse, read) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [parsed, imported] = [await timed(parse), await timed(read)];
    rounds.push({ parsed, imported, times: imported.ms / parsed.ms });
  }
  return rounds.sort((a, b) => a.times - b.times)[ROUNDS >> 1];
}

function parseAll(bytes, isLines) {
  const text = bytes.toString("utf8");
  if (!isLines) return JSON.parse(text);
  for (const line of text.split("\n")) if (line !== "") JSON.parse(line);
  return undefined;
}

const { ALL_IMPORTERS, runImport } = await importers();
let slowest = 0;
for (const given of process.argv.slice(2)) {
  const [format, path] = given.split("=");
  const importer = ALL_IMPORTERS.find(({ name }) => name === format);
  if (importer === undefined) throw new Error(`there is no format ${format}`);
  const bytes = readFileSync(path);
  const file = {
    name: path,
    path,
    relative: basename(path),
    open: async function* () {
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    },
  };
  const { parsed, imported, times } = await compared(
    () => parseAll(bytes, path.endsWith("l")),
    async () => {
      const run = runImport(importer, [file], { results: false });
      for await (const chunk of run.chunks) void chunk;
      return run.report().calls;
    },
  );
  slowest = Math.max(slowest, times);
  console.log(
    `${times.toFixed(2).padStart(6)} times  import ${imported.ms.toFixed(1)} ms, parse ` +
      `${parsed.ms.toFixed(1)} ms, ${imported.given} calls  ${format} ${basename(path)}`,
  );
}
process.exitCode = slowest <= 2.5 ? 0 : 1;
