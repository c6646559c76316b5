import type { Row } from "../chat-formats/row.ts";
import { OPEN_HANDS, PROMPTFOO, SWE_AGENT } from "./agent-frameworks.ts";
import { CLAUDE_CODE_LOGS, CODEX_LOGS, GEMINI_LOGS } from "./agent-logs.ts";
import { AZURE_MONITOR } from "./azure-monitor.ts";
import { DATADOG } from "./datadog.ts";
import { JAEGER } from "./jaeger.ts";
import { LANGSMITH } from "./langsmith.ts";
import { OTLP_PROTOBUF } from "./otlp-protobuf.ts";
import { PHOENIX } from "./phoenix.ts";
import { A2A, CASSETTES, DESKTOP_LOGS, HAR } from "./recordings.ts";
import {
  BEDROCK_INVOCATIONS,
  HELICONE,
  LITELLM,
  PORTKEY,
  STORED_COMPLETIONS,
  STREAMS,
} from "./stored-chats.ts";
import { TEMPO } from "./tempo.ts";

/** What the records of a product hold, and the importer that reads them. */
interface Product {
  readonly format: string;
  readonly rows: readonly Row[];
}

/** The variants of products that share an importer with others. */
export const PRODUCTS: { readonly [product: string]: Product } = {
  Jaeger: { format: "otel", rows: JAEGER },
  Tempo: { format: "otel", rows: TEMPO },
  Datadog: { format: "otel", rows: DATADOG },
  "Azure Monitor": { format: "otel", rows: AZURE_MONITOR },
  "OTLP protobuf": { format: "otel", rows: OTLP_PROTOBUF },
  Phoenix: { format: "otel", rows: PHOENIX },
  LangSmith: { format: "otel", rows: LANGSMITH },
  "logs of Claude Code": { format: "otel", rows: CLAUDE_CODE_LOGS },
  "logs of Codex": { format: "otel", rows: CODEX_LOGS },
  "logs of Gemini CLI": { format: "otel", rows: GEMINI_LOGS },
  "stored completions": { format: "chat", rows: [...STORED_COMPLETIONS, ...STREAMS] },
  LiteLLM: { format: "chat", rows: LITELLM },
  Portkey: { format: "chat", rows: PORTKEY },
  Helicone: { format: "chat", rows: HELICONE },
  "MCP desktop logs": { format: "mcp", rows: DESKTOP_LOGS },
  A2A: { format: "mcp", rows: A2A },
  OpenHands: { format: "chat", rows: OPEN_HANDS },
  "SWE-agent": { format: "chat", rows: SWE_AGENT },
  promptfoo: { format: "chat", rows: PROMPTFOO },
  HAR: { format: "http", rows: HAR },
  cassettes: { format: "http", rows: CASSETTES },
  "Bedrock invocation logs": { format: "chat", rows: BEDROCK_INVOCATIONS },
};
