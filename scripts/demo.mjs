// `npm run demo`: the main job on the sample that comes with the project.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
console.log("$ agentz replay --baseline policies/catalog.yaml --baseline policies/baseline \\");
console.log(
  "                --candidate policies/catalog.yaml --candidate policies/candidate --trace traces/sample.jsonl\n",
);
const sets = [
  "--baseline",
  "policies/catalog.yaml",
  "--baseline",
  "policies/baseline",
  "--candidate",
  "policies/catalog.yaml",
  "--candidate",
  "policies/candidate",
];
const { status } = spawnSync(
  process.execPath,
  ["bin/agentz.js", "replay", ...sets, "--trace", "traces/sample.jsonl", ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = status ?? 1;
