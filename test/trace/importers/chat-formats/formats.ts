import { ADK } from "./adk.ts";
import { AI_SDK } from "./ai-sdk.ts";
import { BEDROCK_AGENTS } from "./bedrock-agents.ts";
import { CONVERSE } from "./converse.ts";
import { FRAMEWORKS } from "./frameworks.ts";
import { GATEWAYS } from "./gateways.ts";
import { GEMINI } from "./gemini.ts";
import { INSPECT } from "./inspect.ts";
import { LANGGRAPH } from "./langgraph.ts";
import { RESPONSES } from "./responses.ts";
import type { Row } from "./row.ts";

/** The variants of each chat-like format. */
export const CHAT_FORMATS: { readonly [format: string]: readonly Row[] } = {
  "OpenAI Responses": RESPONSES,
  "AI SDK": AI_SDK,
  Gemini: GEMINI,
  ADK,
  "Bedrock Converse": CONVERSE,
  "Bedrock agents": BEDROCK_AGENTS,
  gateways: GATEWAYS,
  LangGraph: LANGGRAPH,
  inspect_ai: INSPECT,
  "other frameworks": FRAMEWORKS,
};
