import type { Variant } from "../import-all.ts";
import { AGENTGATEWAY_VARIANTS } from "./agentgateway.ts";
import { AGT_VARIANTS } from "./agt.ts";
import { CLOUDTRAIL_VARIANTS } from "./cloudtrail.ts";
import { ENVOY_VARIANTS } from "./envoy.ts";
import { HTTP_VARIANTS } from "./http.ts";
import { KUBERNETES_VARIANTS } from "./kubernetes.ts";
import { PERMDIFF_VARIANTS } from "./permdiff.ts";
import { VETO_VARIANTS } from "./veto.ts";
import { AUTHZEN_VARIANTS } from "./authzen.ts";
import { CERBOS_VARIANTS } from "./cerbos.ts";
import { CHAT_VARIANTS } from "./chat.ts";
import { CLAUDE_CODE_VARIANTS } from "./claude-code.ts";
import { CODEX_VARIANTS } from "./coding-agents-codex.ts";
import { COPILOT_VARIANTS } from "./coding-agents-copilot.ts";
import { GEMINI_CLI_VARIANTS } from "./coding-agents-gemini.ts";
import { GOOSE_VARIANTS } from "./coding-agents-goose.ts";
import { KIMI_VARIANTS } from "./coding-agents-kimi.ts";
import { OPENCODE_VARIANTS } from "./coding-agents-opencode.ts";
import {
  CLINE_SESSION_VARIANTS,
  CLINE_VARIANTS,
  CURSOR_VARIANTS,
  DROID_VARIANTS,
  VSCODE_VARIANTS,
} from "./coding-agents-others.ts";
import { QWEN_VARIANTS } from "./coding-agents-qwen.ts";
import { LANGFUSE_VARIANTS } from "./langfuse.ts";
import { MANAGED_AGENTS_VARIANTS } from "./managed-agents.ts";
import { MCP_VARIANTS } from "./mcp.ts";
import { OPA_VARIANTS } from "./opa.ts";
import { OPENAI_AGENTS_VARIANTS } from "./openai-agents.ts";
import { OTEL_VARIANTS } from "./otel.ts";
import { OTEL_AGENT_VARIANTS } from "./otel-agents.ts";
import { OTEL_EXPORT_VARIANTS } from "./otel-exports.ts";
import { OTEL_LOG_VARIANTS } from "./otel-logs.ts";

/** The variants of each coding agent. */
export const CODING_AGENTS: { readonly [agent: string]: readonly Variant[] } = {
  Codex: CODEX_VARIANTS,
  "Copilot CLI": COPILOT_VARIANTS,
  "VS Code": VSCODE_VARIANTS,
  "Gemini CLI": GEMINI_CLI_VARIANTS,
  "Qwen Code": QWEN_VARIANTS,
  opencode: OPENCODE_VARIANTS,
  "Kimi CLI": KIMI_VARIANTS,
  Droid: DROID_VARIANTS,
  Goose: GOOSE_VARIANTS,
  Cline: [...CLINE_VARIANTS, ...CLINE_SESSION_VARIANTS],
  Cursor: CURSOR_VARIANTS,
};

/**
 * Small variants of each format, written from its documentation. `importVariant` holds every event
 * to the published schema.
 */
export const VARIANTS: { readonly [format: string]: readonly Variant[] } = {
  agentgateway: AGENTGATEWAY_VARIANTS,
  agt: AGT_VARIANTS,
  cloudtrail: CLOUDTRAIL_VARIANTS,
  envoy: ENVOY_VARIANTS,
  http: HTTP_VARIANTS,
  kubernetes: KUBERNETES_VARIANTS,
  permdiff: PERMDIFF_VARIANTS,
  veto: VETO_VARIANTS,
  authzen: AUTHZEN_VARIANTS,
  cerbos: CERBOS_VARIANTS,
  chat: CHAT_VARIANTS,
  "claude-code": CLAUDE_CODE_VARIANTS,
  "coding-agents": Object.values(CODING_AGENTS).flat(),
  langfuse: LANGFUSE_VARIANTS,
  "managed-agents": MANAGED_AGENTS_VARIANTS,
  mcp: MCP_VARIANTS,
  opa: OPA_VARIANTS,
  "openai-agents": OPENAI_AGENTS_VARIANTS,
  otel: [...OTEL_VARIANTS, ...OTEL_AGENT_VARIANTS, ...OTEL_EXPORT_VARIANTS, ...OTEL_LOG_VARIANTS],
};
