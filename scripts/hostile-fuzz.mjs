// Feeds broken and hostile input to every command, and kills those that write: `node
// scripts/hostile-fuzz.mjs --minutes 10 --seed 1`, `--kind kill` for one kind, `--cases 200` for so
// many instead of minutes, `--case <seed>` (with the same --kind) for one case. What is killed is
// the built command line, so build first. A process of its own does the work with little memory;
// this one watches, so that a hang is found too. Exit status 1 where anything was found.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bundleInto } from "./load-sources.mjs";

const HANG_MS = 60_000;
const MEMORY_MB = 512;
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    case: { type: "string" },
    kind: { type: "string" },
    cases: { type: "string" },
    worker: { type: "string" },
    until: { type: "string" },
  },
});
const numbers = [values.minutes, values.seed ?? "0", values.case ?? "0", values.cases ?? "1"].map(
  Number,
);
const DAY_MINUTES = 24 * 60;

if (values.worker !== undefined) await work();
else if (
  !numbers.every(Number.isFinite) ||
  numbers[0] <= 0 ||
  !numbers.slice(1).every(Number.isSafeInteger)
) {
  console.error("--minutes wants a positive number, --seed, --case and --cases a whole one");
  process.exitCode = 2;
} else await watch();

/** Runs cases from the seed on and writes the counts where the watcher reads them. */
async function work() {
  const folder = values.worker;
  const { hostileRun, hostileCase, runCase, Random } = await import(
    pathToFileURL(join(folder, "hostile.mjs")).href
  );
  if (values.case !== undefined) {
    const one = hostileCase(new Random(Number(values.case)), values.kind);
    for (const [name, text] of Object.entries(one.files))
      if (typeof text === "string" && text.length < 20_000) console.log(`--- ${name}\n${text}`);
    const { ran, faults } = await runCase(one);
    console.log(one.kind, JSON.stringify(one.argv), ran, faults);
    return;
  }
  const counts = await hostileRun({
    seed: Number(values.seed),
    until: Number(values.until),
    watched: join(folder, "at"),
    ...(values.kind !== undefined && { kind: values.kind }),
    ...(values.cases !== undefined && { cases: Number(values.cases) }),
    say: (line) => console.log(line),
  });
  writeFileSync(join(folder, "counts.json"), JSON.stringify(counts));
}

function run(folder, seed, until) {
  const args = [
    `--max-old-space-size=${MEMORY_MB}`,
    fileURLToPath(import.meta.url),
    "--worker",
    folder,
    "--seed",
    String(seed),
    "--until",
    String(until),
    ...["case", "kind", "cases"].flatMap((name) =>
      values[name] === undefined ? [] : [`--${name}`, values[name]],
    ),
  ];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, AGENTZ_ROOT: root },
  });
  let [at, since, hung] = ["", Date.now(), false];
  const timer = setInterval(() => {
    const now = readAt(folder);
    if (now !== at) [at, since] = [now, Date.now()];
    else if (Date.now() - since > HANG_MS && (hung = true)) child.kill("SIGKILL");
  }, 1000);
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => {
      clearInterval(timer);
      resolve({
        ended: code === 0,
        why: hung ? `hangs for ${HANG_MS / 1000} s` : `ended the process (${signal ?? code})`,
        at: Number(readAt(folder)),
      });
    });
  });
}

function readAt(folder) {
  try {
    return readFileSync(join(folder, "at"), "utf8");
  } catch {
    return "";
  }
}

function add(total, counts) {
  total.cases += counts.cases;
  for (const name of ["kinds", "statuses"])
    for (const [key, n] of Object.entries(counts[name]))
      total[name][key] = (total[name][key] ?? 0) + n;
  total.found += counts.found.length;
  if (counts.slowest.ms > total.slowest.ms) total.slowest = counts.slowest;
}

async function watch() {
  // inside the project, so that its packages are found
  const folder = mkdtempSync(join(root, "node_modules", ".hostile-"));
  const entry = join(folder, "entry.ts");
  const from = (name) => JSON.stringify(join(root, "test/hostile", name));
  writeFileSync(
    entry,
    `export { hostileRun } from ${from("main.ts")};\nexport { hostileCase } from ` +
      `${from("case.ts")};\nexport { runCase } from ${from("run-case.ts")};\nexport { Random } ` +
      `from ${from("random.ts")};\n`,
  );
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  const total = { cases: 0, kinds: {}, statuses: {}, found: 0, slowest: { seed: 0, ms: 0 } };
  const until =
    Date.now() + (values.cases === undefined ? Number(values.minutes) : DAY_MINUTES) * 60_000;
  try {
    await bundleInto(join(folder, "hostile.mjs"), { file: entry });
    for (let from = seed; values.case !== undefined || Date.now() < until; ) {
      const { ended, why, at } = await run(folder, from, until);
      if (values.case !== undefined) return;
      if (ended) add(total, JSON.parse(readFileSync(join(folder, "counts.json"), "utf8")));
      else {
        console.log(`seed ${at}: ${why}`);
        total.cases += Math.max(0, at - from);
        total.found++;
      }
      if (ended || !Number.isFinite(at)) break;
      from = at + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    `${total.cases} cases from seed ${seed}, ${total.found} faults found; slowest ` +
      `${total.slowest.ms} ms (seed ${total.slowest.seed})`,
  );
  for (const [kind, cases] of Object.entries(total.kinds).sort(([, a], [, b]) => b - a))
    if (cases > 0) console.log(`${String(cases).padStart(8)}  ${kind}`);
  console.log(`by exit status ${JSON.stringify(total.statuses)}`);
  process.exitCode = total.found === 0 ? 0 : 1;
}
