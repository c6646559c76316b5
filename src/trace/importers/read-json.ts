import { isOneContainer } from "../../text/json-facts.ts";
import { parseKeepingNumbers } from "../parse-json.ts";
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
  /** How many lines there were. */
  end(): number;
}

/**
 * The JSON values of a file: one document, JSONL, or documents one after the other; a top-level
 * list is given element by element, and a document of more than 4 MiB in parts, where `rule` says
 * which of its lists allow it. One value is held at a time. What is no JSON is counted in `tally` with file and line; in JSONL it costs its own line only.
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
  yield reader.end();
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

  end(): readonly JsonItem[] {
    if (this.#bytes === 0) this.#refuse("the file is empty");
    else {
      this.lines = (this.#splitter ?? this.#start(this.#shape.end())).end();
      if (this.#told === 0) this.#refuse("the file contains no record");
    }
    return this.#take();
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

const NEWLINE = 10;
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
  readonly #decoder = new TextDecoder();
  /** How many of the held chunks were decoded, and the text behind their last line end. */
  #decoded = 0;
  #rest = "";
  #bytes = 0;
  #lines = 0;

  /** The shape, once it is certain. */
  add(chunk: Uint8Array): Shape | undefined {
    this.held.push(chunk);
    this.#bytes += chunk.length;
    // WHY not at once: a line of many chunks is put together once, when its end is there
    if (chunk.includes(NEWLINE)) {
      const lines = this.#decodeHeld().split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines)
        if (line.trim() !== "" && this.#lines++ < PROBED_LINES && isWholeValue(line))
          return "lines";
    }
    return this.#lines >= PROBED_LINES || this.#bytes > PROBED_BYTES ? "document" : undefined;
  }

  /** The shape of a file that ended before it was certain. */
  end(): Shape {
    // one line alone is the same either way
    if (this.#lines === 0 && this.#rest === "") return "document";
    return isWholeValue(this.#decodeHeld()) ? "lines" : "document";
  }

  #decodeHeld(): string {
    const texts = this.held
      .slice(this.#decoded)
      .map((chunk) => this.#decoder.decode(chunk, { stream: true }));
    this.#decoded = this.held.length;
    return this.#rest + texts.join("");
  }
}

/**
 * True for more than `{}` or `[]`, which a document may hold on a line of their own. WHY by its
 * brackets: the line is parsed later, and may be long.
 */
function isWholeValue(line: string): boolean {
  const text = line.trimEnd();
  return text.length > 2 && isOneContainer(text);
}

/** Longer values are not read, where they cannot be read in parts: 400 MiB, what a text can hold. */
const MAX_VALUE_BYTES = 400 * 1024 * 1024;

interface Owner {
  readonly add: (item: JsonItem) => void;
  readonly refuse: (cause: string, line: number) => void;
}

function lineSplitter({ add, refuse }: Owner): Splitter {
  return new LineReader(
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
}

function documentSplitter({ add, refuse }: Owner, rule: SplitRule | undefined): Splitter {
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
    end: () => {
      const { lines, cutOff } = scanner.end();
      if (cutOff) refuse("the list at the top is truncated", lines);
      return lines;
    },
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function parseScanned(
  scanned: ScannedValue,
): { readonly value: unknown } | { readonly reason: string } {
  if (scanned.bytes === undefined)
    return { reason: `a value is longer than ${MAX_VALUE_BYTES} bytes` };
  if (!scanned.complete) return { reason: "the JSON text is truncated" };
  try {
    const [first, ...others] = scanned.bytes;
    const whole = first !== undefined && others.length === 0 ? first : joined(scanned.bytes);
    return parseKeepingNumbers(decoder.decode(whole));
  } catch {
    return { reason: "the text is not valid UTF-8" };
  }
}
