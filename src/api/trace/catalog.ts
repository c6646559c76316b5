import { UserError } from "../../diagnostics/user-error.ts";
import type { CatalogCheckResult } from "../../documents/catalog-check-result.ts";
import { checkCatalog } from "../../catalog-draft/check.ts";
import { inferCatalog } from "../../catalog-draft/infer.ts";
import type { Io } from "../../node/io.ts";
import { VERSION } from "../../node/version.ts";
import type { PolicySet } from "../policy-set.ts";
import { finishedDraft } from "./finished-draft.ts";
import { sight } from "./from-trace.ts";
import type { TraceFlags } from "./trace-input.ts";

/** A catalog, as YAML, of the agents, tools, resources and decision points that a trace shows. */
export async function inferredCatalog(
  paths: readonly string[],
  flags: TraceFlags & { readonly name: string },
  io: Io,
): Promise<string> {
  const { seen } = await sight(paths, flags, io);
  return finishedDraft(inferCatalog(seen, flags.name));
}

/** What a trace shows and the catalogs of a set lack; a set without a catalog is a `UserError`. */
export async function catalogCheckDocument(
  policies: PolicySet,
  paths: readonly string[],
  trace: { readonly flags: TraceFlags; readonly io: Io },
): Promise<CatalogCheckResult> {
  const catalogs = policies.documents.filter((document) => document.kind === "Catalog");
  if (catalogs.length === 0)
    throw new UserError("no-documents", "these documents contain no catalog");
  const { seen, report } = await sight(paths, trace.flags, trace.io);
  const findings = checkCatalog(seen, catalogs);
  return {
    schemaVersion: 1,
    command: "catalog check",
    tool: { version: VERSION },
    digest: policies.info.digest,
    trace: { events: seen.events, calls: seen.calls, malformed: report.malformed },
    summary: { findings: findings.length, tools: seen.tools.size, agents: seen.agents.size },
    findings,
  };
}
