// Bundles the command line into dist/: one entry, lazily loaded chunks, nothing to install by hand.
import { build } from "esbuild";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
const { outputFiles } = await build({
  absWorkingDir: new URL("..", import.meta.url).pathname,
  entryPoints: { agentz: "src/cli/start.ts", "test-worker": "src/cli/test-worker.ts", index: "src/index.ts", "segment-worker": "src/cli/columns/worker.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  define: { AGENTZ_VERSION: JSON.stringify(version) },
  minify: process.env.AGENTZ_PLAIN === undefined,
  legalComments: "none",
  logLevel: "warning",
  write: false,
});
// some dependencies are CommonJS and ask for `require`; a file that does not is spared it, as every start pays for it
const REQUIRE = 'import { createRequire as agentzRequire } from "node:module"; const require = agentzRequire(import.meta.url);\n';
mkdirSync(new URL("../dist", import.meta.url));
for (const { path, text } of outputFiles) writeFileSync(path, `${/\brequire\b/.test(text) ? REQUIRE : ""}${text}`);
