import { loadPolicySet } from "../api/policy-set.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { SetHost } from "../node/io.ts";
import { changedSince, type Stamps, stampsOf, yamlPlaces } from "../node/watch.ts";
import { groupChange, groupPlace, groupRules, total, verdictWord } from "../report/replay/words.ts";
import { count } from "../text/count.ts";
import { KeptTrace } from "../api/replay/kept-trace.ts";
import type { CommandContext } from "./command.ts";
import {
  beginScreen,
  changeOrKey,
  endScreen,
  endText,
  roomBeside,
  savedText,
  savedWrong,
} from "./watch-screen.ts";
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
  /** The rows that the result may take, without details; undefined: nobody knows. */
  readonly rows: number | undefined;
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
function figures(result: ReplayResult): readonly (readonly [string, number | string])[] {
  const { changes, labels, approvals, decisions } = result;
  const verdict = verdictWord(result);
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
    ["gate", verdict === "no gate" ? "none" : verdict],
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

/** What the screen of a watched replay shows. */
interface WatchScreen {
  /** Why it was replayed, and when, in milliseconds. */
  readonly why: string;
  readonly at: number;
  /** The last result, or what is wrong with the files that were saved since. */
  readonly shown: ReplayResult | string;
  /** What the last save moved; undefined: there was none. */
  readonly moved: string | undefined;
}

/** Below the head of a screen: what the last save moved, the result or what is wrong, how to go on. */
async function draw(
  { why, shown, moved }: WatchScreen,
  asked: Omit<WatchOptions, "rows">,
  { io, tell }: { readonly io: CommandContext["io"]; readonly tell: WatchSteps["tell"] },
): Promise<void> {
  if (typeof shown === "string") io.stderr.write(shown);
  else {
    const above = moved === undefined ? "" : `since the last save: ${moved}\n`;
    const below = filterText(shown, asked.filter);
    io.stderr.write(above);
    await tell(shown, {
      ...asked,
      rows: roomBeside([`00:00:00  ${why}`, above, below, endText("policies")], io),
    });
    io.stderr.write(below);
  }
  endScreen(io, "policies");
}

/**
 * Replays after each save of the policies until interrupted. What does not load is told, and the
 * next save is waited for. Keys that change only what is shown replay nothing.
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
  // whether the head of the screen stands there, since a replay began
  let isBegun = false;
  const replay = async ({
    why,
    at,
  }: Pick<WatchScreen, "why" | "at">): Promise<ReplayResult | string> => {
    beginScreen(io, why, at);
    isBegun = true;
    return steps.run(job).catch(savedWrong);
  };
  let stamps = await stampsNow(job, io.cwd);
  let options = { details: false, filter: "" };
  const start = { why: "the first replay", at: io.clock() };
  let screen: WatchScreen = { ...start, shown: await replay(start), moved: undefined };
  let last = typeof screen.shown === "string" ? undefined : screen.shown;
  let status: number | undefined;
  while (status === undefined) {
    const since = stamps;
    const next = await changeOrKey(
      io,
      (until) => changedSince(io.cwd, since, { interrupted: until, every: EVERY }),
      async () => {
        if (!isBegun) beginScreen(io, screen.why, screen.at);
        isBegun = false;
        await draw(screen, options, { io, tell: steps.tell });
      },
    );
    if (next === undefined || next === "quit") status = next === undefined ? 130 : 0;
    else if (next === "details") options = { ...options, details: !options.details };
    else if (next === "rerun") {
      const again = { why: "replayed again", at: io.clock() };
      screen = { ...screen, ...again, shown: await replay(again) };
    } else if (next === "redraw") continue;
    else if ("filter" in next) options = { ...options, filter: next.filter };
    else {
      const saved = { why: savedText(next), at: io.clock() };
      // INVARIANT: taken before the files are read, so that a save while they are is not missed
      stamps = await stampsNow(job, io.cwd);
      const fresh = await refreshed(job, next, io).catch(savedWrong);
      if (typeof fresh !== "string") job = fresh;
      const shown = typeof fresh === "string" ? fresh : await replay(saved);
      if (typeof shown === "string") screen = { ...screen, ...saved, shown };
      else {
        const moved = last === undefined ? undefined : (movedSince(last, shown) ?? "no change");
        screen = { ...saved, shown, moved };
        last = shown;
      }
    }
  }
  await job.columns?.kept?.close();
  finish(status);
}

/** What is watched, as it stands. */
async function stampsNow(job: ReplayJob, cwd: string): Promise<Stamps> {
  const { candidate, baseline } = watchedBy(job);
  const paths = [...job.refs.candidate, ...job.refs.baseline].filter(isPath);
  return stampsOf(cwd, [
    ...new Set([...candidate, ...baseline, ...(await yamlPlaces(cwd, paths))]),
  ]);
}
