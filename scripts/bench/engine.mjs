// The engine that ships, built for the bench into a folder of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadBundled } from "../load-sources.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const EXPORTS = [
  "policy/load.ts",
  "engine/compile-set.ts",
  "engine/policy-session.ts",
  "replay/walk.ts",
  "trace/event.ts",
  "trace/columns/segment-builder.ts",
  "batch/values/versions.ts",
  "batch/values/segment-rows.ts",
  "replay/tally.ts",
  "coverage/coverage-tally.ts",
  "batch/batch-walk.ts",
  "batch/event-batches.ts",
  "node/hash.ts",
  "api/replay/piece-reader.ts",
  "policy/data-file.ts",
];

let loaded;

/** What the rows use of it; built once. */
export async function engine() {
  if (loaded !== undefined) return loaded;
  const folder = mkdtempSync(join(ROOT, "node_modules", ".bench-"));
  try {
    const outfile = join(folder, "engine.mjs");
    const contents = [
      ...EXPORTS.map((path) => `export * from "./${path}";`),
      'export { assembleSet } from "./engine/assemble.ts";',
    ].join("\n");
    loaded = await loadBundled(outfile, { contents, folder: join(ROOT, "src") });
    return loaded;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A compiled set of the texts by file name. */
export async function compiled(texts) {
  const { assembleSet, sha256 } = await engine();
  const assembled = assembleSet(
    texts.map(([file, text]) => ({ file, text })),
    { readBeside: () => undefined, sha256 },
  );
  if (assembled.set === undefined)
    throw new Error(JSON.stringify(assembled.diagnostics.slice(0, 3)));
  return assembled;
}
