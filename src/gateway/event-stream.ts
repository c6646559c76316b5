/** One event of a server-sent event stream. */
export interface StreamEvent {
  /** As it came, with the blank line behind it. */
  readonly raw: Buffer;
  /** Its data; empty where it has none. */
  readonly data: string;
}

const END = /\r\n\r\n|\n\n|\r\r|\r\n\n|\n\r\n/;
const LINE = /\r\n|\n|\r/;

function dataOf(text: string): string {
  return text
    .split(LINE)
    .flatMap((line) => {
      const [, data] = /^data(?:: ?([^]*))?$/.exec(line) ?? [];
      return line.startsWith("data") ? [data ?? ""] : [];
    })
    .join("\n");
}

/**
 * Cuts a stream into its events. INVARIANT: what a reader takes for the end of an event and this does
 * not only makes an event longer, whose data is then no message.
 */
export class EventSplitter {
  readonly #limit: number;
  /** What came since the last whole event, and how long that is. */
  #parts: Buffer[] = [];
  #length = 0;
  /** The end of it: an event may end in up to four bytes, of which the last one is still to come. */
  #tail: Buffer = Buffer.alloc(0);

  /** `limit`: bytes of the longest event. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of a message that came since the last whole event. */
  get torn(): number {
    const rest = Buffer.concat(this.#parts).toString("latin1");
    return /(?:^|[\r\n])data/.test(rest) ? this.#length : 0;
  }

  /** The events that are whole; undefined: one is longer than the limit. */
  push(chunk: Buffer): readonly StreamEvent[] | undefined {
    this.#parts.push(chunk);
    this.#length += chunk.length;
    const fresh = Buffer.concat([this.#tail, chunk]);
    this.#tail = fresh.subarray(-3);
    // every byte is one character, so offsets are those of the bytes
    if (!END.test(fresh.toString("latin1"))) return this.#length > this.#limit ? undefined : [];
    const events: StreamEvent[] = [];
    let held = Buffer.concat(this.#parts);
    let text = held.toString("latin1");
    for (let end = END.exec(text); end !== null; end = END.exec(text)) {
      const length = end.index + end[0].length;
      const raw = held.subarray(0, length);
      events.push({ raw, data: dataOf(raw.toString("utf8").slice(0, -end[0].length)) });
      held = held.subarray(length);
      text = text.slice(length);
    }
    this.#parts = [held];
    this.#length = held.length;
    this.#tail = held.subarray(-3);
    return held.length > this.#limit ? undefined : events;
  }
}

/** Whether an event has an id, by which a stream can be resumed behind it. */
export function hasId({ raw }: StreamEvent): boolean {
  return /(?:^|[\r\n])id:/.test(raw.toString("latin1"));
}

/** An event with other data, and its other lines as they were. */
export function withData({ raw }: StreamEvent, data: string): Buffer {
  const lines = raw
    .toString("utf8")
    .split(LINE)
    .filter((line) => line !== "" && !line.startsWith("data"));
  return Buffer.from(`${[...lines, `data: ${data}`].join("\n")}\n\n`);
}
