// Bundles the command line into dist/: one entry, lazily loaded chunks, nothing to install by hand.
import { build } from "esbuild";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emitTypes } from "./emit-types.mjs";
import { LAZY_FILES, lazyPackages } from "./lazy-packages.mjs";
import { scannerCode } from "./scanner-code.mjs";
import { thirdPartyNotices } from "./third-party-notices.mjs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
/**
 * The compiled scanner. A checkout that was installed before the compiler was needed builds
 * without; what is packed never does.
 */
async function scanner() {
  try {
    return await scannerCode();
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || process.env.npm_lifecycle_event === "prepare")
      throw error;
    process.stderr.write(
      "assemblyscript is not installed (npm ci): traces will be read by JavaScript, which takes longer\n",
    );
    return "";
  }
}

const root = fileURLToPath(new URL("..", import.meta.url));
const common = {
  absWorkingDir: root,
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  minify: process.env.AGENTZ_PLAIN === undefined,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};
const scannerText = await scanner();
const lazy = await build({
  ...common,
  entryPoints: LAZY_FILES,
  format: "cjs",
  outExtension: { ".js": ".cjs" },
});
const { outputFiles, metafile } = await build({
  ...common,
  entryPoints: {
    agentz: "src/cli/start.ts",
    "test-worker": "src/api/test-worker.ts",
    index: "src/index.ts",
    "editor-worker": "src/api/editor/editor-worker.ts",
    "segment-worker": "src/api/replay/worker.ts",
    "decision-worker": "src/gateway/remote/decision-worker.ts",
    "parquet-worker": "src/node/parquet-worker.ts",
  },
  splitting: true,
  format: "esm",
  define: { AGENTZ_VERSION: JSON.stringify(version), AGENTZ_SCANNER: JSON.stringify(scannerText) },
  plugins: [lazyPackages],
  // what is not installed with agentz: `serve --otlp` and `--ext-mcp` say how to get it
  external: ["@opentelemetry/*", "@grpc/*"],
  write: false,
});
// some dependencies are CommonJS and ask for `require`; a file that does not is spared it, as every
// start pays for it
const REQUIRE =
  'import { createRequire as agentzRequire } from "node:module"; const require = agentzRequire(import.meta.url);\n';
mkdirSync(new URL("../dist", import.meta.url), { recursive: true });
for (const { path, text } of outputFiles)
  writeFileSync(path, `${/\brequire\b/.test(text) ? REQUIRE : ""}${text}`);
// the compiled scanner holds code of the compiler's library
const compiler = scannerText === "" ? [] : ["node_modules/assemblyscript"];
writeFileSync(
  new URL("../dist/THIRD-PARTY-NOTICES", import.meta.url),
  thirdPartyNotices(root, [lazy.metafile, metafile], compiler),
);
emitTypes(root);
