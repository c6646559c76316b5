import { isOneContainer, jsonFacts, type JsonFacts } from "../../text/json-facts.ts";
import { parseKeepingNumbers, type ParsedJson } from "../parse-json.ts";
import { LineReader } from "../read-lines.ts";
import type { ImportFile } from "./importer.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ScannedValue } from "./json-scanner.ts";
import { JsonScanner } from "./json-scanner.ts";
import { joined, type SplitRule } from "./split-document.ts";
import { readableBytes } from "./readable-bytes.ts";

/** A value of a file that holds JSON in any of its shapes. */
export interface JsonItem {
  readonly value: unknown;
  /** The line of its first byte, from 1. */
  readonly line: number;
  /**
   * The top-level list that holds it, numbered through the file; undefined: it stands by itself.
   */
  readonly list: number | undefined;
}

/** Takes bytes, gives items to its owner. */
interface Splitter {
  push(chunk: Uint8Array): void;
  /** Gives what is left, with a stop wherever some may be taken; how many lines there were. */
  end(): Generator<void, number>;
}

/**
 * The JSON values of a file: one document, JSONL, or documents one after the other; a top-level
 * list is given element by element, and a document of more than 8 MiB in parts, where `rule` says
 * which of its lists allow it. One value is held at a time. What is no JSON is counted in `tally`
 * with file and line; in JSONL it costs its own line only.
 */
export async function* readJson(
  file: ImportFile,
  tally: ImportTally,
  rule?: SplitRule,
): AsyncGenerator<readonly JsonItem[]> {
  const refuse = (cause: string, line?: number): void =>
    tally.addUnreadable(cause, file.name, line);
  const reader = new JsonReader(refuse, rule);
  for await (const chunk of readableBytes(file, tally)) yield reader.push(chunk);
  yield* reader.end();
  tally.lines += reader.lines;
}

/** Decides on the shape of a file by its first lines, then cuts it accordingly. */
class JsonReader {
  lines = 0;
  readonly #refuse: (cause: string, line?: number) => void;
  readonly #rule: SplitRule | undefined;
  readonly #shape = new ShapeProbe();
  #splitter: Splitter | undefined;
  #items: JsonItem[] = [];
  #bytes = 0;
  /** How many values were found, good or bad. */
  #told = 0;

  constructor(refuse: (cause: string, line?: number) => void, rule: SplitRule | undefined) {
    this.#refuse = refuse;
    this.#rule = rule;
  }

