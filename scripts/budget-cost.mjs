// What the budget of steps costs: `node scripts/budget-cost.mjs --runs 15 --turns 25`.
// Builds the engine twice, as it ships and without the budget, and lets both decide the bench's
// calls, a process each, in turns. Prints the processor time a decision (the best turn of a
// process, medians), and what the budget adds; besides, how often the budget does something, and
// what that comes to: it depends on no other work of the machine.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "./bench/generate.mjs";
import { textsOf, VARIANTS } from "./bench/sets.mjs";
import { bundleInto } from "./load-sources.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const EXPORTS = [
  "engine/assemble.ts",
  "engine/policy-session.ts",
  "trace/event.ts",
  "node/hash.ts",
];

/**
 * What the budget is in the source, and what stands there without it. A text that is gone fails the
 * build.
 */
const WITHOUT = {
  "condition/meter.ts": [
    ["meter.left -= steps;\n  return meter.left >= 0;", "void steps;\n  return true;"],
  ],
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

/** Counts each thing that the budget does. */
const COUNTED = {
  "condition/meter.ts": [["meter.left -= steps;", "globalThis.budgetWork++; meter.left -= steps;"]],
  "condition/emit/emitter.ts": [
    [
      "`${this.hold(meter)}.left = ${this.steps};`",
      "`globalThis.budgetWork++; ${this.hold(meter)}.left = ${this.steps};`",
    ],
    [
      "`if (--${this.hold(meter)}.left < 0)",
      "`globalThis.budgetWork++; if (--${this.hold(meter)}.left < 0)",
    ],
    ["if (this.#metered) this.line(`", "if (this.#metered) this.line(`globalThis.budgetWork++; "],
  ],
};

const edited = (all) => ({
  name: "edited",
  setup: ({ onLoad }) => {
    for (const [file, edits] of Object.entries(all)) {
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
});

async function engineInto(outfile, plugins) {
  const contents = EXPORTS.map((path) => `export * from "./${path}";`).join("\n");
  await bundleInto(outfile, { contents, folder: join(ROOT, "src"), plugins });
}

/**
 * One process: the best of some turns over all calls, in microseconds of processor time a decision.
 * WHY not both engines in one process: whichever is loaded first is a tenth faster there.
 */
async function measure(engine, { variant, calls, turns }) {
  globalThis.budgetWork = 0;
  const { assembleSet, decodeEvent, PolicySession, sha256 } = await import(
    pathToFileURL(engine).href
  );
  const { set } = assembleSet(
    textsOf(variant).map(([file, text]) => ({ file, text })),
    { readBeside: () => undefined, sha256 },
  );
  const events = [...generate(Number(calls))].map((event, line) =>
    decodeEvent(event, { file: "bench", line }),
  );
  const requests = events.filter(({ type }) => type === "call").map(({ request }) => request);
  let best = Infinity;
  for (let turn = 0; turn < Number(turns); turn++) {
    globalThis.budgetWork = 0;
    const run = new PolicySession(set);
    const from = process.cpuUsage();
    for (const request of requests) run.decide(run.prepare(request));
    best = Math.min(best, process.cpuUsage(from).user / requests.length);
  }
  return { best, work: globalThis.budgetWork / requests.length };
}

/**
 * What one thing that the budget does takes, in microseconds: a call that spends, from other code
 * than its own.
 */
function unit() {
  const meter = { left: Infinity };
  const spend = (steps) => {
    meter.left -= steps;
    return meter.left >= 0;
  };
  const rounds = 50_000_000;
  let best = Infinity;
  for (let turn = 0; turn < 5; turn++) {
    let passed = 0;
    const from = process.cpuUsage();
    for (let i = 0; i < rounds; i++) {
      meter.left = 1_000_000;
      if (spend(i & 1)) passed++;
    }
    if (passed !== rounds) throw new Error("nothing is spent here");
    best = Math.min(best, process.cpuUsage(from).user / rounds);
  }
  return best;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const options = Object.fromEntries(
  Object.entries({ runs: "15", turns: "25", calls: "4000", engine: "", variant: "" }).map(
    ([name, value]) => [name, { type: "string", default: value }],
  ),
);
const { values } = parseArgs({ options });
if (values.engine !== "") console.log(JSON.stringify(await measure(values.engine, values)));
else {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(ROOT, "node_modules", ".budget-"));
  try {
    const engines = { with: join(folder, "with.mjs"), without: join(folder, "without.mjs") };
    const counted = join(folder, "counted.mjs");
    await engineInto(engines.with, []);
    await engineInto(engines.without, [edited(WITHOUT)]);
    await engineInto(counted, [edited(COUNTED)]);
    const one = unit();
    for (const variant of VARIANTS) {
      const taken = { with: [], without: [] };
      for (let run = 0; run < Number(values.runs); run++) {
        for (const [name, engine] of Object.entries(engines)) {
          const args = [
            fileURLToPath(import.meta.url),
            "--engine",
            engine,
            "--variant",
            variant,
            "--calls",
            values.calls,
            "--turns",
            values.turns,
          ];
          taken[name].push(
            JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })).best,
          );
        }
      }
      const { work } = await measure(counted, { ...values, variant, turns: "1" });
      const [own, none] = [median(taken.with), median(taken.without)];
      const spread = (times) =>
        `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`;
      console.log(
        `${variant}: ${own.toFixed(2)} us a decision with the budget (${spread(taken.with)}), ` +
          `${none.toFixed(2)} without (${spread(taken.without)}): ` +
          `${((own / none - 1) * 100).toFixed(1)} %`,
      );
      console.log(
        `${variant}: ${work.toFixed(2)} times a decision something of the budget is done, ` +
          `${(one * 1000).toFixed(2)} ns each: ${(((work * one) / own) * 100).toFixed(2)} %`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
