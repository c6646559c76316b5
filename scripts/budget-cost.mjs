// What the budget of steps costs: `node scripts/budget-cost.mjs --runs 12 --turns 25`.
// Builds the engine twice, as it ships and without the budget, and lets both decide the bench's calls in turns. Prints
// the processor time a decision (the best turn of each process, medians of these), and the budget's part of it.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "./bench/generate.mjs";
import { textsOf, VARIANTS } from "./bench/sets.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const EXPORTS = ["engine/assemble.ts", "engine/run.ts", "trace/event.ts", "cli/host/hash.ts"];

/** What the budget is in the source, and what stands there without it. A text that is gone fails the build. */
const WITHOUT = {
  "condition/meter.ts": [["meter.left -= steps;\n  return meter.left >= 0;", "void steps;\n  return true;"]],
  "condition/emit/emitter.ts": [
    ["if (this.#spends) this.lines[start] =", "if (Number.isNaN(start)) this.lines[start] ="],
    ["this.#metered ||= this.#spends;", ""],
    ["this.line(`if (--${this.hold(meter)}.left < 0) { ${onCostly} }`);", "void onCostly;"],
  ],
  "condition/functions.ts": [
    ["if (!spend(callSteps(args, aCharacter))) return TOO_COSTLY;", ""],
    ["return spend(sizeSteps(result, 1 / 16)) ? result : TOO_COSTLY;", "return result;"],
  ],
};

const withoutBudget = {
  name: "without-budget",
  setup: ({ onLoad }) => {
    for (const [file, edits] of Object.entries(WITHOUT)) {
      onLoad({ filter: new RegExp(`src/${file.replaceAll(".", "\\.")}$`) }, ({ path }) => {
        let contents = readFileSync(path, "utf8");
        for (const [from, to] of edits) {
          if (!contents.includes(from)) throw new Error(`${file} holds no longer: ${from}`);
          contents = contents.replace(from, to);
        }
        return { contents, loader: "ts" };
      });
    }
  },
};

async function engineInto(outfile, plugins) {
  const contents = EXPORTS.map((path) => `export * from "./${path}";`).join("\n");
  await build({ stdin: { contents, resolveDir: join(ROOT, "src"), loader: "ts" }, bundle: true, format: "esm", platform: "node", target: "node20", packages: "external", outfile, plugins, logLevel: "error" });
}

/** A function that decides all calls once, and gives the microseconds of processor time that one took. */
async function decider(engine, variant, calls) {
  const { assembleSet, decodeEvent, Run, sha256 } = await import(pathToFileURL(engine).href);
  const { set } = assembleSet(textsOf(variant).map(([file, text]) => ({ file, text })), { readBeside: () => undefined, sha256 });
  const events = [...generate(calls)].map((event, line) => decodeEvent(event, { file: "bench", line }));
  const requests = events.filter(({ type }) => type === "call").map(({ request }) => request);
  return () => {
    const run = new Run(set);
    const from = process.cpuUsage();
    for (const request of requests) run.decide(run.prepare(request));
    return process.cpuUsage(from).user / requests.length;
  };
}

/** One process: both engines in turns; of each the best turn, in microseconds a decision. */
async function measure({ folder, variant, first, calls, turns }) {
  const engines = {};
  for (const name of [first, first === "with" ? "without" : "with"]) engines[name] = await decider(join(folder, `${name}.mjs`), variant, calls);
  const taken = { with: [], without: [] };
  for (let turn = 0; turn < turns + WARM; turn++) {
    for (const name of turn % 2 === 0 ? ["with", "without"] : ["without", "with"]) {
      const time = engines[name]();
      if (turn >= WARM) taken[name].push(time);
    }
  }
  return [Math.min(...taken.with), Math.min(...taken.without)];
}

/** Turns before the code is warm. */
const WARM = 6;

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const options = Object.fromEntries(Object.entries({ runs: "12", turns: "25", calls: "4000", folder: "", variant: "", first: "" }).map(([name, value]) => [name, { type: "string", default: value }]));
const { values } = parseArgs({ options });
if (values.folder !== "") console.log(JSON.stringify(await measure({ ...values, calls: Number(values.calls), turns: Number(values.turns) })));
else {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(ROOT, "node_modules", ".budget-"));
  try {
    await engineInto(join(folder, "with.mjs"), []);
    await engineInto(join(folder, "without.mjs"), [withoutBudget]);
    for (const variant of VARIANTS) {
      const args = [fileURLToPath(import.meta.url), "--folder", folder, "--variant", variant, "--calls", values.calls, "--turns", values.turns, "--first"];
      const runs = Array.from({ length: Number(values.runs) }, (_, i) => JSON.parse(execFileSync(process.execPath, [...args, i % 2 === 0 ? "with" : "without"], { encoding: "utf8" })));
      const percent = (ratio) => `${((ratio - 1) * 100).toFixed(1)} %`;
      const ratios = runs.map(([own, none]) => own / none);
      const [own, none] = [0, 1].map((i) => median(runs.map((run) => run[i])).toFixed(2));
      console.log(`${variant}: ${own} us a decision with the budget, ${none} without: ${percent(median(ratios))} (${ratios.map(percent).join(", ")})`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
