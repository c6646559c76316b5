import { join, resolve } from "node:path";
import { loadPolicySet } from "../api/policy-set.ts";
import { inertText } from "../diagnostics/inert-text.ts";
import { TraceError } from "../diagnostics/trace-error.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import { yamlBelow } from "../node/folders.ts";
import type { SetHost } from "../node/io.ts";
import { changedSince, type Stamps, stampsOf } from "../node/watch.ts";
import { groupChange, groupPlace, groupRules, total } from "../report/replay/words.ts";
import { count } from "../text/count.ts";
import { KeptTrace } from "../api/replay/kept-trace.ts";
import type { CommandContext } from "./command.ts";
import { beginScreen, changeOrKey, endScreen, type WatchKey } from "./watch-screen.ts";
import type { ReplayJob } from "../api/replay/replay-inputs.ts";

/**
 * How often files are looked at, in milliseconds: a save is to be seen at once, and few files are
 * watched.
 */
const EVERY = 20;

/** What a watched replay does each time. */
export interface WatchSteps {
  readonly prepare: () => Promise<ReplayJob>;
  readonly run: (job: ReplayJob) => Promise<ReplayResult>;
  readonly tell: (result: ReplayResult, options: WatchOptions) => Promise<void>;
}

/** How a result is shown: with details, and only groups that {@link containing} a text gives. */
export interface WatchOptions {
  readonly details: boolean;
  readonly filter: string;
}

/** The result with those groups only of which what is shown contains the text; its figures stay. */
export function containing(result: ReplayResult, filter: string): ReplayResult {
  const groups = result.groups.filter((group) =>
    [group.class, groupPlace(group), groupChange(group), groupRules(group), group.example, group.id]
      .join("\n")
      .includes(filter),
  );
  return { ...result, groups };
}

/** How many groups a filter leaves; nothing without one. */
function filterText(result: ReplayResult, filter: string): string {
  const shown = containing(result, filter).groups.length;
  return filter === ""
    ? ""
    : `filter "${filter}": ${shown} of ${count(result.groups.length, "group")}\n`;
}

/** Whether a reference is files that may be saved: no commit, no bundle, nothing recorded. */
function isPath(ref: string): boolean {
  return !ref.startsWith("git:") && !ref.startsWith("recorded");
}

/** The files and folders whose saves matter to a job. */
function watchedBy({ candidate, baseline, refs }: ReplayJob): {
  readonly candidate: readonly string[];
  readonly baseline: readonly string[];
} {
  const files = (
    paths: readonly string[],
    sources: ReplayJob["candidate"]["sources"],
  ): readonly string[] =>
    paths.every(isPath) ? [...paths, ...sources.map(({ file }) => file)] : [];
  return {
    candidate: files(refs.candidate, candidate.sources),
    baseline: files(refs.baseline, baseline.sources ?? []),
  };
}

/** The job with what was saved read anew. */
async function refreshed(
  job: ReplayJob,
  changed: ReadonlySet<string>,
  host: SetHost,
): Promise<ReplayJob> {
  const { candidate, baseline } = watchedBy(job);
  const unknown = [...changed].some(
    (file) => !candidate.includes(file) && !baseline.includes(file),
  );
  const fresh =
    unknown || candidate.some((file) => changed.has(file))
      ? { candidate: await loadPolicySet(host, job.refs.candidate, job.refs.candidate) }
      : {};
  const before =
    (unknown && job.refs.baseline.every(isPath)) || baseline.some((file) => changed.has(file))
      ? { baseline: await loadPolicySet(host, job.refs.baseline, job.refs.candidate) }
      : {};
  return { ...job, progress: undefined, ...fresh, ...before };
}

/**
 * What a reviewer looks at, by name. Calls that may run are those that are allowed, and those whose
 * approvals were given.
 */
function figures({
  changes,
  gate,
  labels,
  approvals,
  decisions,
}: ReplayResult): readonly (readonly [string, number | string])[] {
  return [
    ["widened", total(changes.widened)],
    ["narrowed", total(changes.narrowed)],
    ["indeterminate", changes.indeterminate],
    ["unreachable", changes.unreachable],
    ["permitted", decisions.candidate.allow + approvals.candidate.satisfied],
    ["approvals required", approvals.candidate.required],
    ["approvals satisfied", approvals.candidate.satisfied],
    ["approvals a day", approvals.candidate.perDay ?? "none"],
    ["incidents stopped", labels.incident.stopped],
    ["incidents undecided", labels.incident.undecided],
    ["benign denied", labels.benign.denied],
    ["benign held", labels.benign.gated],
    ["gate", gate.checks.length === 0 ? "none" : gate.passed ? "passed" : "failed"],
  ];
}

