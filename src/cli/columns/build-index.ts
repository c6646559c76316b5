import { statSync } from "node:fs";
import type { IndexedFile } from "../../trace/result.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import { UserError } from "../user-error.ts";
import { feed, planFeed } from "./feed.ts";
import { indexPath } from "./index-file.ts";
import { plainFiles } from "./plain-files.ts";

const CANNOT = { help: "an index stands beside plain JSON Lines files; unpack gzip, and sort with `agentz trace sort`" };

/** Builds the indexes of a job's trace, or finds them fresh. What cannot have one is a `UserError`. */
export async function buildIndex(job: ReplayJob): Promise<readonly IndexedFile[]> {
  const files = job.columns === undefined ? undefined : await plainFiles(job.columns.files);
  if (files === undefined) throw new UserError("no-index", "this trace can only be read as a stream", CANNOT);
  const plan = planFeed(files, job);
  if (plan === undefined) throw new UserError("no-index", "the policies read arguments or context as a whole, so columns would not serve them", { help: "name the members that a condition reads" });
  for await (const { piece, keyed } of plan.build ? feed(plan, job) : []) {
    if (keyed === undefined) throw new UserError("no-index", `a line of \`${files[piece.file]?.name ?? ""}\` is too long`);
    job.progress?.read(piece.to - piece.from);
    job.progress?.show(keyed.segment.rows);
  }
  job.progress?.end();
  return files.map(({ name, path, size }) => ({ file: name, index: indexPath(name), bytes: sizeOf(indexPath(path)), of: size, built: plan.build }));
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UserError("unwritable", `\`${path}\` cannot be written`);
  return found.size;
}
