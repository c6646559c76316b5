import { authzen } from "./authzen.ts";
import { chat } from "./chat.ts";
import { claudeCode } from "./claude-code.ts";
import { codingAgents } from "./coding-agents.ts";
import { http } from "./http.ts";
import type { Importer, ImportSample } from "./importer.ts";
import { langfuse } from "./langfuse.ts";
import { managedAgents } from "./managed-agents.ts";
import { mcp } from "./mcp.ts";
import { openaiAgents } from "./openai-agents.ts";
import { otel } from "./otel.ts";

/**
 * The formats that this folder reads, in the order in which `auto` asks them: what is told most
 * surely comes first.
 */
export const IMPORTERS: readonly Importer[] = [
  http,
  managedAgents,
  langfuse,
  openaiAgents,
  codingAgents,
  otel,
  claudeCode,
  mcp,
  authzen,
  chat,
];

/** The importer of that name among `importers`, if there is one. */
export function findImporter(
  name: string,
  importers: readonly Importer[] = IMPORTERS,
): Importer | undefined {
  return importers.find((importer) => importer.name === name);
}

/** The first of `importers` that recognises the sample. */
export function recogniseImporter(
  sample: ImportSample,
  importers: readonly Importer[] = IMPORTERS,
): Importer | undefined {
  return importers.find((importer) => importer.recognises(sample));
}
