import type { TraceEvent } from "./event.ts";
import { MinHeap } from "./min-heap.ts";
import type { OrderedBatch } from "./order.ts";

interface Source {
  readonly index: number;
  readonly batches: AsyncIterator<OrderedBatch>;
  batch: OrderedBatch;
  at: number;
  /** The key of the event at `at`; -Infinity before the first was asked for. */
  key: number;
}

const BATCH = 1024;
const NOTHING: OrderedBatch = { events: [], keys: [] };

/**
 * The events of several files as one stream, by key and then by the files' order here (design 5.4),
 * in batches. A file is asked for its first events only when nothing before them can come: files
 * without any time are read one by one.
 */
export async function* mergeFiles(
  files: readonly AsyncIterable<OrderedBatch>[],
): AsyncGenerator<readonly TraceEvent[]> {
  const sources = new MinHeap<Source>((a, b) => a.key - b.key || a.index - b.index);
  files.forEach((file, index) =>
    sources.push({
      index,
      batches: file[Symbol.asyncIterator](),
      batch: NOTHING,
      at: 0,
      key: -Infinity,
    }),
  );
  let out: TraceEvent[] = [];
  for (let source = sources.pop(); source !== undefined; source = sources.pop()) {
    if (source.at === source.batch.events.length && !(await advance(source))) continue;
    takeRun(source, sources.peek(), out);
    if (out.length >= BATCH) {
      yield out;
      out = [];
    }
    sources.push(source);
  }
  if (out.length > 0) yield out;
}

/** Fetches the next events; false at the end of the file. */
async function advance(source: Source): Promise<boolean> {
  do {
    const next = await source.batches.next();
    if (next.done === true) return false;
    source.batch = next.value;
  } while (source.batch.events.length === 0);
  source.at = 0;
  source.key = source.batch.keys[0] ?? source.key;
  return true;
}

/** Moves to `out` the events of `source` that come before whatever `next` holds. */
function takeRun(source: Source, next: Source | undefined, out: TraceEvent[]): void {
  const { events, keys } = source.batch;
  for (let event = events[source.at]; event !== undefined; event = events[source.at]) {
    source.key = keys[source.at] ?? source.key;
    if (!isBefore(source.key, source.index, next)) return;
    out.push(event);
    source.at++;
  }
}

function isBefore(key: number, index: number, next: Source | undefined): boolean {
  return next === undefined || key < next.key || (key === next.key && index < next.index);
}
