// Packs the extension for VS Code: `npm ci --prefix editors/vscode`, then
// `node scripts/vsix.mjs [agentz.vsix]`. `code --install-extension agentz.vsix` installs it.
import { build } from "esbuild";
import { copyFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../editors/vscode/", import.meta.url));
const packagePath = resolve(process.argv[2] ?? "agentz.vsix");
const versionOf = (file) => JSON.parse(readFileSync(file, "utf8")).version;
const own = versionOf(fileURLToPath(new URL("../package.json", import.meta.url)));
if (versionOf(`${folder}package.json`) !== own)
  throw new Error(`editors/vscode/package.json has to have the version ${own}`);
copyFileSync(new URL("../LICENSE", import.meta.url), `${folder}LICENSE`);
await build({
  entryPoints: [`${folder}extension.cjs`],
  outfile: `${folder}dist/extension.cjs`,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  // what the editor itself brings
  external: ["vscode"],
  logLevel: "error",
});
const { createVSIX } = createRequire(`${folder}package.json`)("@vscode/vsce");
await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true });
