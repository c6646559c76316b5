// The calls of a trace as the spans of tools that an instrumented agent exports: OTLP/JSON, as the
// collector's file exporter writes it, so many spans a line.
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SPANS = 100;
/** A session that rests for so many calls of others goes on in a trace of its own. */
const REST = 1000;
/** The most calls of a trace: an agent's answer to one request. */
const LONGEST = 20;
/** What is made otherwise is kept under another name. */
const VERSION = createHash("sha256")
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .digest("hex")
  .slice(0, 8);
const NANOSECONDS = "000000";
const BASE = Date.UTC(2026, 0, 1);

const attribute = (key, value) => ({ key, value: { stringValue: value } });
const hex = (number, digits) => number.toString(16).padStart(digits, "0");

function spanOf({ time, session, subject, action, args, context = {}, outcome }, ids) {
  // a call without a time is as late as the one before
  const start = time === undefined ? ids.last : Date.parse(time);
  ids.last = start;
  return {
    traceId: hex(ids.trace, 32),
    spanId: hex(ids.span, 16),
    name: `tools/call ${action.name}`,
    kind: 3,
    startTimeUnixNano: `${start}${NANOSECONDS}`,
    endTimeUnixNano: `${start + 1}${NANOSECONDS}`,
    attributes: [
      attribute("gen_ai.operation.name", "execute_tool"),
      attribute("mcp.method.name", "tools/call"),
      attribute("server.address", action.server ?? "tools"),
      attribute("gen_ai.tool.name", action.name),
      attribute("gen_ai.tool.call.arguments", JSON.stringify(args ?? {})),
      attribute("gen_ai.conversation.id", session),
      ...(subject?.id === undefined ? [] : [attribute("gen_ai.agent.name", subject.id)]),
      ...(context.on_behalf_of?.id === undefined
        ? []
        : [attribute("user.id", context.on_behalf_of.id)]),
    ],
    ...(outcome?.status === "error" ? { status: { code: 2 } } : {}),
  };
}

function exported(spans) {
  const resource = { attributes: [attribute("service.name", "agents")] };
  const scopeSpans = [{ scope: { name: "bench" }, spans }];
  return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] })}\n`;
}

/**
 * Numbers the traces that a session's calls belong to. WHY several: an instrumented agent begins a
 * trace for each request, and a session is made of many.
 */
class Runs {
  #open = new Map();
  #count = 0;

  traceOf(session, call) {
    const known = this.#open.get(session);
    if (known !== undefined && known.calls < LONGEST && call - known.last <= REST) {
      known.calls++;
      known.last = call;
      return known.trace;
    }
    this.#open.set(session, { trace: ++this.#count, calls: 1, last: call });
    return this.#count;
  }
}

/** The file of spans beside a trace; written if it is not there yet. */
export async function spansOf(trace) {
  const path = `${trace}.${VERSION}.otlp`;
  if (existsSync(path)) return path;
  const file = openSync(`${path}.new`, "w");
  const runs = new Runs();
  let spans = [];
  const ids = { span: 0, trace: 0, last: BASE };
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const event = JSON.parse(line);
    if (event.action === undefined) continue;
    ids.span++;
    ids.trace = runs.traceOf(event.session, ids.span);
    spans.push(spanOf(event, ids));
    if (spans.length < SPANS) continue;
    writeSync(file, exported(spans));
    spans = [];
  }
  if (spans.length > 0) writeSync(file, exported(spans));
  closeSync(file);
  renameSync(`${path}.new`, path);
  return path;
}
