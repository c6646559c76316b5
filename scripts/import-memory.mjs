// Shows that traces of any size are imported and worked on in constant memory: `node
// scripts/import-memory.mjs 200 2000`. Writes OpenTelemetry spans of so many megabytes each, counts
// what it writes, and runs every step that reads a trace over both sizes: peaks of memory, calls
// counted against its own count. A table on stdout; exit status 1 where a count differs or a peak
// is more than one and a half times that of the smallest. Needs as much room in the folder for
// temporary files.
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agentz, peakOf } from "./bench/process.mjs";
import { writeSet } from "./bench/sets.mjs";

const TOOLS = [
  ["crm", "lookup"],
  ["payments", "refund"],
  ["mail", "send"],
  ["warehouse", "query"],
];
const attribute = (key, stringValue) => ({ key, value: { stringValue } });

/** One session: an agent's span over so many calls, each with arguments and some text. */
function session(number, calls) {
  const traceId = number.toString(16).padStart(32, "0");
  const start = 1_788_256_800_000_000_000n + BigInt(number) * 60_000_000_000n;
  const spanId = (i) => (number * 64 + i).toString(16).padStart(16, "0");
  const root = {
    traceId,
    spanId: spanId(0),
    name: "invoke_agent",
    startTimeUnixNano: String(start),
    attributes: [
      attribute("gen_ai.operation.name", "invoke_agent"),
      attribute("gen_ai.agent.name", `agent-${number % 20}`),
      attribute("gen_ai.conversation.id", `run-${number}`),
    ],
  };
  const tools = Array.from({ length: calls }, (_, i) => {
    const [server, name] = TOOLS[(number + i) % TOOLS.length];
    const args = JSON.stringify({
      order: `o-${(number * 7 + i) % 9973}`,
      amount: ((number * 31 + i * 17) % 50_000) / 100,
      note: `call ${i} of session ${number} ${"text ".repeat(10 + ((number + i) % 40))}`,
    });
    return {
      traceId,
      spanId: spanId(i + 1),
      parentSpanId: spanId(0),
      name: `execute_tool ${name}`,
      startTimeUnixNano: String(start + BigInt(i + 1) * 1_000_000_000n),
      attributes: [
        attribute("gen_ai.operation.name", "execute_tool"),
        attribute("gen_ai.tool.name", `mcp__${server}__${name}`),
        attribute("gen_ai.tool.call.arguments", args),
      ],
    };
  });
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [{ scope: { name: "x" }, spans: [root, ...tools] }],
      },
    ],
  });
}

/** Writes spans until the file has so many bytes; how many calls and sessions it wrote. */
function write(path, bytes) {
  const fd = openSync(path, "w");
  let [written, calls, sessions] = [0, 0, 0];
  for (let batch = []; written < bytes; batch = []) {
    for (let i = 0; i < 200; i++, sessions++) {
      const count = 4 + (sessions % 13);
      batch.push(session(sessions, count));
      calls += count;
    }
    const text = `${batch.join("\n")}\n`;
    for (let done = 0, buffer = Buffer.from(text); done < buffer.length; )
      done += writeSync(fd, buffer, done);
    written += Buffer.byteLength(text);
  }
  closeSync(fd);
  return { calls, sessions };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { step: { type: "string", multiple: true } },
});
const sizes = positionals.map(Number);
if (sizes.length === 0 || sizes.some((size) => !(size > 0))) {
  console.error(
    "node scripts/import-memory.mjs <megabytes> [<megabytes> ...] [--step 'trace distil'] ...",
  );
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "agentz-import-memory-"));
const rows = new Map();
let wrong = 0;
try {
  for (const size of sizes) {
    const [spans, trace] = [join(folder, "spans.jsonl"), join(folder, "trace.jsonl")];
    const expected = write(spans, size * 1e6);
    const policies = writeSet(join(folder, "policies"), "session");
    const set = ["--candidate", policies];
    const steps = [
      ["import otel", ["import", "otel", spans, "-o", trace]],
      [
        "replay --from otel",
        [
          "replay",
          ...set,
          "--baseline",
          "recorded",
          "--from",
          "otel",
          "--trace",
          spans,
          "--format",
          "json",
          "--output",
          join(folder, "replay.json"),
        ],
      ],
      [
        "replay",
        [
          "replay",
          ...set,
          "--baseline",
          "recorded",
          "--trace",
          trace,
          "--no-index",
          "--format",
          "json",
          "--output",
          join(folder, "again.json"),
        ],
      ],
      ["trace stats", ["trace", "stats", trace]],
      ["trace validate", ["trace", "validate", trace]],
      ["trace sort", ["trace", "sort", trace, "-o", join(folder, "sorted.jsonl")]],
      [
        "trace sample",
        ["trace", "sample", trace, "--share", "0.1", "-o", join(folder, "part.jsonl")],
      ],
      [
        "trace redact",
        ["trace", "redact", trace, "--policies", policies, "-o", join(folder, "redacted.jsonl")],
      ],
      [
        "trace distil",
        [
          "trace",
          "distil",
          trace,
          ...set,
          "--baseline",
          "recorded",
          "-o",
          join(folder, "fixture.jsonl"),
        ],
      ],
      ["catalog infer", ["catalog", "infer", trace, "--output", join(folder, "catalog.yaml")]],
    ];
    console.log(`${size} MB of spans: ${expected.calls} calls in ${expected.sessions} sessions`);
    for (const [name, args] of steps) {
      // the others need what the first one writes
      if (values.step !== undefined && name !== "import otel" && !values.step.includes(name))
        continue;
      const peak = peakOf(args);
      rows.set(name, [...(rows.get(name) ?? []), peak]);
      console.log(`  ${name.padEnd(20)} ${(peak / 1e6).toFixed(0).padStart(6)} MB`);
    }
    for (const file of [trace, join(folder, "sorted.jsonl"), join(folder, "redacted.jsonl")].filter(
      (path) => existsSync(path),
    )) {
      const { calls, sessions } = JSON.parse(
        agentz(["trace", "stats", file, "--format", "json"]).stdout,
      ).trace;
      if (calls !== expected.calls || sessions !== expected.sessions) {
        wrong++;
        console.log(`  WRONG: ${calls} calls in ${sessions} sessions in ${file.split("/").at(-1)}`);
      }
    }
    console.log(
      `  counted in the trace (${(statSync(trace).size / 1e6).toFixed(0)} MB), sorted and ` +
        `redacted: ${wrong === 0 ? "as written" : "WRONG"}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const [name, peaks] of rows) {
  const times = Math.max(...peaks) / Math.min(...peaks);
  if (times > 1.5) wrong++;
  if (peaks.length > 1) console.log(`${name.padEnd(22)} ${times.toFixed(2)} times the smallest`);
}
process.exitCode = wrong === 0 ? 0 : 1;
