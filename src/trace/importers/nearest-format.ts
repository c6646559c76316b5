import { TraceError } from "../../diagnostics/trace-error.ts";
import type { ImportFile } from "./importer.ts";
import { outline } from "./outline.ts";

/** The format that a file resembles most, and the names in it that say so. */
export interface NearestFormat {
  readonly format: string;
  readonly names: readonly string[];
}

/** Names of members by which people know a format; a file of it has several of them. */
const SIGNS: readonly (readonly [format: string, names: readonly string[]])[] = [
  [
    "otel",
    [
      "traceId",
      "trace_id",
      "traceID",
      "spanId",
      "span_id",
      "spanID",
      "parentSpanId",
      "startTimeUnixNano",
      "start_time",
      "startTime",
      "spans",
      "attributes",
      "resourceSpans",
      "scopeSpans",
      "operationName",
      "span_kind",
      "duration",
    ],
  ],
  [
    "langfuse",
    [
      "observations",
      "traceId",
      "parentObservationId",
      "startTime",
      "endTime",
      "projectId",
      "generation",
      "usageDetails",
    ],
  ],
  [
    "openai-agents",
    ["object", "trace_id", "span_data", "workflow_name", "group_id", "started_at", "ended_at"],
  ],
  [
    "managed-agents",
    ["processed_at", "mcp_server_name", "evaluated_permission", "agent", "stop_reason"],
  ],
  [
    "claude-code",
    [
      "sessionId",
      "isSidechain",
      "parentUuid",
      "uuid",
      "toolUseResult",
      "hook_event_name",
      "tool_name",
      "tool_input",
      "tool_use_id",
      "cwd",
    ],
  ],
  [
    "coding-agents",
    ["session_meta", "response_item", "payload", "toolCallId", "toolName", "event_msg", "call_id"],
  ],
  ["mcp", ["jsonrpc", "method", "params", "result", "id"]],
  ["authzen", ["subject", "action", "resource", "context", "decision", "evaluations"]],
  ["cerbos", ["callId", "principal", "resource", "actions", "inputs", "outputs", "requestId"]],
  ["opa", ["decision_id", "input", "result", "path", "bundles", "labels", "metrics"]],
  [
    "cloudtrail",
    [
      "eventSource",
      "eventName",
      "eventTime",
      "userIdentity",
      "awsRegion",
      "requestParameters",
      "eventID",
    ],
  ],
  ["kubernetes", ["auditID", "verb", "objectRef", "requestURI", "stage", "user", "responseStatus"]],
  [
    "envoy",
    [
      "response_code",
      "response_flags",
      "upstream_host",
      "authority",
      "request_id",
      "method",
      "path",
      "duration",
    ],
  ],
  [
    "agentgateway",
    ["http.method", "http.path", "http.status", "mcp.method.name", "src.addr", "gateway", "route"],
  ],
  ["agt", ["agent_did", "entry_id", "event_type", "policy_decision", "matched_rule", "outcome"]],
  ["permdiff", ["principal", "agent", "tool", "arguments", "resource", "context"]],
  [
    "veto",
    ["toolName", "tool_name", "arguments", "decision", "ruleId", "rule_id", "agentId", "sessionId"],
  ],
  [
    "chat",
    [
      "role",
      "content",
      "messages",
      "tool_calls",
      "tool_call_id",
      "parts",
      "function",
      "model",
      "choices",
      "input",
      "output",
      "usage",
      "conversation",
      "contents",
    ],
  ],
  ["http", ["entries", "interactions", "request", "response", "url", "uri", "method", "headers"]],
  [
    "agentz's own, which needs no import",
    ["action", "subject", "args", "session", "resource", "outcome", "decision"],
  ],
];
/** Fewer names in common are chance. */
const LEAST = 2;
const SHOWN = 3;
const NAME = /"([^"\\]{1,60})"\s*:|([\w.]{1,60})=/g;

/** The names of all formats that signs are known of. */
export const SIGNED_FORMATS: readonly string[] = SIGNS.map(([format]) => format);

/** The format that text of a file's start resembles most; undefined where it resembles none. */
export function nearestFormat(text: string): NearestFormat | undefined {
  const held = new Set<string>();
  for (const [, quoted, plain] of outline(text).matchAll(NAME)) held.add(quoted ?? plain ?? "");
  let best: NearestFormat | undefined;
  for (const [format, signs] of SIGNS) {
    const names = signs.filter((name) => held.has(name));
    if (names.length >= Math.max(LEAST, (best?.names.length ?? 0) + 1)) best = { format, names };
  }
  return best;
}

/** Both in words, for the end of a sentence; empty where no format is near. */
export function nearestInWords(text: string): string {
  const near = nearestFormat(text);
  if (near === undefined) return "";
  const names = near.names.slice(0, SHOWN).map((name) => `\`${name}\``);
  return (
    "the nearest is " +
    `${SIGNED_FORMATS.at(-1) === near.format ? near.format : `\`${near.format}\``}, by ` +
    `${names.join(", ")}`
  );
}

/** The start of a file that can be read again; empty where it cannot be read. */
export async function startOf(file: ImportFile): Promise<string> {
  if (file.path === "-") return "";
  try {
    for await (const chunk of file.open()) return new TextDecoder().decode(chunk).slice(0, 65_536);
  } catch (error) {
    // whoever imports the file meets the same fault, and reports it
    if (!(error instanceof TraceError)) throw error;
  }
  return "";
}
