// Keeps the table of folders in docs/architecture.md the picture of the layers that
// .dependency-cruiser.mjs holds: `node scripts/architecture.mjs` writes the column "may import",
// `--check` says what is not as it is held. What a folder holds, and may not do, is written by hand.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import config from "../.dependency-cruiser.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = `${root}docs/architecture.md`;

/** The folders that each folder may import, by the rules of the layers. */
const layers = new Map(
  config.forbidden.flatMap(({ name, to }) => {
    const folder = /^layer-(.+)$/.exec(name)?.[1];
    const allowed = folder && /^\^src\/\(([^)]*)\)\//.exec(to.pathNot[0])?.[1];
    return allowed ? [[folder, allowed.split("|").filter((one) => one !== folder)]] : [];
  }),
);

const all = [...layers.keys()].filter((folder) => folder !== "api");

function shown(folder) {
  if (folder === "cli") return "api, documents, report's map, node, diagnostics, text";
  const allowed = layers.get(folder);
  if (allowed === undefined) return undefined;
  if (allowed.length === 0) return "nothing";
  return all.every((one) => allowed.includes(one)) ? "all above" : allowed.join(", ");
}

const ROW = /^\| `([a-z-]+)\/` \| (.*?) \| (.*?) \|(?: (.*?) \|)?$/;
const problems = [];
const seen = new Set();

/** A row with its column "may import" in the middle. */
function mended(line) {
  const [, folder, holds, second, third] = ROW.exec(line) ?? [];
  if (folder === undefined) return line;
  seen.add(folder);
  const allowed = shown(folder);
  if (allowed === undefined) problems.push(`\`${folder}/\` has no layer`);
  return `| \`${folder}/\` | ${holds} | ${allowed} | ${third ?? second} |`;
}

const before = readFileSync(page, "utf8");
const after = before.split("\n").map(mended).join("\n");
for (const { name } of readdirSync(`${root}src`, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
))
  if (!seen.has(name)) problems.push(`\`src/${name}/\` has no row`);
if (process.argv.includes("--check")) {
  if (before !== after) problems.push("the column `may import` is not as the layers are held");
} else writeFileSync(page, after);
for (const problem of problems) process.stderr.write(`docs/architecture.md: ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