/** What a save moved, in one line; undefined: nothing. */
export function movedSince(before: ReplayResult, after: ReplayResult): string | undefined {
  const old = new Map(figures(before));
  const moved = figures(after).flatMap(([name, now]) =>
    old.get(name) === now ? [] : [`${name} ${old.get(name)} -> ${now}`],
  );
  const groups = new Set(before.groups.map(({ id }) => id));
  const fresh = after.groups.filter(({ id }) => !groups.has(id)).length;
  const said = [
    ...moved,
    ...(fresh > 0 ? [`${fresh} new ${fresh === 1 ? "group" : "groups"}`] : []),
  ];
  return said.length === 0 ? undefined : said.join(", ");
}

/**
 * Replays after each save of the policies until interrupted. What does not load is told, and the
 * next save is waited for.
 */
export async function watchReplay(
  steps: WatchSteps,
  { io, finish }: CommandContext,
): Promise<void> {
  const first = await steps.prepare();
  let job: ReplayJob =
    first.columns === undefined
      ? first
      : { ...first, columns: { ...first.columns, kept: new KeptTrace() } };
  let last: ReplayResult | undefined;
  let stamps = await stampsNow(job, io.cwd);
  let [details, filter, why] = [false, "", "the first replay"];
  let status: number | undefined;
  while (status === undefined) {
    beginScreen(io, why);
    const result = await steps.run(job).catch((error: unknown) => told(error, io));
    const tell = async (): Promise<void> => {
      if (result !== undefined) await steps.tell(result, { details, filter });
      if (result !== undefined && last !== undefined)
        io.stderr.write(`since the last save: ${movedSince(last, result) ?? "no change"}\n`);
      if (result !== undefined) io.stderr.write(filterText(result, filter));
      endScreen(io, "policies");
    };
    const next = await nextJob(job, stamps, { io, tell });
    last = result ?? last;
    if (next === undefined || next === "quit") status = next === undefined ? 130 : 0;
    else if (next === "rerun") why = "replayed again";
    else if (next === "details") [details, why] = [!details, details ? "in short" : "with details"];
    else if ("filter" in next)
      [filter, why] = [next.filter, next.filter === "" ? "all groups" : "filtered groups"];
    else ({ job, stamps, why } = next);
  }
  await job.columns?.kept?.close();
  finish(status);
}

/** What is watched, as it stands. */
async function stampsNow(job: ReplayJob, cwd: string): Promise<Stamps> {
  const { candidate, baseline } = watchedBy(job);
  return stampsOf(cwd, [...new Set([...candidate, ...baseline, ...(await everyFile(job, cwd))])]);
}

/** A job to replay next, what was watched before it was read, and why it is replayed. */
interface NextJob {
  readonly job: ReplayJob;
  readonly stamps: Stamps;
  readonly why: string;
}

/** The job after the next save that loads, or a key before it; undefined when interrupted. */
async function nextJob(
  job: ReplayJob,
  stamps: Stamps,
  { io, tell }: { readonly io: CommandContext["io"]; readonly tell: () => Promise<void> },
): Promise<NextJob | WatchKey | undefined> {
  for (let [before, first] = [stamps, true]; ; first = false) {
    const since = before;
    const changed = await changeOrKey(
      io,
      (until) => changedSince(io.cwd, since, { interrupted: until, every: EVERY }),
      first ? tell : undefined,
    );
    if (changed === undefined || typeof changed === "string" || "filter" in changed) return changed;
    // INVARIANT: taken before the files are read, so that a save while they are is not missed
    before = await stampsNow(job, io.cwd);
    const next = await refreshed(job, changed, io).catch((error: unknown) => told(error, io));
    const why = `after a save of ${[...changed].sort().join(", ")}`;
    if (next !== undefined) return { job: next, stamps: before, why };
  }
}

/**
 * Every file that may belong to the versions, of those too that did not load: a save of one of them
 * may fix it.
 */
async function everyFile({ refs }: ReplayJob, cwd: string): Promise<readonly string[]> {
  const below = async (path: string): Promise<readonly string[]> =>
    (await yamlBelow(resolve(cwd, path)).catch(() => [])).map((name) => join(path, name));
  return (
    await Promise.all([...refs.candidate, ...refs.baseline].filter(isPath).map(below))
  ).flat();
}

/** Tells what the user can fix; anything else is a fault. */
function told(error: unknown, io: CommandContext["io"]): undefined {
  if (!(error instanceof UserError) && !(error instanceof TraceError)) throw error;
  const details =
    error instanceof UserError && error.details !== undefined ? `\n${error.details}` : "";
  io.stderr.write(inertText(`agentz: ${error.message}${details}\n`));
  return undefined;
}
