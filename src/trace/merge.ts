import { MinHeap } from "./min-heap.ts";
import type { Stretch, TimedRows } from "./order.ts";

interface Source<T extends TimedRows> {
  readonly index: number;
  readonly batches: AsyncIterator<readonly Stretch<T>[]>;
  batch: readonly Stretch<T>[];
  /** The stretch of the batch that comes next, and its row. */
  at: number;
  row: number;
  /** The key of that row; -Infinity before the first was asked for. */
  key: number;
}

const BATCH = 1024;

/**
 * The rows of several files as one stream, by key and then by the files' order here (design 5.4),
 * in batches. A file is asked for its first rows only when nothing before them can come: files
 * without any time are read one by one.
 */
export async function* mergeFiles<T extends TimedRows>(
  files: readonly AsyncIterable<readonly Stretch<T>[]>[],
): AsyncGenerator<readonly Stretch<T>[]> {
  const sources = new MinHeap<Source<T>>((a, b) => a.key - b.key || a.index - b.index);
  files.forEach((file, index) =>
    sources.push({
      index,
      batches: file[Symbol.asyncIterator](),
      batch: [],
      at: 0,
      row: 0,
      key: -Infinity,
    }),
  );
  let out: Stretch<T>[] = [];
  let rows = 0;
  for (let source = sources.pop(); source !== undefined; source = sources.pop()) {
    if (source.at === source.batch.length && !(await advance(source))) continue;
    rows += takeRun(source, sources.peek(), out);
    if (rows >= BATCH) {
      yield out;
      [out, rows] = [[], 0];
    }
    sources.push(source);
  }
  if (out.length > 0) yield out;
}

/** Fetches the next rows; false at the end of the file. */
async function advance<T extends TimedRows>(source: Source<T>): Promise<boolean> {
  do {
    const next = await source.batches.next();
    if (next.done === true) return false;
    source.batch = next.value;
  } while (source.batch.length === 0);
  source.at = 0;
  begin(source);
  return true;
}

/** Goes to the beginning of the stretch that comes next. */
function begin<T extends TimedRows>(source: Source<T>): void {
  const { batch, at } = source;
  source.row = batch[at]?.from ?? 0;
  source.key = batch[at]?.keys[source.row] ?? source.key;
}

/** Moves to `out` the rows of `source` that come before whatever `next` holds; how many. */
function takeRun<T extends TimedRows>(
  source: Source<T>,
  next: Source<T> | undefined,
  out: Stretch<T>[],
): number {
  let rows = 0;
  for (
    let stretch = source.batch[source.at];
    stretch !== undefined;
    stretch = source.batch[source.at]
  ) {
    const from = source.row;
    const to = endBefore(stretch, source, next);
    if (to > from) out.push({ ...stretch, from, to });
    rows += to - from;
    if (to < stretch.to) {
      source.row = to;
      source.key = stretch.keys[to] ?? source.key;
      return rows;
    }
    source.at++;
    begin(source);
  }
  return rows;
}

/** Where the rows of a stretch end that come before whatever `next` holds. */
function endBefore<T extends TimedRows>(
  { keys, to }: Stretch<T>,
  { row, index }: Source<T>,
  next: Source<T> | undefined,
): number {
  if (next === undefined || isBefore(keys[to - 1], index, next)) return to;
  let end = row;
  while (end < to && isBefore(keys[end], index, next)) end++;
  return end;
}

function isBefore<T extends TimedRows>(
  key: number | undefined,
  index: number,
  next: Source<T>,
): boolean {
  return key === undefined || key < next.key || (key === next.key && index < next.index);
}
