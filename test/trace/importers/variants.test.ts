import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { findImporter } from "../../../src/trace/importers/registry.ts";
import type { Importer } from "../../../src/trace/importers/importer.ts";
import { importVariant, type Variant } from "./import-all.ts";
import { AGENTGATEWAY_VARIANTS } from "./variants/agentgateway.ts";
import { AGT_VARIANTS } from "./variants/agt.ts";
import { CLOUDTRAIL_VARIANTS } from "./variants/cloudtrail.ts";
import { ENVOY_VARIANTS } from "./variants/envoy.ts";
import { HTTP_VARIANTS } from "./variants/http.ts";
import { KUBERNETES_VARIANTS } from "./variants/kubernetes.ts";
import { PERMDIFF_VARIANTS } from "./variants/permdiff.ts";
import { VETO_VARIANTS } from "./variants/veto.ts";
import { AUTHZEN_VARIANTS } from "./variants/authzen.ts";
import { CERBOS_VARIANTS } from "./variants/cerbos.ts";
import { CHAT_VARIANTS } from "./variants/chat.ts";
import { CLAUDE_CODE_VARIANTS } from "./variants/claude-code.ts";
import { CODEX_VARIANTS } from "./variants/coding-agents-codex.ts";
import { COPILOT_VARIANTS } from "./variants/coding-agents-copilot.ts";
import { GEMINI_CLI_VARIANTS } from "./variants/coding-agents-gemini.ts";
import { GOOSE_VARIANTS } from "./variants/coding-agents-goose.ts";
import { KIMI_VARIANTS } from "./variants/coding-agents-kimi.ts";
import { OPENCODE_VARIANTS } from "./variants/coding-agents-opencode.ts";
import {
  CLINE_VARIANTS,
  CURSOR_VARIANTS,
  DROID_VARIANTS,
  VSCODE_VARIANTS,
} from "./variants/coding-agents-others.ts";
import { QWEN_VARIANTS } from "./variants/coding-agents-qwen.ts";
import { GENERIC_VARIANTS, mapped } from "./variants/generic.ts";
import { LANGFUSE_VARIANTS } from "./variants/langfuse.ts";
import { MANAGED_AGENTS_VARIANTS } from "./variants/managed-agents.ts";
import { MCP_VARIANTS } from "./variants/mcp.ts";
import { OPA_VARIANTS } from "./variants/opa.ts";
import { OPENAI_AGENTS_VARIANTS } from "./variants/openai-agents.ts";
import { OTEL_VARIANTS } from "./variants/otel.ts";
import { OTEL_AGENT_VARIANTS } from "./variants/otel-agents.ts";
import { OTEL_EXPORT_VARIANTS } from "./variants/otel-exports.ts";
import { OTEL_LOG_VARIANTS } from "./variants/otel-logs.ts";

const CODING_AGENTS: readonly (readonly Variant[])[] = [
  CODEX_VARIANTS,
  COPILOT_VARIANTS,
  VSCODE_VARIANTS,
  GEMINI_CLI_VARIANTS,
  QWEN_VARIANTS,
  OPENCODE_VARIANTS,
  KIMI_VARIANTS,
  DROID_VARIANTS,
  GOOSE_VARIANTS,
  CLINE_VARIANTS,
  CURSOR_VARIANTS,
];

/**
 * Small variants of each format, written from its documentation. `importVariant` holds every event
 * to the published schema.
 */
const VARIANTS: { readonly [format: string]: readonly Variant[] } = {
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
  "coding-agents": CODING_AGENTS.flat(),
  langfuse: LANGFUSE_VARIANTS,
  "managed-agents": MANAGED_AGENTS_VARIANTS,
  mcp: MCP_VARIANTS,
  opa: OPA_VARIANTS,
  "openai-agents": OPENAI_AGENTS_VARIANTS,
  otel: [...OTEL_VARIANTS, ...OTEL_AGENT_VARIANTS, ...OTEL_EXPORT_VARIANTS, ...OTEL_LOG_VARIANTS],
};
const table = Object.entries(VARIANTS).flatMap(([format, variants]) =>
  variants.map((variant) => [format, variant.of, variant] as const),
);

function importerOf(format: string): Importer {
  const found = findImporter(format, ALL_IMPORTERS);
  if (found === undefined) throw new Error(`there is no importer ${format}`);
  return found;
}

const ABSENT = { decision: undefined, outcome: undefined, parent: undefined };

async function check(importer: Importer, variant: Variant): Promise<void> {
  const { calls, causes } = await importVariant(importer, variant);
  // a member that a variant expects to be undefined is one that must not be there
  const whole = calls.map((call) => ({ ...ABSENT, ...call }));
  expect(whole).toMatchObject(variant.calls);
  expect(calls).toHaveLength(variant.calls.length);
  expect(causes).toEqual(variant.causes ?? []);
  for (const path of variant.lacks ?? []) expect(calls.at(-1)).not.toHaveProperty(path);
}

test("every format has twenty variants at least, each different", () => {
  expect(Object.keys(VARIANTS).sort()).toEqual(ALL_IMPORTERS.map(({ name }) => name).sort());
  for (const [format, variants] of Object.entries({ ...VARIANTS, generic: GENERIC_VARIANTS })) {
    expect(variants.length, format).toBeGreaterThanOrEqual(20);
    expect(
      new Set(variants.map(({ content, options }) => JSON.stringify([content, options]))).size,
      format,
    ).toBe(variants.length);
  }
});

test("every coding agent has twelve at least", () => {
  for (const variants of CODING_AGENTS)
    expect(variants.length, variants[0]?.of).toBeGreaterThanOrEqual(12);
});

test.each(table)("%s: %s", (format, _, variant) => check(importerOf(format), variant));

test.each(GENERIC_VARIANTS.map((variant) => [variant.of, variant] as const))(
  "generic: %s",
  (_, variant) =>
    check(mapped({ action: { name: "'t'" }, ...variant.event }, variant.more), variant),
);

describe("`auto` tells the format by the content, and gives what that importer gives", () => {
  const recognisable = table.filter(([, , { calls }]) => calls.length > 0);
  test.each(recognisable)("%s: %s", async (format, _, variant) => {
    const { written, causes } = await importVariant(autoImporter(ALL_IMPORTERS), variant);
    expect({ written, causes }).toEqual(
      await importVariant(importerOf(format), variant).then((direct) => ({
        written: direct.written,
        causes: direct.causes,
      })),
    );
  });
});
