import { statSync } from "node:fs";
import type { IndexStats } from "../../documents/replay-result.ts";
import type { IndexedFile } from "../../documents/trace-index-result.ts";
import { whyUnreadable } from "../../node/file-error.ts";
import { slashed } from "../../node/slashed.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { Feed } from "./feed.ts";
import { IndexStore } from "./index-store.ts";
import { OtherPlan } from "./other-plan.ts";
import { plainFiles } from "./plain-files.ts";
import type { ReadPlan } from "./read-plan.ts";
import { INDEX_DAMAGED, planFeed } from "./plan-feed.ts";

const CANNOT = {
  help: "agentz can index only plain JSON Lines files; unpack gzip",
};

const NO_PLACE = { help: "set XDG_CACHE_HOME, or HOME" };

/**
 * Builds the indexes of a job's trace, or finds them fresh. What cannot have one is a `UserError`.
 */
export async function buildIndex(job: ReplayJob): Promise<readonly IndexedFile[]> {
  const { columns } = job;
  const files = columns === undefined ? undefined : await plainFiles(columns.files);
  if (files === undefined || columns === undefined)
    throw new UserError("no-index", "this trace is a stream, so it cannot have an index", CANNOT);
  const { cache } = columns;
  if (cache === undefined)
    throw new UserError(
      "unwritable",
      "the environment names no cache folder, so there is no place for an index",
      NO_PLACE,
    );
  const plan = planFeed(files, { ...job, columns }, false);
  const built = plan.build !== undefined && (await writeAll(plan, job));
  job.progress?.end();
  const store = new IndexStore(cache);
  return files.map((file) => {
    const path = store.path(file);
    return { file: file.name, index: slashed(path), bytes: sizeOf(path), of: file.size, built };
  });
}

/**
 * Reads a whole trace, which writes its indexes; false: those that are there were held against it,
 * and are the same.
 */
async function writeAll(plan: ReadPlan, job: ReplayJob): Promise<boolean> {
  if (plan.tasks.length === 0) throw new UserError("no-index", "an empty trace has no index");
  const { written, why } = await readAll(plan, job);
  if (written || plan.build?.held.length !== 0) return written;
  throw new UserError("unwritable", `no index can be written: ${why ?? "it was interrupted"}`);
}

/** Reads a whole trace, which writes its indexes. */
async function readAll(plan: ReadPlan, job: ReplayJob): Promise<IndexStats> {
  const feed = await Feed.open(plan, job, {
    sharing: "read",
    isSmall: false,
    keepsKinds: false,
  });
  try {
    for await (const { facts } of feed.pieces()) job.progress?.show(facts.rows);
    return feed.finish();
  } catch (error) {
    if (!(error instanceof OtherPlan)) throw error;
    throw new UserError("no-index", `this trace cannot have an index: ${INDEX_DAMAGED}`, {
      help: "it was deleted; run the command again",
    });
  } finally {
    await feed.close();
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (cause) {
    throw new UserError("unwritable", `\`${path}\` cannot be read: ${whyUnreadable(cause)}`);
  }
}
