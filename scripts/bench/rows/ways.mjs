// What other ways of asking cost beside a plain replay of the same calls, without an index and by
// one thread: the trace packed, with labels, counted from a day on, told as a report, or imported.
import {
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  closeSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { worstOf } from "../cases.mjs";
import { agentz, best, usageOf } from "../process.mjs";
import { spansOf } from "../traces/otel.mjs";
import { candidateOf, replayArgs } from "./replay.mjs";

const ALONE = ["--no-index", "--workers", "1"];

/** The arguments of a replay with another trace than the case's own. */
function withTrace(args, trace) {
  const at = args.indexOf("--trace");
  return [...args.slice(0, at + 1), trace, ...args.slice(at + 2)];
}

async function packed(trace) {
  const path = `${trace}.gz`;
  if (!existsSync(path))
    await pipeline(createReadStream(trace), createGzip({ level: 1 }), createWriteStream(path));
  return path;
}

/** Seconds of the processor to unpack a file as a replay does, and nothing else. */
async function unpackSeconds(path) {
  const from = process.cpuUsage();
  for await (const _ of createReadStream(path).pipe(createGunzip({ chunkSize: 256 * 1024 })));
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

/** A file of labels for every hundredth call of a trace. */
async function labelled(bench, one, trace) {
  const path = join(bench.folder, one.name, "labels.jsonl");
  const file = openSync(path, "w");
  let i = 0;
  for await (const line of createInterface({ input: createReadStream(trace) }))
    if (i++ % 100 === 0) {
      const label = { id: JSON.parse(line).id, labels: { incident: false } };
      writeSync(file, `${JSON.stringify(label)}\n`);
    }
  closeSync(file);
  return path;
}

/** What an import of spans writes, sorted as any trace is; written if it is not there yet. */
async function importedFrom(spans) {
  const [path, unsorted] = [`${spans}.sorted.jsonl`, `${spans}.imported.jsonl`];
  if (existsSync(path)) return path;
  agentz(["import", "otel", spans, "-o", unsorted]);
  agentz(["trace", "sort", unsorted, "-o", path]);
  rmSync(unsorted);
  return path;
}

/**
 * Each way: the arguments that ask so, and seconds that do not count; `plain`: those of a plain
 * replay of the same calls, where they are not the usual ones; `most`: of no more calls.
 */
const WAYS = {
  gz: {
    what: "of a compressed trace, without the time to decompress it",
    ask: async (args, { trace }) => {
      const path = await packed(trace);
      return { args: withTrace(args, path), besides: await unpackSeconds(path) };
    },
  },
  labels: {
    what: "with labels for every hundredth call",
    ask: async (args, { bench, one, trace }) => ({
      args: [...args, "--labels", await labelled(bench, one, trace)],
      besides: 0,
    }),
  },
  otel: {
    what: "of OpenTelemetry spans by `--from otel` (at most 200,000 calls)",
    most: 200_000,
    ask: async (args, { trace }) => {
      const spans = await spansOf(trace);
      const plain = withTrace(args, await importedFrom(spans));
      return { args: [...withTrace(args, spans), "--from", "otel"], besides: 0, plain };
    },
  },
  filter: {
    what: "that counts nine of ten sessions",
    ask: (args) => ({ args: [...args, "--sample", "0.9"], besides: 0 }),
  },
  report: {
    what: "by `agentz report`",
    ask: (args) => ({ args: ["report", ...reportArgs(args)], besides: 0 }),
  },
};

/** The flags of a replay that a report has too. */
function reportArgs(args) {
  const kept = ["--baseline", "--candidate", "--trace", "--format"];
  return args.flatMap((arg, i) => (kept.includes(arg) ? [arg, args[i + 1]] : []));
}

export const WAYS_ROWS = Object.entries(WAYS).map(([name, { what, ask, most = Infinity }]) => ({
  name: `over-plain-${name}`,
  what: `time of a replay ${what}, divided by that of a plain replay, without an index, one thread (by CPU time)`,
  goal: 1.3,
  needs: "trace",
  measure: (bench) =>
    worstOf(undefined, async (one) => {
      const calls = Math.min(bench.calls, most);
      const trace = one.trace(calls);
      const args = replayArgs(bench, one, ++bench.edits, calls);
      const asked = await ask(args, { bench, one, trace });
      const [plain, seconds] = [asked.plain ?? args, asked.args].map((each) =>
        best(bench.runs, () => usageOf([...each, ...ALONE]).seconds),
      );
      return { seconds, ratio: (seconds - asked.besides) / plain };
    }),
}));

/** What one more candidate costs beside the first one; both are edits that no run has seen. */
export const CANDIDATE_ROWS = [
  {
    name: "candidates",
    what:
      "time that one more candidate (`--candidate-2`) adds, without an index, one thread, divided " +
      "by that of a replay of one candidate (by CPU time)",
    goal: 0.3,
    needs: "trace",
    measure: (bench) =>
      worstOf(undefined, async (one) => {
        const args = replayArgs(bench, one, ++bench.edits);
        const alone = best(bench.runs, () => usageOf([...args, ...ALONE]).seconds);
        const second = one.writeSet(candidateOf(bench, one, ++bench.edits), bench.edits);
        const both = best(
          bench.runs,
          () => usageOf([...args, "--candidate-2", second, ...ALONE]).seconds,
        );
        return { seconds: both, ratio: (both - alone) / alone };
      }),
  },
];