  push(chunk: Uint8Array): readonly JsonItem[] {
    this.#bytes += chunk.length;
    if (this.#splitter !== undefined) this.#splitter.push(chunk);
    else {
      const shape = this.#shape.add(chunk);
      if (shape !== undefined) this.#splitter = this.#start(shape);
    }
    return this.#take();
  }

  *end(): Generator<readonly JsonItem[]> {
    if (this.#bytes === 0) this.#refuse("the file is empty");
    else {
      this.lines = yield* this.#rest(this.#splitter ?? this.#start(this.#shape.end()));
      if (this.#told === 0) this.#refuse("the file contains no record");
    }
    yield this.#take();
  }

  *#rest(splitter: Splitter): Generator<readonly JsonItem[], number> {
    const stops = splitter.end();
    let stop = stops.next();
    for (; stop.done !== true; stop = stops.next()) yield this.#take();
    return stop.value;
  }

  /** A splitter that was told what is held back so far. */
  #start(shape: Shape): Splitter {
    const owner: Owner = {
      add: (item) => void (this.#told++, this.#items.push(item)),
      refuse: (cause, line) => void (this.#told++, this.#refuse(cause, line)),
    };
    const splitter = shape === "lines" ? lineSplitter(owner) : documentSplitter(owner, this.#rule);
    for (const chunk of this.#shape.held.splice(0)) splitter.push(chunk);
    return splitter;
  }

  #take(): readonly JsonItem[] {
    const taken = this.#items;
    this.#items = [];
    return taken;
  }
}

type Shape = "lines" | "document";

/** The last is the first byte of a byte order mark. */
const [NEWLINE, SPACE, COMMA, MARK] = [10, 32, 44, 0xef];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT] = [91, 93, 123];
/** How many lines are tried before a file is taken as one document. */
const PROBED_LINES = 10;
/** How much of a file without whole lines is held before it is taken as one document. */
const PROBED_BYTES = 256 * 1024;

/**
 * Tells JSONL from a JSON document by the first lines: JSONL if one of them is a whole list or
 * object by itself. WHY ten: the first line of a log may be cut off; a document printed over
 * several lines has none that is whole.
 */
class ShapeProbe {
  readonly held: Uint8Array[] = [];
  #bytes = 0;
  #lines = 0;
  /** What stands behind the last line end. */
  #rest: Uint8Array[] = [];

  /** The shape, once it is certain. */
  add(chunk: Uint8Array): Shape | undefined {
    this.held.push(chunk);
    this.#bytes += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const shape = this.#told(chunk.subarray(start, end));
      if (shape !== undefined) return shape;
      start = end + 1;
    }
    this.#rest.push(chunk.subarray(start));
    return this.#bytes > PROBED_BYTES ? "document" : undefined;
  }

  /** The shape of a file that ended before it was certain: one line alone is the same either way. */
  end(): Shape {
    const told = this.#lines > 0 ? this.#told(new Uint8Array(0)) : undefined;
    return told ?? "document";
  }

  /** What a line tells that ends so. */
  #told(end: Uint8Array): Shape | undefined {
    const line = this.#rest.length === 0 ? end : joined([...this.#rest, end]);
    this.#rest = [];
    const last = line.findLast((byte) => byte > SPACE);
    if (last === undefined) return undefined;
    if (GOES_ON.has(last) || this.#lines++ >= PROBED_LINES) return "document";
    return isWholeValue(line) ? "lines" : undefined;
  }
}

/** WHY: a list printed with one element a line has lines that are whole, its last one. */
const GOES_ON: ReadonlySet<number> = new Set([COMMA, OPEN_LIST, OPEN_OBJECT]);

/**
 * True for more than `{}` or `[]`, which a document may hold on a line of their own. WHY by its
 * brackets: the line is parsed later, and may be long.
 */
function isWholeValue(line: Uint8Array): boolean {
  const first = line.find((byte) => byte > SPACE);
  if (first !== OPEN_OBJECT && first !== OPEN_LIST && first !== MARK) return false;
  const text = lenient.decode(line).trimEnd();
  return text.length > 2 && isOneContainer(text);
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder();

/** Longer values are not read, where they cannot be read in parts: 400 MiB, what a text can hold. */
const MAX_VALUE_BYTES = 400 * 1024 * 1024;

interface Owner {
  readonly add: (item: JsonItem) => void;
  readonly refuse: (cause: string, line: number) => void;
}

function lineSplitter({ add, refuse }: Owner): Splitter {
  const reader = new LineReader(
    {
      onLine: (text, line) => {
        const parsed = parseKeepingNumbers(text);
        if ("reason" in parsed) refuse(parsed.reason, line);
        else if (Array.isArray(parsed.value))
          for (const value of parsed.value) add({ value, line, list: line });
        else add({ value: parsed.value, line, list: undefined });
      },
      onUnreadable: (line, cause) => refuse(cause, line),
    },
    MAX_VALUE_BYTES,
  );
  return {
    push: (chunk) => reader.push(chunk),
    *end() {
      return reader.end();
    },
  };
}

/** Documents of no more bytes are decoded as a whole: longer ones would take too much memory. */
const WHOLE_BYTES = 8 * 1024 * 1024;

/**
 * Holds a document, to find its values in its text, which is faster than in its bytes. What is longer, and what is
 * unusual (several documents, a list cut off or with numbers, no UTF-8), is cut by its bytes.
 */
function documentSplitter(owner: Owner, rule: SplitRule | undefined): Splitter {
  const held: Uint8Array[] = [];
  let bytes = 0;
  let byBytes: Splitter | undefined;
  const cut = (): Splitter => {
    byBytes ??= byteSplitter(owner, rule);
    for (const chunk of held.splice(0)) byBytes.push(chunk);
    return byBytes;
  };
  return {
    push: (chunk) => {
      held.push(chunk);
      bytes += chunk.length;
      if (bytes > WHOLE_BYTES) cut();
    },
    *end() {
      const text = bytes > WHOLE_BYTES ? undefined : decoded(held);
      const found = text === undefined ? undefined : valuesIn(text);
      if (text === undefined || found === undefined) return yield* cut().end();
      held.length = 0;
      yield* parsedValues(text, found.values, owner);
      return found.lines;
    },
  };
}

/** How much of a text is parsed before what was found is taken, in characters. */
const PARSED_AT_ONCE = 64 * 1024;

/** WHY one by one: what was made of a value is forgotten before the next is read. */
function* parsedValues(
  text: string,
  values: readonly TextValue[],
  { add, refuse }: Owner,
): Generator<void> {
  let taken = 0;
  for (const { start, line, list, facts } of values) {
    const parsed = parseKeepingNumbers(text.slice(start, facts.end), facts);
    if ("reason" in parsed) refuse(parsed.reason, line);
    else add({ value: parsed.value, line, list });
    if ((facts.end ?? 0) - taken < PARSED_AT_ONCE) continue;
    taken = facts.end ?? 0;
    yield;
  }
}

/** A list or object in a text, and where. */
interface TextValue {
  readonly start: number;
  readonly line: number;
  readonly list: number | undefined;
  readonly facts: JsonFacts;
}

interface TextValues {
  readonly values: readonly TextValue[];
  readonly lines: number;
}

/** The document in a text, or the elements of its list; undefined where it is not as simple. */
function valuesIn(text: string): TextValues | undefined {
  const values: TextValue[] = [];
  let [line, isOver] = [1, false];
  let list: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === NEWLINE) line++;
    if (char <= SPACE || (char === COMMA && list !== undefined)) continue;
    if (isOver) return undefined;
    if (char === OPEN_LIST && list === undefined) list = 0;
    else if (char === CLOSE_LIST) isOver = true;
    else {
      const facts = char === OPEN_OBJECT || char === OPEN_LIST ? jsonFacts(text, at) : undefined;
      if (facts?.end === undefined) return undefined;
      values.push({ start: at, line, list, facts });
      line += facts.lineEnds;
      at = facts.end - 1;
      isOver = list === undefined;
    }
  }
  return isOver ? { values, lines: text.endsWith("\n") ? line - 1 : line } : undefined;
}

/** Undefined for what is no UTF-8. */
function decoded(chunks: readonly Uint8Array[]): string | undefined {
  const [first, ...others] = chunks;
  const whole = first !== undefined && others.length === 0 ? first : joined(chunks);
  try {
    return decoder.decode(whole);
  } catch {
    return undefined;
  }
}

function byteSplitter({ add, refuse }: Owner, rule: SplitRule | undefined): Splitter {
  const onValue = (scanned: ScannedValue): void => {
    const parsed = parseScanned(scanned);
    if ("reason" in parsed) refuse(parsed.reason, scanned.line);
    else add({ value: parsed.value, line: scanned.line, list: scanned.list });
    for (const name of scanned.late)
      refuse(
        `\`${name}\` comes after the data that it describes, in a document that is too long for memory`,
        scanned.line,
      );
  };
  const scanner = new JsonScanner(onValue, MAX_VALUE_BYTES, rule);
  return {
    push: (chunk) => scanner.push(chunk),
    *end() {
      const { lines, cutOff } = scanner.end();
      if (cutOff) refuse("the list at the top is truncated", lines);
      return lines;
    },
  };
}

function parseScanned(scanned: ScannedValue): ParsedJson {
  if (scanned.bytes === undefined)
    return { reason: `a value is longer than ${MAX_VALUE_BYTES} bytes` };
  if (!scanned.complete) return { reason: "the JSON text is truncated" };
  const text = decoded(scanned.bytes);
  return text === undefined ? { reason: "the text is not valid UTF-8" } : parseKeepingNumbers(text);
}
