import fc from "fast-check";
import { makePart, type KeptValues } from "../../src/api/parts/make-part.ts";
import type { PartMemory } from "../../src/api/parts/part-rows.ts";
import { mergedReplay } from "../../src/api/parts/merge-documents.ts";
import { PartMerger } from "../../src/api/parts/merge-parts.ts";
import { withDigest } from "../../src/api/parts/part-digest.ts";
import { partIn } from "../../src/api/parts/read-parts.ts";
import { KEPT_BY, splitOf, type Split } from "../../src/api/parts/split-key.ts";
import { metricTargets } from "../../src/api/config/report-config.ts";
import { reportDocument, reportOf } from "../../src/api/report.ts";
import { emptyError } from "../../src/api/vacuity.ts";
import type { ReportResult } from "../../src/documents/report-result.ts";
import { runReplay, type ReplayJob } from "../../src/api/replay/replay-job.ts";
import type { StateKind } from "../../src/batch/values/state-names.ts";
import { TouchedNames } from "../../src/batch/values/touched-names.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import type { ReplayResult } from "../../src/documents/replay-result.ts";
import { prepareCall } from "../../src/engine/prepared-call.ts";
import { LabelTable } from "../../src/trace/labels.ts";
import { readEventText } from "../../src/trace/read-event.ts";
import { namedKeys } from "./named-keys.ts";
import { walkWorlds, type WalkWorld } from "./walk-worlds.ts";

/** A world, how its lines are split, and in which order its parts are merged. */
export interface PartWorld {
  readonly world: WalkWorld;
  /** The part of each key that is met, in order, over and over. */
  readonly places: readonly number[];
  /** Lines that cannot be read, and where they stand. */
  readonly damage: readonly number[];
  readonly backwards: boolean;
  /** Whether few distinct values are kept, so that there are samples. */
  readonly few: boolean;
  /** Whether only the key of the split is kept together, and not what has to stay whole besides. */
  readonly torn: boolean;
  /** Whether little is held of calls at a time. */
  readonly little: boolean;
  /** Whether sessions are kept together whatever the key is. */
  readonly wholeSessions: boolean;
}

/** WHY most with named keys: what a condition keeps state by has no split, and shows nothing here. */
const world = walkWorlds(fc.nat(9).map((n) => (n === 0 ? (documents) => documents : namedKeys)));

export const partWorld: fc.Arbitrary<PartWorld> = fc.record({
  world,
  places: fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }),
  damage: fc.array(fc.nat(20), { maxLength: 2 }),
  backwards: fc.boolean(),
  few: fc.boolean(),
  torn: fc.nat(3).map((n) => n === 0),
  little: fc.boolean(),
  wholeSessions: fc.boolean(),
});

/** So little is held that a walk starts anew after nearly every line. */
const LITTLE: PartMemory = { pieceBytes: 1, remembered: 1 };
const FEW: KeptValues = { sessions: 2, credentials: 2, names: 2 };
const NOWHERE = { source: null, ref: "", digest: null };
const DAMAGED = '{"id": ';

/** How a comparison went: `refused`: there is no split, or the parts were refused. */
export type Compared = "alike" | "refused" | "no split";

/** The lines in the order of time; one without a time stays behind the one before it. */
function inOrder({ world, damage }: PartWorld): readonly string[] {
  let last = -Infinity;
  const timed = world.files.flat().map((line) => {
    const event = readEventText(line, { file: "t", line: 1 });
    if (typeof event !== "string" && event.time !== undefined) last = event.time;
    return { line, time: last };
  });
  const lines = timed.sort((a, b) => a.time - b.time).map(({ line }) => line);
  for (const at of damage) lines.splice(at % (lines.length + 1), 0, DAMAGED);
  return lines;
}

