import type { JsonObject } from "../request/json.ts";
import { isJsonObject, member, stringMember } from "../request/json.ts";
import type { TraceEvent } from "./event.ts";
import { labelFault, misnamedLabel } from "./event-labels.ts";
import { parseJson } from "./parse-json.ts";
import type { TraceFile } from "./read-events.ts";
import { LineReader } from "./read-lines.ts";
import type { Malformed } from "../documents/trace-read.ts";
import { LISTED } from "./read-report.ts";

/** Labels by event id, from JSONL files of `{id, labels}`, and what came of joining them. */
export class LabelTable {
  readonly #entries = new Map<string, { labels: JsonObject; used: boolean }>();
  #unmatched = 0;
  malformed = 0;
  /** The first of them. */
  readonly malformedList: Malformed[] = [];

  /** How many labelled ids no event had, so far. */
  get unmatched(): number {
    return this.#unmatched;
  }

  /** Labels for one event; of one label given twice the later value counts. */
  add(id: string, labels: JsonObject): void {
    const found = this.#entries.get(id);
    if (found !== undefined) found.labels = { ...found.labels, ...labels };
    else {
      this.#entries.set(id, { labels, used: false });
      this.#unmatched++;
    }
  }

  /** The ids for which there are labels. */
  ids(): Iterable<string> {
    return this.#entries.keys();
  }

  addMalformed(found: Malformed): void {
    this.malformed++;
    if (this.malformedList.length < LISTED) this.malformedList.push(found);
  }

  /**
   * The events with their labels joined to those that they carry; a joined label beats one of the
   * event.
   */
  join(events: readonly TraceEvent[]): readonly TraceEvent[] {
    return this.#entries.size === 0 ? events : events.map((event) => this.joinOne(event));
  }

  /** The labels given for an id, if any; notes that an event had it. */
  take(id: string): JsonObject | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (!entry.used) this.#unmatched--;
    entry.used = true;
    return entry.labels;
  }

  /** The same for one event. */
  joinOne(event: TraceEvent): TraceEvent {
    const labels = this.take(event.id);
    if (labels === undefined) return event;
    return {
      ...event,
      labels: event.labels === undefined ? labels : { ...event.labels, ...labels },
    };
  }
}

/**
 * Reads label files; a line that is no `{id, labels}`, or whose labels cannot be meant so, is counted
 * and listed in the table.
 */
export async function readLabels(files: readonly TraceFile[]): Promise<LabelTable> {
  const table = new LabelTable();
  for (const file of files) {
    const reader = new LineReader({
      onLine: (text, line) => readLabel(text, table, { file: file.name, line }),
      onUnreadable: (line, cause) => table.addMalformed({ file: file.name, line, cause }),
    });
    for await (const chunk of file.open()) reader.push(chunk);
    reader.end();
  }
  return table;
}

function readLabel(text: string, table: LabelTable, place: { file: string; line: number }): void {
  const parsed = parseJson(text);
  if ("reason" in parsed) return table.addMalformed({ ...place, cause: parsed.reason });
  const line = isJsonObject(parsed.value) ? parsed.value : undefined;
  const [id, labels] = [stringMember(line, "id"), member(line, "labels")];
  if (id === undefined || !isJsonObject(labels))
    return table.addMalformed({
      ...place,
      cause: "a label line must be an object with `id` and `labels`",
    });
  const cause = labelFault(labels) ?? misnamedLabel(labels);
  if (cause !== undefined) return table.addMalformed({ ...place, cause });
  table.add(id, labels);
}
