// Shows what an import costs beside reading the same file: `node scripts/import-speed.mjs
// <format>=<file> ...` imports each file in this process again and again, and parses its JSON with
// `JSON.parse` (line by line where it is JSON Lines) as often. A table of the mean
// times on stdout; exit status 1 where an import takes more than 2.5 times as long.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** How long each of the two is measured, in milliseconds, and the piece that files are read by. */
const [SPAN, PIECE] = [4000, 64 * 1024];

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

/** The time that an action takes on the whole, collecting garbage included, and what it gave last. */
async function timed(action) {
  await action();
  const start = performance.now();
  let [runs, given] = [0, undefined];
  for (; runs < 5 || performance.now() - start < SPAN; runs++) given = await action();
  return { ms: (performance.now() - start) / runs, given };
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
  const parsed = await timed(() => parseAll(bytes, path.endsWith("l")));
  const imported = await timed(async () => {
    const run = runImport(importer, [file], { results: false });
    for await (const chunk of run.chunks) void chunk;
    return run.report().calls;
  });
  const times = imported.ms / parsed.ms;
  slowest = Math.max(slowest, times);
  console.log(
    `${times.toFixed(2).padStart(6)} times  import ${imported.ms.toFixed(1)} ms, parse ${parsed.ms.toFixed(1)} ms, ${imported.given} calls  ${format} ${basename(path)}`,
  );
}
process.exitCode = slowest <= 2.5 ? 0 : 1;
