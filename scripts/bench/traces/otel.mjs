// The calls of a trace as the spans of tools that an instrumented agent exports: OTLP/JSON, as the
// collector's file exporter writes it, so many spans a line.
import { closeSync, createReadStream, existsSync, openSync, renameSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

const SPANS = 100;
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

/** The file of spans beside a trace; written if it is not there yet. */
export async function spansOf(trace) {
  const path = `${trace}.otlp`;
  if (existsSync(path)) return path;
  const file = openSync(`${path}.new`, "w");
  const traces = new Map();
  let spans = [];
  const ids = { span: 0, trace: 0, last: BASE };
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const event = JSON.parse(line);
    if (event.action === undefined) continue;
    if (!traces.has(event.session)) traces.set(event.session, traces.size + 1);
    ids.trace = traces.get(event.session);
    ids.span++;
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
