import { inferCatalog, leastPrivilege } from "../../catalog-draft/infer.ts";
import { TraceInventory } from "../../catalog-draft/sightings.ts";
import { sha256 } from "../../node/hash.ts";
import type { Io } from "../../node/io.ts";
import { canonicalJson } from "../../request/canonical-json.ts";
import { DEFAULT_REORDER } from "../../trace/order.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { finishedDraft } from "./finished-draft.ts";
import { openTrace, type TraceFlags } from "./trace-input.ts";
import { unreadableTrace } from "./unreadable-trace.ts";

/**
 * Who and what a trace shows, and what was read of it. A trace of which nothing can be read is a
 * `UserError`.
 */
export async function sight(
  paths: readonly string[],
  flags: TraceFlags & { readonly reorder?: number },
  io: Io,
): Promise<{ readonly seen: TraceInventory; readonly report: ReadReport }> {
  const { files } = await openTrace(paths, flags, io);
  const seen = new TraceInventory((definition) => `sha256:${sha256(canonicalJson(definition))}`);
  const report = new ReadReport();
  for await (const batch of readTrace(files, { reorder: flags.reorder ?? DEFAULT_REORDER, report }))
    for (const event of batch) seen.add(event);
  if (seen.events === 0) throw unreadableTrace(report.malformed, report.malformedList);
  return { seen, report };
}

/**
 * What `init --from-trace` writes: a catalog, and a policy that allows just what was recorded and
 * permitted, as YAML.
 */
export async function documentsFromTrace(
  paths: readonly string[],
  flags: TraceFlags,
  io: Io,
): Promise<{ readonly catalog: string; readonly policy: string }> {
  const { seen } = await sight(paths, flags, io);
  return {
    catalog: await finishedDraft(inferCatalog(seen, "inferred")),
    policy: await finishedDraft(leastPrivilege(seen, "recorded")),
  };
}
