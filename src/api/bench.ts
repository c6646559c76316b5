import { cpus } from "node:os";
import {
  countDecisions,
  passesFor,
  timeRules,
  timeRun,
  type Asked,
  type RunTimes,
} from "../bench/measure.ts";
import type { BenchResult, RuleCost } from "../documents/bench-result.ts";
import { SourceLines } from "../suite/source-lines.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { readTrace, type TraceFile } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { PolicySet } from "./policy-set.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { VERSION } from "../node/version.ts";
import { count } from "../text/count.ts";

export interface BenchJob {
  readonly policies: PolicySet;
  readonly files: readonly TraceFile[];
  /** Calls to take at most: they are held in memory. */
  readonly calls: number;
  readonly runs: number;
  /** Told what is done next. */
  readonly say: (what: string) => void;
}

const clock = (): number => Number(process.hrtime.bigint());

interface ReadEvents {
  readonly events: readonly TraceEvent[];
  readonly calls: number;
  readonly whole: boolean;
  readonly bytes: number;
  readonly nanoseconds: number;
  readonly report: ReadReport;
}

async function readEvents({ files, calls: most }: BenchJob): Promise<ReadEvents> {
  const report = new ReadReport();
  const events: TraceEvent[] = [];
  let [bytes, calls, whole] = [0, 0, true];
  const counted = files.map(({ name, open }) => ({
    name,
    open: () => counting(open(), (length) => void (bytes += length)),
  }));
  const from = clock();
  reading: for await (const batch of readTrace(counted, { reorder: DEFAULT_REORDER, report })) {
    for (const event of batch) {
      if (event.type === "call" && calls === most) {
        whole = false;
        break reading;
      }
      if (event.type === "call") calls++;
      events.push(event);
    }
  }
  return { events, calls, whole, bytes, nanoseconds: clock() - from, report };
}

async function* counting(
  chunks: AsyncIterable<Uint8Array>,
  add: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    add(chunk.length);
    yield chunk;
  }
}

/** Costs of what was asked at all, the slowest first. */
function slowest<T extends Omit<Asked, "parts">>(
  all: readonly T[],
  lines: SourceLines,
): readonly { readonly measured: T; readonly cost: RuleCost }[] {
  const whole = all.reduce((sum, { time }) => sum + time, 0);
  return all
    .filter((one) => one.asked > 0)
    .sort((a, b) => b.time - a.time || (a.rule.name < b.rule.name ? -1 : 1))
    .map((one) => {
      const { rule, asked, matched, time } = one;
      const { file, line } = lines.of(rule.rule.place);
      return {
        measured: one,
        cost: {
          rule: rule.name,
          file,
          line,
          asked,
          matched,
          nanoseconds: Math.round((time / asked) * 10) / 10,
          share: whole === 0 ? 0 : time / whole,
        },
      };
    });
}

const at = (sorted: Float64Array, share: number): number =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000;

function decidingOf(runs: readonly RunTimes[], calls: number): BenchResult["deciding"] {
  const sorted = [...runs].sort((a, b) => a.total - b.total);
  const [fastest] = sorted;
  const middle = sorted[sorted.length >> 1];
  if (fastest === undefined || middle === undefined) throw new Error("no run was made");
  const rate = ({ total }: RunTimes): number => calls / (total / 1e9);
  return {
    runs: runs.length,
    seconds: fastest.total / 1e9,
    decisionsPerSecond: rate(fastest),
    medianDecisionsPerSecond: rate(middle),
    microseconds: {
      median: at(fastest.calls, 0.5),
      p99: at(fastest.calls, 0.99),
      most: at(fastest.calls, 1),
    },
  };
}

function machine(): BenchResult["machine"] {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    platform: `${process.platform} ${process.arch}`,
  };
}

function readingOf(events: number, bytes: number, seconds: number): BenchResult["reading"] {
  return {
    bytes,
    seconds,
    eventsPerSecond: events / seconds,
    megabytesPerSecond: bytes / 1e6 / seconds,
  };
}

/** A trace of which nothing can be measured. */
function noCalls(malformed: number): UserError {
  return new UserError(
    "no-calls",
    `the trace contains no call (${count(malformed, "malformed line")})`,
    {
      help:
        "a trace is JSON Lines; `agentz trace validate` shows what is wrong with it, `--from " +
        "<format>` reads other formats",
    },
  );
}

/**
 * Measures a policy set on a trace. A trace without a call is a `UserError`: there is nothing to
 * measure.
 */
export async function runBench(job: BenchJob): Promise<BenchResult> {
  const { policies, runs, say } = job;
  say("reading the trace");
  const { events, calls, whole, bytes, nanoseconds, report } = await readEvents(job);
  if (calls === 0) throw noCalls(report.malformed);
  const decisions = countDecisions(policies.set, events);
  const timing = { passes: passesFor(calls), clock };
  say("warming up");
  timeRun(policies.set, events, timing);
  const times = Array.from({ length: runs }, (_, run) => {
    say(`deciding, run ${run + 1} of ${runs}`);
    return timeRun(policies.set, events, timing);
  });
  say("measuring each rule and each part of its condition");
  const asked = timeRules(policies.set, events, timing);
  const lines = new SourceLines(policies.sources);
  const parts = asked.flatMap(({ rule, parts: own }) => own.map((part) => ({ ...part, rule })));
  return {
    schemaVersion: 1,
    command: "bench",
    tool: { version: VERSION },
    candidate: policies.info,
    machine: machine(),
    trace: {
      files: report.files,
      events: events.length,
      calls,
      malformed: report.malformed,
      whole,
    },
    reading: readingOf(events.length, bytes, nanoseconds / 1e9),
    deciding: decidingOf(times, calls),
    decisions,
    rules: {
      total: policies.set.rules.length,
      neverAsked: asked.filter((cost) => cost.asked === 0).length,
      slowest: slowest(asked, lines).map(({ cost }) => cost),
    },
    conditions: slowest(parts, lines).map(({ measured: { text }, cost }) => ({ text, ...cost })),
  };
}