function jobOf(
  { world, little: isLittle }: PartWorld,
  lines: readonly string[],
  i: number,
): ReplayJob {
  const candidate = world.candidates[i];
  if (candidate === undefined) throw new Error("the world has no candidate");
  const { filter, labels } = world.asked;
  const table = new LabelTable();
  for (const [id, incident] of labels) table.add(id, { incident });
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  return {
    baseline: { set: world.baseline, info: NOWHERE, sources: [{ file: "set", text: "a" }] },
    candidate: {
      set: candidate,
      info: NOWHERE,
      sources: [{ file: "set", text: "a" }],
      documents: [],
    },
    refs: { baseline: [], candidate: [] },
    files: [
      {
        name: "-",
        open: async function* open() {
          yield await Promise.resolve(bytes);
        },
      },
    ],
    columns: undefined,
    comparesIds: false,
    labels: table,
    live: false,
    ...world.options,
    idle: undefined,
    reorder: isLittle ? 1 : 10_000,
    decisions: undefined,
    filter: i === 1 ? filter : undefined,
    gate: { limits: new Map([["widened", { limit: 3, from: "--gate" }]]), accepted: [] },
    now: undefined,
    clock: () => 0,
    progress: undefined,
  };
}

/** Under which names state is kept for a line, by everything by which it is kept. */
function namesOfLine(
  line: string,
  { baseline, candidate }: ReplayJob,
  kinds: readonly StateKind[],
): readonly string[] {
  const event = readEventText(line, { file: "t", line: 1 });
  if (typeof event === "string") return [];
  const session = event.session === undefined ? [] : [`session ${event.session}`];
  const sets = [...(baseline.set === undefined ? [] : [baseline.set]), candidate.set];
  const names = sets.flatMap((set) =>
    kinds.flatMap((kind) =>
      kind === "session" ? [] : new TouchedNames(set, kind).of(prepareCall(set, event.request)),
    ),
  );
  return [...(kinds.includes("session") ? session : []), ...(event.type === "call" ? names : [])];
}

/** The number of what belongs together with each line; lines without names belong to nothing. */
function together(all: readonly (readonly string[])[]): readonly (string | undefined)[] {
  const above = new Map<string, string>();
  const top = (name: string): string => {
    const next = above.get(name);
    return next === undefined ? name : top(next);
  };
  for (const [first = "", ...more] of all)
    for (const name of more) if (top(name) !== top(first)) above.set(top(name), top(first));
  return all.map(([first]) => (first === undefined ? undefined : top(first)));
}

function splitLines(
  lines: readonly string[],
  job: ReplayJob,
  {
    split,
    places,
    isTorn,
  }: { readonly split: Split; readonly places: readonly number[]; readonly isTorn: boolean },
): readonly (readonly string[])[] {
  const known = new Map<string, number>();
  const parts: string[][] = [[], [], [], []];
  let met = 0;
  const next = (): number => places[met++ % places.length] ?? 0;
  const own = KEPT_BY.filter((kind) => kind === split.key);
  const whole = split.whole.map(({ by }) => by);
  const kinds = isTorn ? own : [...new Set([...own, ...whole])];
  const keys = together(lines.map((line) => namesOfLine(line, job, kinds)));
  lines.forEach((line, i) => {
    const key = keys[i];
    const part = (key === undefined ? undefined : known.get(key)) ?? next();
    if (key !== undefined) known.set(key, part);
    parts[part]?.push(line);
  });
  return parts;
}

/** A replay, and the report of the same trace. */
interface Both {
  readonly replay: ReplayResult;
  readonly report: ReportResult;
}

const CONTENT = {
  title: "t",
  showArguments: false,
  earlier: undefined,
  targets: metricTargets(undefined),
};

/** What parts come to; each goes through its text, as between machines. */
const encoder = new TextEncoder();

async function merged(
  jobs: readonly ReplayJob[],
  options: {
    readonly split: Split;
    readonly kept: KeptValues | undefined;
    readonly memory: PartMemory | undefined;
  },
): Promise<Both> {
  const { split, kept, memory } = options;
  const merger = new PartMerger(jobs[0]?.candidate.set, kept);
  for (const [i, job] of jobs.entries()) {
    const made = await makePart(job, {
      split,
      labels: null,
      inOrder: true,
      report: true,
      ...(kept && { kept }),
      ...(memory && { memory }),
    });
    const name = `part ${i}`;
    merger.add(partIn(encoder.encode(withDigest(JSON.stringify(made))), name), name);
  }
  const [first] = jobs;
  if (first === undefined) throw new Error("there is no part");
  const all = merger.finish();
  const replay = mergedReplay(all, first);
  if (all.report === undefined) throw new Error("there is no report");
  const { namedCalls } = all.tallies.tally.notes;
  const error = emptyError({ result: replay, namedCalls }, all.head.namesTools);
  const from = { ...first, result: replay, tally: all.report, error };
  return { replay, report: reportOf(from, CONTENT).document };
}

