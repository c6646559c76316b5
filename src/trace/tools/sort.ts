import { MinHeap } from "../min-heap.ts";
import { parseJson } from "../parse-json.ts";
import type { TraceFile } from "../read-events.ts";
import { LineReader } from "../read-lines.ts";
import type { ReadReport } from "../read-report.ts";
import { lineEvents } from "./raw-events.ts";

/**
 * A line with what it is sorted by: its time (or that of the line before it), its file and its
 * place there.
 */
interface SortLine {
  readonly key: number;
  readonly ordinal: number;
  readonly text: string;
}

/** Somewhere to lay down sorted lines that do not fit into memory; the host brings it. */
export interface RunStore {
  /** Keeps `lines`, and gives a way to read their bytes again from the start. */
  readonly keep: (lines: AsyncIterable<string>) => Promise<TraceFile>;
  /** Forgets what `keep` gave. */
  readonly drop: (run: TraceFile) => Promise<void>;
}

/**
 * Characters sorted in memory at a time. WHY not more: the collector lets several runs pile up
 * before it clears them away.
 */
const RUN = 16 * 1024 * 1024;
/** How many runs are read side by side; so many become one, which is of the next level. */
const FAN = 64;

/**
 * The lines of a trace in the order of design 5.4 (time, then file, then line), whatever their
 * disorder: what does not fit into memory is laid down in sorted runs, and these are merged. An
 * event without time stays behind the one before it. Malformed lines are told in `report` and left
 * out.
 */
export async function* sortTrace(
  files: readonly TraceFile[],
  {
    report,
    store,
    run,
    fan,
  }: {
    readonly report: ReadReport;
    readonly store: RunStore;
    readonly run?: number;
    readonly fan?: number;
  },
): AsyncGenerator<string> {
  const sorter = new Sorter(store, { run: run ?? RUN, fan: fan ?? FAN });
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    let key = -Infinity;
    report.files++;
    const reader = lineEvents(file, report, (event, text) => {
      report.events++;
      if (event.time !== undefined) key = event.time;
      sorter.add(key, text);
    });
    for await (const chunk of file.open()) {
      reader.push(chunk);
      await sorter.spill();
    }
    report.lines += reader.end();
  }
  yield* sorter.lines();
}

class Sorter {
  readonly #store: RunStore;
  readonly #limits: { readonly run: number; readonly fan: number };
  /**
   * The runs of each level: those of level 0 were sorted in memory, one of another was merged from
   * `fan` of the level below.
   */
  readonly #levels: TraceFile[][] = [];
  #lines: SortLine[] = [];
  #size = 0;
  #count = 0;

  constructor(store: RunStore, limits: { readonly run: number; readonly fan: number }) {
    this.#store = store;
    this.#limits = limits;
  }

  add(key: number, text: string): void {
    this.#lines.push({ key, ordinal: this.#count++, text });
    this.#size += text.length + 64;
  }

  async spill(): Promise<void> {
    if (this.#size < this.#limits.run) return;
    const lines = this.#sorted();
    this.#lines = [];
    this.#size = 0;
    await this.#lay(await this.#store.keep(written(inMemory(lines))), 0);
  }

  async #lay(run: TraceFile, level: number): Promise<void> {
    const runs = (this.#levels[level] ??= []);
    runs.push(run);
    if (runs.length < this.#limits.fan) return;
    const merged = await this.#store.keep(written(merge(runs.map(readRun))));
    for (const old of runs.splice(0)) await this.#store.drop(old);
    await this.#lay(merged, level + 1);
  }

  async *lines(): AsyncGenerator<string> {
    const last = this.#sorted();
    for await (const { text } of merge([...this.#levels.flat().map(readRun), inMemory(last)]))
      yield text;
  }

  #sorted(): readonly SortLine[] {
    return this.#lines.sort(byPlace);
  }
}

function byPlace(a: SortLine, b: SortLine): number {
  return a.key === b.key ? a.ordinal - b.ordinal : a.key - b.key;
}

async function* inMemory(lines: readonly SortLine[]): AsyncGenerator<SortLine> {
  yield* lines;
}

/** Lines of a run carry what they are sorted by: `[key or null, ordinal, text]`. */
async function* written(lines: AsyncIterable<SortLine>): AsyncGenerator<string> {
  for await (const { key, ordinal, text } of lines)
    yield JSON.stringify([key === -Infinity ? null : key, ordinal, text]);
}

async function* readRun(file: TraceFile): AsyncGenerator<SortLine> {
  let lines: SortLine[] = [];
  const reader = new LineReader({
    onLine: (text) => void lines.push(...sortLine(text)),
    onUnreadable: () => undefined,
  });
  for await (const chunk of file.open()) {
    reader.push(chunk);
    yield* lines;
    lines = [];
  }
  reader.end();
  yield* lines;
}

function sortLine(text: string): SortLine[] {
  const parsed = parseJson(text);
  if (!("value" in parsed) || !Array.isArray(parsed.value)) return [];
  const list: readonly unknown[] = parsed.value;
  const [key, ordinal, line] = list;
  return typeof ordinal === "number" && typeof line === "string"
    ? [{ key: typeof key === "number" ? key : -Infinity, ordinal, text: line }]
    : [];
}

async function* merge(runs: readonly AsyncGenerator<SortLine>[]): AsyncGenerator<SortLine> {
  const heap = new MinHeap<{ readonly run: AsyncGenerator<SortLine>; readonly line: SortLine }>(
    (a, b) => byPlace(a.line, b.line),
  );
  const advance = async (run: AsyncGenerator<SortLine>): Promise<void> => {
    const next = await run.next();
    if (next.done !== true) heap.push({ run, line: next.value });
  };
  for (const run of runs) await advance(run);
  for (let least = heap.pop(); least !== undefined; least = heap.pop()) {
    yield least.line;
    await advance(least.run);
  }
}
