import { build } from "esbuild";
await build({
  entryPoints: ["test/proof/invariants/run2.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  outfile: "node_modules/.zz.mjs",
});
