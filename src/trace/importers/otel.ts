import type { JsonObject } from "../../request/json.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { AgentLog } from "./otel-logs.ts";
import { readJson } from "./read-json.ts";
import { SpanForest } from "./span-forest.ts";
import { SpanReader } from "./span-reader.ts";

/**
 * OpenTelemetry spans in all their exports, and the log events of coding agents: GenAI and MCP
 * conventions, OpenInference and their kin (docs/importers/otel.md).
 */
export const otel: Importer = {
  name: "otel",
  title:
    "OpenTelemetry spans (OTLP, Jaeger, Tempo, Zipkin, Datadog, Azure Monitor, Phoenix, LangSmith) and coding agents' log events: GenAI, MCP, OpenInference, OpenLLMetry, Logfire, AI SDK",
  recognises,
  convert,
};

/** Members and attributes that only spans and their logs have. */
const TOLD = [
  /"(?:resource|scope)_?(?:Spans|Logs)"\s*:/i,
  /"instrumentationLibrarySpans"\s*:/,
  /"(?:traceID|traceId|trace_id|TraceId|context\.trace_id)"\s*:[^]*"(?:spanID|spanId|span_id|SpanId|context\.span_id|parentId|parent_run_id)"\s*:/,
  /"(?:spanID|spanId|span_id|SpanId|context\.span_id|parent_run_id)"\s*:[^]*"(?:traceID|traceId|trace_id|TraceId|context\.trace_id)"\s*:/,
  /"(?:gen_ai\.operation\.name|openinference\.span\.kind)"\s*:\s*"/,
  /"operation_Id"[^]*"customDimensions"|"customDimensions"[^]*"operation_Id"/,
  /"OperationId"[^]*"Properties"|"Properties"[^]*"OperationId"/,
  /"run_type"\s*:\s*"(?:tool|llm|chain|retriever)"/,
  /"event\.name"\s*:\s*"(?:claude_code|codex|gemini_cli|qwen-code|tool_decision|tool_result)/,
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
  for await (const items of readJson(file, tally)) {
    for (const { value, line } of items) reader.read(value, line);
    yield forest.take();
    yield log.take();
  }
  yield forest.end();
  yield log.end();
}
