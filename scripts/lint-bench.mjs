// Measures lint on a thousand policy files (about 5 MB) against parsing the same files with `yaml`
// alone.
//   node scripts/lint-bench.mjs [files=1000]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parseAllDocuments } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));
const count = Number(process.argv[2] ?? "1000");
const folder = mkdtempSync(join(root, "node_modules", ".lint-bench-"));

function rule(file, i) {
  const tool = `server-${file % 40}/tool-${(file * 7 + i) % 25}`;
  const effect = i % 5 === 0 ? "deny" : i % 7 === 0 ? "require_approval" : "allow";
  return [
    `  - id: rule-${i}`,
    `    effect: ${effect}`,
    `    subjects: ["agent:team-${file}-*"]`,
    `    actions: [${tool}]`,
    `    when: >-`,
    `      args.amount > ${i}.0 && args.amount <= ${i * 10 + 50}.0`,
    `      && (resource.classification in ['public', 'internal'] || subject.tenant == resource.tenant)`,
    ...(effect === "deny"
      ? [`    reason: amounts of this size are looked at by team ${file % 200} before they leave`]
      : []),
    `    labels: ["ASI0${1 + (i % 9)}:2026"]`,
    `    match: [{ args: { amount: ${i + 1} }, resource: { type: order, id: "o-${i}", ` +
      "classification: public, tenant: eu } }]",
  ].join("\n");
}

function policy(file) {
  const head =
    `apiVersion: agentz/v1\nkind: Policy\nname: policy-${file}\nversion: 1.0.0\nowner: ` +
    `team-${file}\ndescription: what the agents of team ${file % 200} may do\nrules:\n`;
  return head + Array.from({ length: 9 }, (_, i) => rule(file, i)).join("\n") + "\n";
}

mkdirSync(join(folder, "policies"));
for (let file = 0; file < count; file++)
  writeFileSync(join(folder, "policies", `policy-${file}.yaml`), policy(file));
await build({
  stdin: {
    contents: `export { runLintJob } from "./src/cli/lint-job.ts";`,
    resolveDir: root,
    loader: "ts",
  },
  outfile: join(folder, "lint.mjs"),
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  define: { AGENTZ_VERSION: '"bench"' },
  logLevel: "warning",
});
const { runLintJob } = await import(join(folder, "lint.mjs"));

const texts = readdirSync(join(folder, "policies")).map((name) =>
  readFileSync(join(folder, "policies", name), "utf8"),
);
const bytes = texts.reduce((sum, text) => sum + text.length, 0);
const io = {
  cwd: folder,
  env: {},
  clock: () => Date.now(),
  readStdin: async () => "",
  interrupted: new AbortController().signal,
};
const seconds = (from) => (process.cpuUsage(from).user + process.cpuUsage(from).system) / 1e6;

const parse = () => {
  const from = process.cpuUsage();
  for (const text of texts) parseAllDocuments(text);
  return seconds(from);
};
const lint = async () => {
  const from = process.cpuUsage();
  const result = await runLintJob(io, {
    paths: ["policies"],
    levels: new Map(),
    trace: [],
    now: Date.UTC(2026, 10, 20),
    fix: false,
    stats: true,
  });
  return { took: seconds(from), result };
};
const parsed = [parse(), parse(), parse()];
const linted = [await lint(), await lint()];
const best = Math.min(...linted.map(({ took }) => took));
const least = Math.min(...parsed);
const { result } = linted[0];
console.log(`${count} files, ${(bytes / 1e6).toFixed(1)} MB, ${result.findings.length} findings`);
console.log(
  `yaml ${least.toFixed(2)} s, lint ${best.toFixed(2)} s: ${(best / least).toFixed(2)} times (processor time)`,
);
if (process.argv.includes("--findings"))
  for (const f of result.findings.slice(0, 9)) console.log(f.file, f.code, f.message);
if (process.argv.includes("--stats")) console.table(result.stats);
rmSync(folder, { recursive: true, force: true });
