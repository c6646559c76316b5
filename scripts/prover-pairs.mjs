// Holds the prover behind `diff` and `version check` against the one of an earlier state of this
// project, on random pairs of policy sets: what either settles there has to be settled here, and
// how long both take is printed. The earlier state is a checkout beside this one:
//   git worktree add ../earlier <commit>
//   node scripts/prover-pairs.mjs ../earlier [pairs=750] [seed=1]
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadBundled } from "./load-sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [earlier, count = "750", first = "1"] = process.argv.slice(2);
if (earlier === undefined) {
  console.error("usage: node scripts/prover-pairs.mjs <earlier checkout> [pairs=750] [seed=1]");
  process.exit(2);
}

const PROVER = `
export { assembleSet } from "./src/engine/assemble.ts";
export { diffSets } from "./src/release/diff.ts";
export { compareRules } from "./src/release/compare-policies.ts";
export { compareDocuments } from "./src/release/version-check.ts";
export { compareSets } from "./src/proof/compare-sets.ts";
`;
const PAIRS = `
export { plainPair } from "./test/release/plain-pairs.ts";
export { materials, edited, KINDS } from "./test/release/figures.ts";
export { Dice } from "./test/release/edits.ts";
`;
// inside the project, so that its packages are found
const folder = mkdtempSync(join(root, "node_modules", ".pairs-"));
let made = 0;
function bundled(contents, resolveDir) {
  return loadBundled(join(folder, `${made++}.mjs`), { contents, folder: resolveDir });
}

const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");

/** A third plain small sets, a third edits of any kind, a third edits that keep the meaning or narrow. */
function drawPairs({ plainPair, materials, edited, KINDS, Dice }, pairs, seed) {
  const found = [];
  for (let i = 0; found.length < Math.ceil(pairs / 3); i++) found.push(plainPair(seed * 1000 + i));
  const dice = new Dice(seed);
  for (let i = seed; found.length < pairs; i++)
    for (const { scenario } of materials(i, 5))
      for (const kind of ["wild", "preserving", "wild", "narrowing"]) {
        const pair = edited(scenario.texts, KINDS[kind].edits, dice);
        if (pair !== undefined && found.length < pairs) found.push(pair.texts);
      }
  return found;
}

function loaded({ assembleSet }, texts) {
  const sources = texts.map((text, i) => ({ file: `${i}.yaml`, text }));
  const set = assembleSet(sources, { readBeside: () => ({ fault: "none" }), sha256 });
  return set.set === undefined ? undefined : set;
}

const spent = { earlier: {}, now: {} };
function timed(name, what, run) {
  const start = process.cpuUsage().user;
  const value = run();
  spent[name][what] = (spent[name][what] ?? 0) + process.cpuUsage().user - start;
  return value;
}

/** What one prover says of a pair: the questions that it settles, and the calls that it shows. */
function asked(prover, name, texts) {
  const [before, after] = [loaded(prover, texts.before), loaded(prover, texts.after)];
  if (before === undefined || after === undefined) return undefined;
  const policies = ({ documents }) => documents.filter(({ kind }) => kind === "Policy");
  timed(name, "rules", () => prover.compareRules(policies(before), policies(after)));
  const { widens, narrows } = timed(name, "sets", () =>
    prover.compareSets(before, after, { branches: 20000, visits: 200 }),
  );
  const changes = prover
    .compareDocuments(before.documents, after.documents, { sha256 })
    .flatMap((one) => one.changes.map(({ verdict }) => verdict));
  const can = (question) => changes.some((verdict) => verdict[question]);
  return {
    never: {
      widens: !can("widens") || widens.kind === "no",
      narrows: !can("narrows") || narrows.kind === "no",
      moves: !can("moves"),
    },
    shown: { widens: widens.kind === "yes", narrows: narrows.kind === "yes" },
    document: timed(name, "diff", () => prover.diffSets(before, after, sha256)),
  };
}

const BUMPS = ["none", "patch", "minor", "major"];
const figures = { pairs: 0, settled: 0, lost: 0, gained: 0, stronger: 0, weaker: 0, same: 0 };
try {
  const [old, now] = [await bundled(PROVER, resolve(earlier)), await bundled(PROVER, root)];
  const pairs = drawPairs(await bundled(PAIRS, root), Number(count), Number(first));
  for (const [i, texts] of pairs.entries()) {
    const [a, b] = [asked(old, "earlier", texts), asked(now, "now", texts)];
    if (a === undefined || b === undefined) continue;
    figures.pairs++;
    for (const part of ["never", "shown"])
      for (const question of Object.keys(a[part])) {
        const [was, is] = [a[part][question], b[part][question]];
        if (is) figures.settled++;
        if (was && !is) {
          figures.lost++;
          console.log(`pair ${i}: ${part} ${question} was settled`);
        }
        if (!was && is) figures.gained++;
      }
    const step = BUMPS.indexOf(b.document.required) - BUMPS.indexOf(a.document.required);
    const witnesses = (one) =>
      one.document.changes.filter(({ witness }) => witness !== null).length;
    if (step > 0 || witnesses(b) < witnesses(a)) {
      figures.weaker++;
      console.log(
        `pair ${i}: ${a.document.required} ${witnesses(a)}, now ${b.document.required} ${witnesses(b)}`,
      );
    } else if (JSON.stringify(a.document) === JSON.stringify(b.document)) figures.same++;
    else figures.stronger++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const ms = (times) =>
  Object.fromEntries(Object.entries(times).map(([what, time]) => [what, Math.round(time / 1000)]));
console.log(JSON.stringify({ ...figures, ms: { earlier: ms(spent.earlier), now: ms(spent.now) } }));
process.exitCode = figures.lost > 0 ? 1 : 0;
