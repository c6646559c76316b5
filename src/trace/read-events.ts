import type { TraceDigest } from "./digest.ts";
import { GATEWAY_DENIAL, isUndecided } from "./event.ts";
import type { EventPlace, TraceEvent } from "./event.ts";
import { mergeFiles } from "./merge.ts";
import { EventOrder, eventsOf, type EventRows, type Stretch } from "./order.ts";
import { readEventText } from "./read-event.ts";
import { LineReader } from "./read-lines.ts";
import type { ReadReport } from "./read-report.ts";

/**
 * A file of a trace: the name it goes by in reports, and its bytes (decompressed), from the start
 * at each `open`.
 */
export interface TraceFile {
  readonly name: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface ReadOptions {
  /** How much disorder is fixed, in events of a file (`--reorder`). */
  readonly reorder: number;
  /** Told what was read, while it is read. */
  readonly report: ReadReport;
  /** Told every byte. */
  readonly digest?: TraceDigest;
  /** Which lines are read at all; by default every one. */
  readonly only?: ((line: string) => boolean) | undefined;
}

/**
 * The events of canonical JSONL files, in the order of design 5.4, in batches, so that a loop over
 * them awaits once in a thousand events. `files` are taken in the order of their names. Holds no
 * more than `reorder` events and one chunk of each file. What cannot be read is counted and listed
 * in `options.report`, never an error; disorder beyond `reorder` is a `TraceError`.
 */
export async function* readTrace(
  files: readonly TraceFile[],
  options: ReadOptions,
): AsyncGenerator<readonly TraceEvent[]> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const merged = mergeFiles(sorted.map((file, index) => readFile(file, index, options)));
  for await (const stretches of merged) yield eventsOf(stretches);
}

async function* readFile(
  file: TraceFile,
  index: number,
  options: ReadOptions,
): AsyncGenerator<readonly Stretch<EventRows>[]> {
  const { report } = options;
  const order = new EventOrder(options.reorder);
  let events: TraceEvent[] = [];
  const reader = new LineReader({
    onLine: (text, line) => {
      if (options.only?.(text) === false) return;
      readEvent(text, { file: file.name, line, onUnknownMember }, report, events);
    },
    onUnreadable: (line, cause) => report.addMalformed({ file: file.name, line, cause }),
  });
  const onUnknownMember = (name: string): void => report.addUnknownMember(name);
  const take = (): TraceEvent[] => {
    const taken = events;
    events = [];
    report.events += taken.length;
    return taken;
  };
  report.files++;
  for await (const chunk of file.open()) {
    options.digest?.update(index, chunk);
    reader.push(chunk);
    yield order.take(take());
  }
  report.lines += reader.end();
  yield order.take(take());
  report.reordered += order.reordered;
  yield order.end();
}

function readEvent(
  text: string,
  place: EventPlace,
  report: ReadReport,
  events: TraceEvent[],
): void {
  const event = readEventText(text, place);
  const { file, line } = place;
  if (typeof event === "string") return report.addMalformed({ file, line, cause: event });
  if (event.type === GATEWAY_DENIAL) report.gatewayDenials++;
  if (isUndecided(event)) report.addUndecided({ file, line, type: event.type });
  events.push(event);
}
