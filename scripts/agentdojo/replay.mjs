// One replay of the runs under one set of policies.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { agentz } from "./agentz.mjs";
import { fates, readDecisions } from "./score.mjs";

/**
 * Replays a trace against what was recorded and gives the fate of each scored run. `sets`: paths of
 * policies and catalogs; `work`: a folder for the decisions; `runs` as readRuns gives them.
 */
export async function replay(sets, { trace, labels, work, runs }) {
  const folder = mkdtempSync(join(work, "replay-"));
  const decisions = join(folder, "decisions.jsonl");
  const candidate = sets.flatMap((path) => ["--candidate", path]);
  await agentz(
    "replay",
    "--baseline",
    "recorded",
    ...candidate,
    "--trace",
    trace,
    "--labels",
    labels,
    "--decisions",
    decisions,
    "--output",
    join(folder, "replay.txt"),
  );
  const all = fates(readDecisions(decisions, runs), runs);
  rmSync(folder, { recursive: true, force: true });
  return all;
}

/** The two paths that make a level, in the pack or a copy of it. */
export function levelOf(pack, level) {
  return [join(pack, "catalog"), join(pack, level)];
}
