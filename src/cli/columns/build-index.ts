import { statSync } from "node:fs";
import type { IndexedFile } from "../../trace/result.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import { UserError } from "../user-error.ts";
import { Feed, planFeed } from "./feed.ts";
import { indexPath } from "./index-file.ts";
import { NotByColumns } from "./not-by-columns.ts";
import { plainFiles } from "./plain-files.ts";
import type { Plan } from "./plan.ts";

const CANNOT = { help: "an index stands beside plain JSON Lines files; unpack gzip, and sort with `agentz trace sort`" };

const BY_EVENTS = "nothing to do: such policies are replayed event by event, without an index";

/** Builds the indexes of a job's trace, or finds them fresh. What cannot have one is a `UserError`. */
export async function buildIndex(job: ReplayJob): Promise<readonly IndexedFile[]> {
  const { columns } = job;
  const files = columns === undefined ? undefined : await plainFiles(columns.files);
  if (files === undefined || columns === undefined) throw new UserError("no-index", "this trace can only be read as a stream", CANNOT);
  const plan = planFeed(files, { ...job, columns });
  if (typeof plan === "string") throw new UserError("no-index", `an index would not serve these policies: ${plan}`, { help: BY_EVENTS });
  if (plan.build) await readAll(plan, job);
  job.progress?.end();
  return files.map(({ name, path, size }) => ({ file: name, index: indexPath(name), bytes: sizeOf(indexPath(path)), of: size, built: plan.build }));
}

/** Reads a whole trace, which writes its indexes. */
async function readAll(plan: Plan, job: ReplayJob): Promise<void> {
  const feed = await Feed.open(plan, job, "read");
  try {
    for await (const { task, facts } of feed.pieces()) {
      job.progress?.read(task.piece.to - task.piece.from);
      job.progress?.show(facts.rows);
    }
  } catch (error) {
    if (!(error instanceof NotByColumns)) throw error;
    throw new UserError("no-index", `this trace can have no index: ${error.message}`);
  } finally {
    await feed.close();
  }
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UserError("unwritable", `\`${path}\` cannot be written`);
  return found.size;
}
