import type { JsonObject } from "../../request/json.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { AgentLog } from "./otel-logs.ts";
import { readOtlpProtobuf } from "./otlp-protobuf.ts";
import { peekFile } from "./peek-file.ts";
import { readJson } from "./read-json.ts";
import type { SplitRule } from "./split-document.ts";
import { SpanForest } from "./span-forest.ts";
import { SpanReader } from "./span-reader.ts";

/**
 * OpenTelemetry spans in all their exports, and the log events of coding agents: GenAI and MCP
 * conventions, OpenInference and their kin (docs/importers/otel.md).
 */
export const otel: Importer = {
  name: "otel",
  title:
    "OpenTelemetry spans (OTLP, Jaeger, Tempo, Zipkin, Datadog, Azure Monitor, Phoenix, " +
    "LangSmith) and coding agents' log events: GenAI, MCP, OpenInference, OpenLLMetry, " +
    "Logfire, AI SDK",
  recognises,
  convert,
};

/** Of Jaeger's traces only whole ones: what tells of their processes stands behind the spans. */
const PARTS: SplitRule = {
  lists: [
    ...["resourceSpans", "resource_spans", "resourceLogs", "resource_logs"],
    ...["batches", "traces", "data", "runs", "items", "value", "results"],
    ...["resourceSpans.scopeSpans", "resource_spans.scope_spans", "batches.scopeSpans"],
    ...["resourceSpans.instrumentationLibrarySpans", "batches.instrumentationLibrarySpans"],
    ...["resourceLogs.scopeLogs", "resource_logs.scope_logs"],
    ...["scopeSpans.spans", "scope_spans.spans", "instrumentationLibrarySpans.spans"],
    ...["scopeLogs.logRecords", "scope_logs.log_records", "tables.rows"],
  ],
  about: ["resource", "scope", "instrumentationLibrary", "instrumentationScope", "columns"],
};

/** Members and attributes that only spans and their logs have. */
const TOLD = [
  /"(?:resource|scope)_?(?:Spans|Logs)"\s*:/i,
  /"instrumentationLibrarySpans"\s*:/,
  new RegExp(
    String.raw`"(?:traceID|traceId|trace_id|TraceId|context\.trace_id)"\s*:[^]*"(?:spanID` +
      String.raw`|spanId|span_id|SpanId|context\.span_id|parentId|parent_run_id)"\s*:`,
  ),
  new RegExp(
    String.raw`"(?:spanID|spanId|span_id|SpanId|context\.span_id` +
      String.raw`|parent_run_id)"\s*:[^]*"(?:traceID|traceId|trace_id|TraceId` +
      String.raw`|context\.trace_id)"\s*:`,
  ),
  /"columns"\s*:\s*\[[^\]]*"context\.span_id"/,
  /"(?:gen_ai\.operation\.name|openinference\.span\.kind)"\s*:\s*"/,
  /"operation_Id"[^]*"customDimensions"|"customDimensions"[^]*"operation_Id"/,
  /"OperationId"[^]*"Properties"|"Properties"[^]*"OperationId"/,
  /"run_type"\s*:\s*"(?:tool|llm|chain|retriever)"/,
  // OTLP's protobuf: a tag or a length, then names of attributes
  /^(?:\n|\0)[^]*(?:gen_ai\.|openinference\.|traceloop\.|langsmith\.|service\.name)/,
  /"message"\s*:\s*"(?:claude_code|codex|gemini_cli|qwen-code)\.tool_/,
  /"event[._]name"\s*:\s*"(?:claude_code|codex|gemini_cli|qwen-code|tool_decision|tool_result)/,
] as const;

function recognises({ text }: ImportSample): boolean {
  return TOLD.some((told) => told.test(text)) && !/"observations"\s*:/.test(text);
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const forest = new SpanForest({ file, options, tally });
  const log = new AgentLog({ file, options, tally });
  const reader = new SpanReader(file, tally, {
    onSpan: (span) => forest.add(span),
    onLog: (record) => log.add(record),
  });
  const { head, opened } = await peekFile(file);
  if (isOtlpProtobuf(head))
    for (const value of await readOtlpProtobuf(opened)) reader.read(value, 1);
  else
    for await (const items of readJson(opened, tally, PARTS)) {
      for (const { value, line } of items) reader.read(value, line);
      yield forest.take();
      yield log.take();
    }
  yield forest.end();
  yield log.end();
}

/**
 * WHY these bytes: the first field's tag and no line of text behind it, or the length of a message
 * below 16 MiB.
 */
function isOtlpProtobuf(head: Uint8Array): boolean {
  const [first, , , , fifth] = head;
  const control = head.subarray(0, 64).some((byte) => byte < 9 || (byte > 13 && byte < 32));
  return control && ((first === 0 && fifth === 10) || first === 10);
}
