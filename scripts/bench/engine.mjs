// The engine that ships, built for the bench into a folder of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadBundled } from "../load-sources.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const EXPORTS = [
  "src/policy/load.ts",
  "src/engine/compile-set.ts",
  "src/engine/policy-session.ts",
  "src/replay/walk.ts",
  "src/trace/event.ts",
  "src/trace/columns/segment-builder.ts",
  "src/batch/values/versions.ts",
  "src/batch/values/segment-rows.ts",
  "src/replay/tally.ts",
  "src/coverage/coverage-tally.ts",
  "src/batch/batch-walk.ts",
  "src/batch/event-batches.ts",
  "src/node/hash.ts",
  "src/api/replay/piece-reader.ts",
  "src/policy/data-file.ts",
  "test/fuzz/walks.ts",
];

let loaded;

/** What the rows use of it, and the tests' walk over whole events; built once. */
export async function engine() {
  if (loaded !== undefined) return loaded;
  const folder = mkdtempSync(join(ROOT, "node_modules", ".bench-"));
  try {
    const contents = [
      ...EXPORTS.map((path) => `export * from "./${path}";`),
      'export { assembleSet } from "./src/engine/assemble.ts";',
    ].join("\n");
    loaded = await loadBundled(join(folder, "engine.mjs"), { contents, folder: ROOT });
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
