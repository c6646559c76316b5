// TypeScript of this project for a script: bundled into a file, packages left outside, and loaded.
import { build } from "esbuild";
import { pathToFileURL } from "node:url";

/**
 * Bundles an entry into a file: `{ file }`, or `{ contents, folder }` for a text that stands in a
 * folder.
 */
export async function bundleInto(outfile, { file, contents, folder, plugins = [] }) {
  await build({
    ...(file === undefined
      ? { stdin: { contents, resolveDir: folder, loader: "ts" } }
      : { entryPoints: [file] }),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    outfile,
    plugins,
    logLevel: "error",
  });
}

/** The module that an entry becomes; `outfile` stays until its caller removes it. */
export async function loadBundled(outfile, entry) {
  await bundleInto(outfile, entry);
  return import(pathToFileURL(outfile).href);
}
