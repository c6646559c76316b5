// No line of code is over 120 columns: `node scripts/line-width.mjs` names those that are.
// The formatter breaks code at 100 columns, but no text: break it into parts, one line each.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastGlob from "fast-glob";

const LIMIT = 120;
const root = fileURLToPath(new URL("..", import.meta.url));

/** Data, not code; each with the reason why it is not broken. */
const EXCEPTIONS = [
  "**/node_modules/**", // of others
  "**/fixtures/**", // files as other programs write them
  "**/*.generated.*", // written by a script
  "**/*.wasm.ts", // a compiled module as text
];

const files = fastGlob
  .sync(["{src,test,scripts,bin}/**/*.{ts,mts,mjs,js}", "*.{ts,mjs}"], {
    cwd: root,
    ignore: EXCEPTIONS,
  })
  .sort();
for (const file of files) {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  lines.forEach(({ length }, i) => {
    if (length <= LIMIT) return;
    console.error(`${file}:${i + 1}: ${length} columns, the limit is ${LIMIT}`);
    process.exitCode = 1;
  });
}