/** The replay and the report of a whole trace, without parts. */
async function replayed(job: ReplayJob): Promise<Both> {
  const { document: report } = await reportDocument(job, CONTENT);
  return { replay: (await runReplay(job)).result, report };
}

/** What a merged report has as a report has it. */
function comparableReport(
  { parts, error, trace, ...document }: ReportResult,
  isTold: boolean,
): unknown {
  void [parts, error, trace];
  return JSON.parse(JSON.stringify(document), (name: string, value: unknown) =>
    !isTold && HANGING.has(name) ? null : value,
  );
}

/** What hangs on which of calls with one time, or without times, is the first. */
const HANGING = new Set([
  "example",
  "timelines",
  "uncoveredTimelines",
  "actions",
  "disagreements",
  "incidents",
  // the incidents are named in the order of their first calls
  "gravest",
  // who answers for an incident is the owner of its first call
  "owners",
  "byOwner",
]);

/** Whether the order of a trace is told by the times of its lines. */
function isOrderTold(lines: readonly string[]): boolean {
  const times = lines.map((line) => {
    const event = readEventText(line, { file: "t", line: 1 });
    return typeof event === "string" ? line : event.time;
  });
  return !times.includes(undefined) && new Set(times).size === times.length;
}

/** What a merged document has as a replay has it: all but what depends on files and samples. */
function comparable({ parts, error, trace, groups, ...document }: ReplayResult): unknown {
  const { files, reordered, repeatedIds, digest, malformedLines, undecidedEvents, ...rest } = trace;
  void [parts, error, files, reordered, repeatedIds, digest, malformedLines, undecidedEvents];
  // of calls with one time, a replay shows the first of the file, parts the first by id
  return { ...document, trace: rest, groups: groups.map((group) => ({ ...group, example: null })) };
}

function refusal(error: unknown): "refused" {
  if (error instanceof UserError && ["parts-do-not-fit", "no-split"].includes(error.code))
    return "refused";
  throw error;
}

function assertSame(what: string, one: unknown, other: unknown): void {
  const [a, b] = [JSON.stringify(one, null, 1), JSON.stringify(other, null, 1)];
  if (a === b) return;
  const [x, y] = [a.split("\n"), b.split("\n")];
  const at = x.findIndex((line, i) => line !== y[i]);
  throw new Error(
    `${what} differ at line ${at}\n${x.slice(at - 3, at + 3).join("\n")}\n--\n${y.slice(at - 3, at + 3).join("\n")}`,
  );
}

/** Holds merged parts of a split to the one part of the whole trace, and that to a replay. */
export async function comparePair(part: PartWorld, i: number): Promise<Compared> {
  const lines = inOrder(part);
  const whole = jobOf(part, lines, i);
  const sets = [
    ...(whole.baseline.set === undefined ? [] : [whole.baseline.set]),
    whole.candidate.set,
  ];
  let split: Split;
  try {
    split = splitOf(sets, { wholeSessions: part.wholeSessions });
  } catch (error) {
    refusal(error);
    return "no split";
  }
  const kept = part.few ? FEW : undefined;
  const memory = part.little ? LITTLE : undefined;
  const parts = splitLines(lines, whole, { split, places: part.places, isTorn: part.torn });
  const jobs = parts.map((own) => jobOf(part, own, i));
  let one: Both | undefined;
  try {
    one = await merged([whole], { split, kept, memory: undefined });
  } catch (error) {
    if (error instanceof UserError && error.code === "unreadable-trace") return "refused";
    return refusal(error);
  }
  if (!part.few) {
    const run = await replayed(whole);
    assertSame("a replay and its one part", comparable(run.replay), comparable(one.replay));
    const hasSessions = split.key === "session" || split.whole.some(({ by }) => by === "session");
    const isTold = hasSessions && isOrderTold(lines);
    assertSame(
      "a report and its one part",
      comparableReport(run.report, isTold),
      comparableReport(one.report, isTold),
    );
  }
  try {
    const all = await merged(part.backwards ? jobs.toReversed() : jobs, { split, kept, memory });
    assertSame("parts and the one part of all", all, one);
    return "alike";
  } catch (error) {
    return refusal(error);
  }
}
