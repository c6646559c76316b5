import { isUndecided, type EventPlace, type TraceEvent } from "../event.ts";
import { mergeFiles } from "../merge.ts";
import { EventOrder, eventsOf, type EventRows, type Stretch } from "../order.ts";
import { readEventText } from "../read-event.ts";
import type { TraceFile } from "../read-events.ts";
import { LineReader } from "../read-lines.ts";
import type { ReadReport } from "../read-report.ts";

/** An event with the line that it was read from. */
export interface RawEvent {
  readonly event: TraceEvent;
  readonly text: string;
}

/**
 * As `readTrace`, with each event's own line: for tools that pass lines on as they are. Malformed
 * lines are told in `report`; disorder beyond `reorder` is a `TraceError`.
 */
export async function* readRaw(
  files: readonly TraceFile[],
  options: { readonly reorder: number; readonly report: ReadReport },
): AsyncGenerator<readonly RawEvent[]> {
  const texts = new WeakMap<TraceEvent, string>();
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for await (const batch of mergeFiles(sorted.map((file) => readFile(file, texts, options)))) {
    yield eventsOf(batch).map((event) => ({ event, text: texts.get(event) ?? "" }));
  }
}

async function* readFile(
  file: TraceFile,
  texts: WeakMap<TraceEvent, string>,
  { reorder, report }: { reorder: number; report: ReadReport },
): AsyncGenerator<readonly Stretch<EventRows>[]> {
  const order = new EventOrder(reorder);
  let events: TraceEvent[] = [];
  const reader = lineEvents(file, report, (event, text) => {
    texts.set(event, text);
    events.push(event);
  });
  report.files++;
  for await (const chunk of file.open()) {
    reader.push(chunk);
    report.events += events.length;
    yield order.take(events);
    events = [];
  }
  report.lines += reader.end();
  report.events += events.length;
  yield order.take(events);
  report.reordered += order.reordered;
  yield order.end();
}

/**
 * A reader of a file's lines as events, in the order of the file. `onObject` is told what each was
 * made of, before the event.
 */
export function lineEvents(
  file: TraceFile,
  report: ReadReport,
  onEvent: (event: TraceEvent, text: string) => void,
  onObject?: EventPlace["onObject"],
): LineReader {
  const told = onObject === undefined ? {} : { onObject };
  return new LineReader({
    onLine: (text, line) => {
      const event = readEventText(text, { file: file.name, line, ...told });
      if (typeof event === "string")
        return report.addMalformed({ file: file.name, line, cause: event });
      if (isUndecided(event)) report.addUndecided({ file: file.name, line, type: event.type });
      onEvent(event, text);
    },
    onUnreadable: (line, cause) => report.addMalformed({ file: file.name, line, cause }),
  });
}
