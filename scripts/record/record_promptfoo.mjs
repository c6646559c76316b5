/**
 * Records an evaluation of promptfoo with a scripted model: the file of its results.
 *
 * npm install promptfoo (a package of Node 22 and later)
 * node record_promptfoo.mjs <folder of node_modules> <results.json>
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModel } from "./scripted-model.mjs";

const [folder, out] = process.argv.slice(2);
const tool = (name, properties) => ({
  type: "function",
  function: { name, description: name, parameters: { type: "object", properties } },
});
const model = await startModel({
  "order o9": [
    [
      { name: "lookup", args: { order: "o9" } },
      { name: "refund", args: { order: "o9", amount: 12.5 } },
    ],
  ],
});
const home = mkdtempSync(join(tmpdir(), "promptfoo-recording-"));
const written = join(home, "results.json");
writeFileSync(
  join(home, "promptfooconfig.json"),
  JSON.stringify({
    prompts: ["refund {{order}}"],
    providers: [
      {
        id: "openai:chat:m",
        config: {
          apiBaseUrl: `http://127.0.0.1:${model.port}/v1`,
          apiKey: "x",
          tools: [tool("lookup", { order: { type: "string" } }), tool("refund", {})],
        },
      },
    ],
    tests: [{ vars: { order: "order o9" } }, { vars: { order: "nothing" } }],
  }),
);
const running = spawn(
  join(folder, "node_modules/.bin/promptfoo"),
  ["eval", "--no-cache", "--no-write", "--no-progress-bar", "-o", written],
  {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      PROMPTFOO_DISABLE_TELEMETRY: "1",
      PROMPTFOO_DISABLE_UPDATE: "1",
    },
    stdio: ["ignore", "ignore", "inherit"],
  },
);
await new Promise((resolve) => running.on("close", resolve));
model.stop();
const results = JSON.parse(readFileSync(written, "utf8"));
for (const name of ["config", "metadata", "shareableUrl"]) delete results[name];
for (const name of ["stats", "prompts"]) delete results.results[name];
// what tells of grades, costs and the connection
const NOTES = "tokenUsage gradingResult namedScores metadata testCase cost latencyMs".split(" ");
for (const result of results.results.results)
  for (const name of NOTES) {
    delete result[name];
    if (name !== "latencyMs") delete result.response[name];
  }
writeFileSync(out, `${JSON.stringify(results, undefined, 1)}\n`);
rmSync(home, { recursive: true, force: true });
