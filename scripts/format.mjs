// Formats src, test, scripts and the JavaScript in the documents: `npm run format`.
// With --check nothing is written: it names what is not formatted, and the exit status is 1.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastGlob from "fast-glob";

const root = fileURLToPath(new URL("..", import.meta.url));
const biome = join(root, "node_modules/.bin/biome");
const check = process.argv.includes("--check");

/** The formatter on `args`, with `input` on its standard input. */
function format(args, input) {
  const { status, stdout, stderr, error } = spawnSync(biome, ["format", ...args], {
    cwd: root,
    input,
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** A page with the JavaScript in it formatted; one that does not parse is an error. */
function formattedPage(page, text) {
  return text.replace(/^```js\n([\s\S]*?)^```$/gm, (_, code) => {
    const { status, stdout, stderr } = format(["--stdin-file-path=docs.mjs"], code);
    if (status !== 0) throw new Error(`${page}: ${stderr}`);
    return `\`\`\`js\n${stdout}\`\`\``;
  });
}

const code = format(check ? [] : ["--write"]);
if (code.status !== 0) {
  process.stderr.write(`${code.stdout}${code.stderr}`);
  process.exitCode = 1;
}
for (const page of fastGlob.sync(["*.md", "docs/**/*.md"], { cwd: root }).sort()) {
  const text = readFileSync(join(root, page), "utf8");
  const formatted = formattedPage(page, text);
  if (formatted === text) continue;
  if (check) {
    console.error(`${page}: its JavaScript is not formatted; run \`npm run format\``);
    process.exitCode = 1;
  } else writeFileSync(join(root, page), formatted);
}
