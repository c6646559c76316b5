import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import type { WalkedReport } from "../replay/walk-replay.ts";
import { ReplayedTrace, type Asked, type ReplayOutput, type Versions } from "./walks.ts";
import { PAIRS, walkWorld, type WalkWorld } from "./walk-worlds.ts";

/**
 * What `scripts/fuzz.mjs columns` runs: replays by columns, off indexes too, held to the walk over
 * events.
 */
export interface WalkFuzzOptions {
  /** Pairs of versions on a trace. */
  readonly worlds: number;
  /**
   * When to stop at the latest, in seconds of the processor: so that as much is tried on a busy
   * machine.
   */
  readonly seconds?: number;
  readonly seed: number;
  /** Whether a disagreement is reported as found, without looking for a smaller one. */
  readonly raw?: boolean;
  readonly say: (line: string) => void;
}

/** To which candidates whoever watches goes back, one after the other. */
const BACK = [1, 3, 0, 2];
/** How what a command kept is damaged before the next one. */
const DAMAGES = ["flipped", "cut", "swapped"] as const;
/** So many traces a seed. */
const BATCH = 25;

/** How long the processor worked for this process. */
function workedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** What went which way, for whoever asks whether anything was compared. */
class Ways {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  report(): string {
    return [...this.#counts]
      .sort()
      .map(([name, count]) => `${String(count).padStart(9)}  ${name}`)
      .join("\n");
  }
}

function differing(got: ReplayOutput, expected: WalkedReport): string | undefined {
  const [a, b]: [{ readonly [name: string]: unknown }, { readonly [name: string]: unknown }] = [
    { ...got.document, decisions: got.decisions, ...got.report, ruleCounts: got.ruleCounts },
    {
      ...expected.document,
      decisions: expected.decisions,
      ...(got.report && expected.report),
      ruleCounts: got.ruleCounts && expected.ruleCounts,
    },
  ];
  const names = Object.keys(b).filter((name) => !isDeepStrictEqual(a[name], b[name]));
  return names.length === 0
    ? undefined
    : names
        .map(
          (name) =>
            `${name}\n  columns ${JSON.stringify(a[name])}\n  events  ${JSON.stringify(b[name])}`,
        )
        .join("\n");
}

async function compare(trace: ReplayedTrace, world: WalkWorld, ways: Ways): Promise<void> {
  trace.write(...world.files);
  const { options, baseline, asked } = world;
  const held = async (
    what: string,
    replay: () => Promise<ReplayOutput>,
    expected: WalkedReport,
  ): Promise<void> => {
    const got = await replay().catch((error: unknown): never => {
      // the walk over events decided every call
      throw new Error(`${what}\n  columns ${String(error)}\n  events  no error\n${world.text}`);
    });
    const wrong = differing(got, expected);
    if (wrong !== undefined)
      throw new Error(`${what}, walked by ${got.stats.walk}\n${wrong}\n${world.text}`);
    for (const { why, calls } of got.stats.handed) ways.add(`handed: ${why}`, calls);
    ways.add(`${what}: by ${got.stats.walk}`);
    ways.add(`${what}: calls decided by a replay before`, got.stats.again);
    if ((got.document.trace.reordered ?? 0) > 0) ways.add("in disorder");
    if (world.files.length > 1) ways.add("of several files");
    ways.add("calls", got.document.trace.calls);
    ways.add(
      "changed",
      got.document.groups.reduce((sum, { calls }) => sum + calls, 0),
    );
  };
  const watched = trace.watched(options);
  const counting = trace.watched(options, false);
  const known: WalkedReport[] = [];
  const replayed = async (
    what: string,
    i: number,
    replay: (versions: Versions) => Promise<Omit<ReplayOutput, "decisions">>,
  ): Promise<void> => {
    const [candidate, expected] = [world.candidates[i], known[i]];
    if (candidate === undefined || expected === undefined) return;
    const { decisions } = expected;
    const output = async (): Promise<ReplayOutput> => ({
      ...(await replay({ baseline, candidate })),
      decisions,
    });
    await held(what, output, expected);
  };
  const save = async (i: number): Promise<void> => {
    await replayed("watched", i, (versions) => watched.replay(versions));
    await replayed("watched, kept as calls count", i, (versions) => counting.replay(versions));
    ways.add("edits");
  };
  const command = (i: number, what = "command"): Promise<void> =>
    replayed(what, i, (versions) => trace.byCommand(versions, options));
  for (const [i, candidate] of world.candidates.entries()) {
    const versions = { baseline, candidate };
    const expected = await trace.reportByWalk(versions, options);
    known.push(expected);
    await save(i);
    const byColumns = (): Promise<ReplayOutput> => trace.byColumns(versions, options);
    await held(i === 0 ? "first candidate" : "edited, off an index of others", byColumns, expected);
    if (i === 1) await held("again, off its own index", byColumns, expected);
    await command(i);
    await replayed("counted", i, (one) => trace.counted(one, options));
    if (i === 2) await held("as a stream", () => trace.byStream(versions, options), expected);
    const reported = async (given: Asked, of: WalkedReport, isStream: boolean): Promise<void> => {
      const output = async (): Promise<ReplayOutput> => ({
        ...(await trace.reported(versions, options, { ...given, isStream })),
        decisions: of.decisions,
      });
      await held(isStream ? "reported, a stream" : "reported", output, of);
    };
    await reported({}, expected, i === 1);
    if (i > 1) continue;
    const part = i === 0 ? asked : { labels: asked.labels };
    const ofPart = await trace.reportByWalk(versions, options, part);
    const how = i === 0 ? "filtered and labelled" : "labelled";
    await held(`${how}, a stream`, () => trace.byStream(versions, options, part), ofPart);
    await held(how, () => trace.byColumns(versions, options, part), ofPart);
    await reported(part, ofPart, i === 1);
    const counts = async (): Promise<ReplayOutput> => ({
      ...(await trace.counted(versions, options, part)),
      decisions: ofPart.decisions,
    });
    await held(`${how}, counted`, counts, ofPart);
    if (i === 1) continue;
    const filtered = { filter: asked.filter };
    await held(
      "filtered",
      () => trace.byColumns(versions, options, filtered),
      await trace.reportByWalk(versions, options, filtered),
    );
  }
  for (const i of BACK) {
    await save(i);
    await command(i);
  }
  const how = DAMAGES[world.text.length % DAMAGES.length];
  if (how !== undefined && trace.damage(how)) await command(1, "command, damaged by now");
}

/** The same trace as tables: the same documents and lines, but for the digest, which is of the files. */
async function compareTables(trace: ReplayedTrace, world: WalkWorld, ways: Ways): Promise<void> {
  const { files, options, baseline, text } = world;
  if (!trace.writeTables(files, text.length % 2 === 0)) return;
  for (const candidate of world.candidates.slice(0, 2)) {
    const versions = { baseline, candidate };
    const expected = await trace.reportByWalk(versions, options);
    const got = await trace.byTables(versions, options);
    const { digest } = expected.document.trace;
    const document = { ...got.document, trace: { ...got.document.trace, digest } };
    const wrong = differing({ ...got, document }, expected);
    if (wrong !== undefined) throw new Error(`as tables\n${wrong}\n${text}`);
    const isByColumns = got.document.trace.digest !== digest;
    ways.add(isByColumns ? "as tables: by their columns" : "as tables: by their lines");
  }
}

async function batch(
  trace: ReplayedTrace,
  seed: number,
  of: { readonly runs: number; readonly raw: boolean; readonly ways: Ways },
): Promise<string | undefined> {
  const property = fc.asyncProperty(walkWorld, async (world) => {
    await compare(trace, world, of.ways);
    await compareTables(trace, world, of.ways);
  });
  const result = await fc.check(property, {
    seed,
    numRuns: of.runs,
    endOnFailure: of.raw,
    interruptAfterTimeLimit: 600_000,
  });
  if (!result.failed) return undefined;
  const { errorInstance: error } = result;
  return `seed ${seed}\n${error instanceof Error ? error.message : String(error)}`;
}

/**
 * True where both ways said the same of every world; else it stops at the first that they do not.
 */
export async function fuzzWalks({
  worlds,
  seconds = Infinity,
  seed,
  raw = false,
  say,
}: WalkFuzzOptions): Promise<{ readonly held: boolean; readonly ways: Ways }> {
  const trace = new ReplayedTrace();
  const ways = new Ways();
  try {
    const each = BATCH * PAIRS;
    const started = workedSeconds();
    let done = 0;
    for (; done < worlds && workedSeconds() - started < seconds; done += each) {
      const said = await batch(trace, seed + done / each, {
        runs: Math.min(BATCH, Math.ceil((worlds - done) / PAIRS)),
        raw,
        ways,
      });
      if (said !== undefined) {
        const worked = (workedSeconds() - started).toFixed(1);
        say(`${said}\n${ways.report()}\na disagreement after ${done} worlds, ${worked} s`);
        return { held: false, ways };
      }
      if ((done / each) % 50 === 49) say(`${done + each} worlds`);
    }
    say(`${ways.report()}\nno disagreement in ${done} worlds from seed ${seed}`);
    return { held: true, ways };
  } finally {
    trace.close();
  }
}
