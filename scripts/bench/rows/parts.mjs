// What parts of a trace cost: their size, and the memory of counting and merging them.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { worstOf } from "../cases.mjs";
import { agentz, peakOf } from "../process.mjs";

/** What is split, and ten times as many. */
const [ONCE, TENFOLD] = [30_000, 300_000];
const PARTS = 8;
const MIB = 1024 * 1024;

/** The flags of a part, against what was recorded, so that most calls change. */
function partArgs(bench, one, trace) {
  const candidate = one.writeSet(join(bench.folder, one.name, "parts-candidate"));
  return [
    "part",
    "--baseline",
    "recorded",
    "--candidate",
    candidate,
    "--in-order",
    "--trace",
    trace,
  ];
}

/** The lines of a file, whose text may be too long for one string. */
function* linesOf(file) {
  const bytes = readFileSync(file);
  let start = 0;
  for (let end = bytes.indexOf("\n"); end >= 0; end = bytes.indexOf("\n", start)) {
    yield bytes.toString("utf8", start, end);
    start = end + 1;
  }
}

/** Files with the sessions of a trace, each in one of them. */
function split(bench, one, calls) {
  const folder = join(bench.folder, one.name, `split-${calls}`);
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: PARTS }, () => []);
  for (const line of linesOf(one.trace(calls))) {
    const { session = "" } = JSON.parse(line);
    const sum = [...session].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) >>> 0, 7);
    files[sum % PARTS].push(line);
  }
  return files.map((lines, i) => {
    const file = join(folder, `${i}.jsonl`);
    writeFileSync(file, `${lines.join("\n")}\n`);
    return file;
  });
}

/** The parts of a trace in a folder. */
function parts(bench, one, calls) {
  const folder = join(bench.folder, one.name, `parts-${calls}`);
  mkdirSync(folder, { recursive: true });
  for (const [i, file] of split(bench, one, calls).entries())
    agentz([...partArgs(bench, one, file), "-o", join(folder, `${i}.json`)]);
  return folder;
}

const row = (name, what, goal, measure) => ({
  name,
  what,
  goal,
  onRequest: true,
  measure: (bench) => worstOf("stateless", (one) => measure(bench, one)),
});

/** The memory of a part of ten times the calls, divided by that of one. */
function partMemory(bench, one) {
  const peak = (calls) =>
    peakOf([...partArgs(bench, one, one.trace(calls)), "-o", join(bench.folder, "part.json")]);
  const [once, tenfold] = [peak(2 * ONCE), peak(2 * TENFOLD)];
  return { bytes: tenfold, once, ratio: tenfold / once };
}

/** The bytes of the part of 300,000 calls. */
function partSize(bench, one, flags) {
  const file = join(bench.folder, "part.json");
  agentz([...partArgs(bench, one, one.trace(TENFOLD)), ...flags, "-o", file]);
  return statSync(file).size;
}

export const PART_ROWS = [
  row(
    "part-size",
    "size of the part of 300,000 calls that nearly all change, divided by 16 MiB",
    1,
    (bench, one) => {
      const bytes = partSize(bench, one, []);
      return { bytes, ratio: bytes / (16 * MIB) };
    },
  ),
  row("part-size-report", "the same, made with `--report`, divided by 24 MiB", 1, (bench, one) => {
    const bytes = partSize(bench, one, ["--report"]);
    return { bytes, ratio: bytes / (24 * MIB) };
  }),
  row(
    "merge-size",
    "size of the document merged of 300,000 calls that nearly all change, divided by 2 MiB",
    1,
    (bench, one) => {
      partSize(bench, one, []);
      const part = join(bench.folder, "part.json");
      const { stdout } = agentz(["merge", part, "--format", "json"]);
      return { bytes: stdout.length, ratio: stdout.length / (2 * MIB) };
    },
  ),
  {
    ...row(
      "part-memory",
      "memory of a part of 600,000 calls that nearly all change, divided by that of 60,000",
      1.2,
      partMemory,
    ),
    measure: (bench) => worstOf(undefined, (one) => partMemory(bench, one)),
  },
  row(
    "merge-memory",
    "memory of merging eight parts of 600,000 calls, divided by that of merging eight of 60,000",
    1.2,
    (bench, one) => {
      const peak = (calls) =>
        peakOf(["merge", parts(bench, one, calls), "-o", join(bench.folder, "merged.txt")]);
      const [once, tenfold] = [peak(2 * ONCE), peak(2 * TENFOLD)];
      return { bytes: tenfold, once, ratio: tenfold / once };
    },
  ),
];
