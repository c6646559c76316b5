import type { CompiledSet } from "../engine/compile-set.ts";
import type { BlameChange, BlameDecision, BlameResult } from "../documents/blame-result.ts";
import { demandChange } from "../replay/demand-change.ts";
import { engineDecision, type VersionDecision } from "../replay/version-decision.ts";
import type { Decided } from "../suite/run-test.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { eachEvent, findCall, isSameEvent, type WantedEvent } from "./find-event.ts";
import { isShallow } from "../node/git-base.ts";
import { commitsTouching, parentOf, type Commit } from "../node/history.ts";
import type { PolicySet } from "./policy-set.ts";
import { SetHistory } from "./set-history.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { VERSION } from "../node/version.ts";

export interface BlameJob {
  readonly cwd: string;
  readonly event: WantedEvent;
  readonly files: readonly TraceFile[];
  readonly candidate: PolicySet;
  readonly paths: readonly string[];
  /** Commits looked at, at most. */
  readonly limit: number;
}

/** The events up to the one asked for, which is the last. */
async function eventsUpTo(job: BlameJob): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  const asked = await findCall(job.files, job.event);
  await eachEvent(job.files, (event) => {
    events.push(event);
    return isSameEvent(event, asked);
  });
  return events;
}

type LastDecided = Pick<Decided, "call" | "outcome">;

/** Decides the last event on the history that the set itself would have made (design 7.5). */
function decideLast(set: CompiledSet, events: readonly TraceEvent[]): LastDecided {
  const walk = new TraceWalk(set);
  const last = events[events.length - 1];
  for (const event of set.stateful ? events.slice(0, -1) : []) walk.take(event);
  walk.run.observe(last?.session, last?.time);
  const call = walk.run.prepare(last?.request ?? {});
  return { call, outcome: walk.run.decide(call) };
}

/** A decision, and a text that is another where the decision is. */
interface Judged {
  readonly shown: BlameDecision;
  readonly decision: VersionDecision;
  readonly key: string;
}

function judge(set: CompiledSet, digest: string | null, events: readonly TraceEvent[]): Judged {
  const { call, outcome } = decideLast(set, events);
  const { effect, possible, rules, obligations, approval } = outcome.decision;
  const demands = approval.requirements.map(({ quorum, approvers, within }) => [
    quorum,
    approvers,
    within,
  ]);
  return {
    shown: { effect, rules, digest: digest ?? "" },
    decision: engineDecision(call, outcome),
    key: JSON.stringify([
      effect,
      possible,
      rules,
      obligations,
      effect === "require_approval" ? demands : [],
    ]),
  };
}

/** What a change is shown as, with what differs where the effect stays. */
function shownChange(
  before: Judged | undefined,
  after: Judged,
): Pick<BlameChange, "before" | "after" | "demands"> {
  const demands = before && demandChange(before.decision, after.decision);
  return {
    before: before?.shown ?? null,
    after: after.shown,
    ...(demands === undefined ? {} : { demands }),
  };
}

/** How far back a version that loads is looked for behind one that does not. */
const MAX_BROKEN = 50;

class Blame {
  readonly broken = new Set<string>();
  readonly #history: SetHistory;
  readonly #judged = new Map<string, Judged>();

  constructor(
    readonly job: BlameJob,
    readonly events: readonly TraceEvent[],
    readonly shallow: boolean,
  ) {
    this.#history = new SetHistory(job.cwd, job.paths);
  }

  /** What a commit says; undefined where it has no policies, `broken` where they do not load. */
  async at(commit: string): Promise<Judged | "broken" | undefined> {
    const set = await this.#history.at(commit);
    if (set === undefined) return undefined;
    if (set.set === undefined) {
      this.broken.add(commit);
      return "broken";
    }
    const known = this.#judged.get(set.digest ?? "");
    const judged = known ?? judge(set.set, set.digest, this.events);
    this.#judged.set(set.digest ?? "", judged);
    return judged;
  }

  /** What the nearest ancestor that loads says. */
  async before(commit: string): Promise<Judged | undefined> {
    let at = await parentOf(this.job.cwd, commit);
    for (let i = 0; at !== undefined && i < MAX_BROKEN; i++) {
      const judged = await this.at(at);
      if (judged !== "broken") return judged;
      at = await parentOf(this.job.cwd, at);
    }
    return undefined;
  }

  /**
   * `undefined` too for the commit at which a shallow clone ends: what was before it is not here.
   */
  async change(commit: Commit): Promise<BlameChange | undefined> {
    if (this.shallow && (await parentOf(this.job.cwd, commit.id)) === undefined) return undefined;
    const after = await this.at(commit.id);
    if (after === undefined || after === "broken") return undefined;
    const before = await this.before(commit.id);
    if (before?.key === after.key) return undefined;
    return {
      commit: commit.id,
      author: commit.author,
      date: commit.date,
      subject: commit.subject,
      ...shownChange(before, after),
    };
  }
}

/** Changes that no commit has yet. */
async function uncommitted(
  blame: Blame,
  now: Judged,
  head: Commit | undefined,
): Promise<readonly BlameChange[]> {
  const committed = head === undefined ? undefined : await blame.at(head.id);
  if (committed !== undefined && committed !== "broken" && committed.key === now.key) return [];
  return [
    {
      commit: "working tree",
      author: "",
      date: "",
      subject: "changes that are not committed",
      ...shownChange(committed === "broken" ? undefined : committed, now),
    },
  ];
}

/** Finds the commits that changed the decision on an event, newest first. */
export async function runBlame(job: BlameJob): Promise<BlameResult> {
  const events = await eventsUpTo(job);
  const commits = await commitsTouching(job.cwd, job.paths, job.limit + 1);
  if (commits === undefined)
    throw new UserError(
      "git-repository",
      "blame needs the git history of the policies, but this folder is in no git repository",
    );
  const blame = new Blame(job, events, await isShallow(job.cwd));
  const now = judge(job.candidate.set, job.candidate.digest, events);
  const changes: BlameChange[] = [...(await uncommitted(blame, now, commits[0]))];
  for (const commit of commits.slice(0, job.limit)) {
    const change = await blame.change(commit);
    if (change !== undefined) changes.push(change);
  }
  const last = events[events.length - 1];
  return {
    schemaVersion: 1,
    command: "blame",
    tool: { version: VERSION },
    event: job.event.id,
    file: last?.file ?? "",
    line: last?.line ?? 0,
    now: now.shown,
    changes,
    commits: Math.min(commits.length, job.limit),
    broken: [...blame.broken].sort(),
    cut: commits.length > job.limit || blame.shallow,
    shallow: blame.shallow,
  };
}
