import { isExactNumber } from "../../text/exact-number.ts";
import { MAX_LINE_BYTES } from "../read-lines.ts";
import { parseTime } from "../../text/time.ts";
import type { Dictionary } from "./dictionary.ts";
import { COLUMN, type Layout } from "./layout.ts";
import { buildTree, HAS, SAYING, type Node } from "./line-scanner.ts";
import { Malformed, Rows, segmentOf } from "./rows.ts";
import type { ByteHost } from "./segment-builder.ts";
import type { Segment } from "./segment.ts";
import { MAX_DEPTH, MAX_KEYS } from "./skip-json.ts";
import {
  CALL,
  COMPARED,
  decodeLine,
  isTaken,
  keptTexts,
  NAMING,
  VALIDATED,
} from "./unusual-line.ts";

/** What `scanner.wasm.ts` exports. */
interface Scanner {
  readonly memory: WebAssembly.Memory;
  readonly rows: WebAssembly.Global;
  readonly line: WebAssembly.Global;
  readonly at: WebAssembly.Global;
  setTables(
    columns: number,
    count: number,
    type: number,
    root: number,
    time: number,
    effect: number,
  ): void;
  setRules(maxLine: number, decision: number, saying: number, call: number, keys: number): void;
  setRows(
    count: number,
    times: number,
    has: number,
    starts: number,
    ends: number,
    lines: number,
  ): void;
  setDay(text: number, start: number): void;
  link(node: number): void;
  room(bytes: number): number;
  reserve(from: number, bytes: number): void;
  begin(from: number, first: number, free: number): void;
  run(end: number): number;
  intern(column: number, from: number, length: number, depth: number): number;
  pack(column: number): void;
}

const NEWLINE = 10;
/** Read before they are taken out. */
const BATCH = 1024;
/** Where tables begin: address 0 is none. */
const BASE = 1024;
/** Bytes behind the last one that are read at once with it. */
const SLACK = 64;

// as in scanner.wasm.ts
const NODE = {
  bytes: 112,
  column: 24,
  kind: 28,
  bit: 32,
  rest: 36,
  depth: 40,
  parent: 44,
  table: 48,
  mask: 52,
  key: 56,
  length: 60,
  whole: 104,
  properties: 108,
} as const;
const SPEC = {
  bytes: 64,
  node: 0,
  flags: 4,
  size: 20,
  codes: 40,
  pool: 44,
  offsets: 48,
  depths: 52,
} as const;
const FLAG = { presence: 1, followed: 2, naming: 4, compared: 8, validated: 16 } as const;
const KEY_BYTES = 16;
const UNUSUAL = 1;

/** Where a piece stands in the memory. */
interface Stretch {
  readonly from: number;
  readonly end: number;
}

function flagsOf({ columns }: Layout, column: number): number {
  return (
    (columns[column]?.keep === "presence" ? FLAG.presence : 0) |
    (column > COLUMN.id ? FLAG.followed : 0) |
    (NAMING.has(column) ? FLAG.naming : 0) |
    (COMPARED.has(column) ? FLAG.compared : 0) |
    (VALIDATED.has(column) ? FLAG.validated : 0)
  );
}

/** Puts the tables of a layout into the scanner's memory, one behind the other. */
class Tables {
  #end = BASE;
  readonly #scanner: Scanner;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly nodes = new Map<number, number>();

  constructor(scanner: Scanner, { columns }: Layout) {
    this.#scanner = scanner;
    // WHY room for all of them first: memory that grows later would move the views under whoever
    // fills it
    scanner.room(
      BASE +
        columns.reduce(
          (sum, { path }) =>
            sum + 4 * BATCH + path.reduce((bytes, key) => bytes + 512 + 4 * key.length, 1024),
          64 * BATCH,
        ) +
        KEY_BYTES * MAX_KEYS * (MAX_DEPTH + 1),
    );
    this.#view = new DataView(scanner.memory.buffer);
    this.#bytes = new Uint8Array(scanner.memory.buffer);
  }

  get end(): number {
    return this.#end;
  }

  take(bytes: number): number {
    const at = this.#end;
    this.#end = (at + bytes + 15) & ~15;
    return at;
  }

  set(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  text(text: Uint8Array): number {
    const at = this.take(text.length + SLACK);
    this.#bytes.set(text, at);
    return at;
  }

  /** The address of a node and all below it. */
  node(node: Node, parent: number): number {
    const at = this.take(NODE.bytes);
    const slots = 2 ** Math.ceil(Math.log2(2 * node.children.length + 1));
    this.set(at + NODE.column, node.column >= 0 ? 1 : 0);
    this.set(at + NODE.kind, node.kind);
    this.set(at + NODE.bit, node.bit);
    this.set(at + NODE.depth, node.depth);
    this.set(at + NODE.parent, parent);
    this.set(at + NODE.table, this.take(4 * slots));
    this.set(at + NODE.mask, slots - 1);
    this.set(at + NODE.key, this.text(node.key));
    this.set(at + NODE.length, node.key.length);
    if (parent !== 0) this.#scanner.link(at);
    if (node.column >= 0) this.nodes.set(node.column, at);
    if (node.rest >= 0) {
      const rest = this.take(NODE.bytes);
      this.set(rest + NODE.depth, node.depth);
      this.set(at + NODE.rest, rest);
      this.nodes.set(node.rest, rest);
    }
    for (const child of node.children) this.#named.set(child, this.node(child, at));
    this.set(at + NODE.whole, node.whole ? 1 : 0);
    if (node.properties !== undefined)
      this.set(at + NODE.properties, this.#named.get(node.properties) ?? 0);
    return at;
  }

  readonly #named = new Map<Node, number>();

  child(node: Node, key: string): number {
    const found = node.children.find((child) => String.fromCharCode(...child.key) === key);
    return (found === undefined ? undefined : this.#named.get(found)) ?? 0;
  }
}

/**
 * Reads whole lines into columns as `SegmentBuilder` does, usual lines by compiled code on bytes in
 * its own memory. INVARIANT: the same bytes give the same segment
 * (`test/trace/columns/compiled.test.ts`).
 */
export class CompiledBuilder {
  readonly #layout: Layout;
  readonly #host: ByteHost;
  readonly #scanner: Scanner;
  readonly #columns: number;
  readonly #batch: {
    readonly times: number;
    readonly has: number;
    readonly starts: number;
    readonly ends: number;
    readonly lines: number;
    readonly codes: number;
  };
  readonly #input: number;
  readonly #rows: Rows;
  #malformed = new Malformed();
  /** The memory, or what it was before it grew. */
  #bytes: Uint8Array;
  /** Rows of the batch that were unusual. */
  readonly #whole = new Uint8Array(BATCH);

  constructor(layout: Layout, host: ByteHost, code: WebAssembly.Module) {
    this.#layout = layout;
    this.#host = host;
    this.#rows = new Rows(layout.columns.length);
    const imports = {
      judge: (column = 0, from = 0, to = 0) =>
        isTaken(column, this.#memory().subarray(from, to)) ? 1 : 0,
      time: (from = 0, to = 0) => this.#time(from, to),
      exact: (from = 0, to = 0) =>
        isExactNumber(this.#host.ascii(this.#memory(), from, to)) ? 1 : 0,
    };
    this.#scanner = new WebAssembly.Instance<Scanner>(code, { host: imports }).exports;
    const count = layout.columns.length;
    const tables = new Tables(this.#scanner, layout);
    const tree = buildTree(layout);
    const root = tables.node(tree, 0);
    const decision = tree.children.find(({ bit }) => bit === HAS.decision);
    this.#columns = tables.take(SPEC.bytes * count);
    this.#batch = {
      times: tables.take(8 * BATCH),
      has: tables.take(2 * BATCH),
      starts: tables.take(4 * BATCH),
      ends: tables.take(4 * BATCH),
      lines: tables.take(4 * BATCH),
      codes: tables.take(4 * BATCH * count),
    };
    layout.columns.forEach((_, column) => {
      const at = this.#columns + SPEC.bytes * column;
      tables.set(at + SPEC.node, tables.nodes.get(column) ?? 0);
      tables.set(at + SPEC.flags, flagsOf(layout, column));
      tables.set(at + SPEC.codes, this.#batch.codes + 4 * BATCH * column);
    });
    const { times, has, starts, ends, lines } = this.#batch;
    this.#scanner.setTables(
      this.#columns,
      count,
      COLUMN.type,
      root,
      tables.child(tree, "time"),
      decision === undefined ? 0 : tables.child(decision, "effect"),
    );
    this.#scanner.setRules(
      MAX_LINE_BYTES,
      HAS.decision,
      SAYING,
      tables.text(CALL),
      tables.take(KEY_BYTES * MAX_KEYS * (MAX_DEPTH + 1)),
    );
    this.#scanner.setRows(BATCH, times, has, starts, ends, lines);
    this.#input = tables.end;
    this.#bytes = new Uint8Array(this.#scanner.memory.buffer);
  }

  /** The memory as it is now. */
  #memory(): Uint8Array {
    const { buffer } = this.#scanner.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer);
    return this.#bytes;
  }

  /**
   * Where bytes to read can stand, so that they need not be copied; what stood there before stays.
   * It lasts until the next call of anything here.
   */
  input(length: number): Uint8Array {
    this.#scanner.reserve(this.#input, length + SLACK);
    return this.#memory().subarray(this.#input, this.#input + length);
  }

  /**
   * Reads `bytes`, whole lines, which stand at `offset` of their file; `first`: they are its first
   * ones.
   */
  build(bytes: Uint8Array, offset: number, first: boolean): Segment {
    const inside = bytes.buffer === this.#scanner.memory.buffer && bytes.byteOffset >= this.#input;
    const length = bytes.length;
    if (!inside) this.input(length).set(bytes);
    const from = inside ? bytes.byteOffset : this.#input;
    return this.#build(from, length, { offset, first });
  }

  #build(
    from: number,
    length: number,
    { offset, first }: { readonly offset: number; readonly first: boolean },
  ): Segment {
    const scanner = this.#scanner;
    const end = from + length;
    const bytes = this.#memory();
    const text = this.#host.isUtf8(bytes.subarray(from, end));
    const marked =
      first &&
      length >= 3 &&
      bytes[from] === 0xef &&
      bytes[from + 1] === 0xbb &&
      bytes[from + 2] === 0xbf;
    scanner.begin(from, marked ? from + 3 : from, end);
    if (length > 0) this.#memory()[end] = 0;
    if (text) this.#lines(end, { from, end });
    else this.#mixedLines({ from, end });
    this.#takeOut();
    const segment = segmentOf(this.#rows, {
      layout: this.#layout,
      dictionaries: this.#dictionaries(),
      offset,
      bytes: length,
      lineCount: scanner.line.value,
      malformed: this.#malformed,
    });
    this.#rows.length = 0;
    this.#malformed = new Malformed();
    return segment;
  }

  /** Reads the lines that start before `stop`. */
  #lines(stop: number, piece: Stretch): void {
    for (let why = this.#scanner.run(stop); why !== 0; why = this.#scanner.run(stop)) {
      if (why === UNUSUAL) this.#unusual(piece);
      else this.#takeOut();
    }
  }

  /** The same for a whole piece in which some line is no UTF-8: such a line is unusual. */
  #mixedLines(piece: Stretch): void {
    const { at } = this.#scanner;
    while (at.value < piece.end) {
      const bytes = this.#memory().subarray(0, piece.end);
      const found = bytes.indexOf(NEWLINE, at.value);
      if (this.#host.isUtf8(bytes.subarray(at.value, found < 0 ? piece.end : found)))
        this.#lines(at.value + 1, piece);
      else this.#unusual(piece);
    }
  }

  /** Reads the line that comes next as every reader of traces does. */
  #unusual(piece: Stretch): void {
    const { at, line, rows } = this.#scanner;
    if (rows.value === BATCH) this.#takeOut();
    const start = at.value;
    const bytes = this.#memory().subarray(0, piece.end);
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? piece.end : found;
    const event = decodeLine(bytes.subarray(start, end));
    if (typeof event === "string") this.#malformed.add(line.value, event);
    else if (event !== undefined) {
      const row = rows.value;
      const texts = keptTexts(event, this.#layout).map(
        ([column, text]) => [column, this.#intern(column, text)] as const,
      );
      const view = new DataView(this.#memory().buffer);
      const { times, has, starts, ends, lines, codes } = this.#batch;
      for (let column = 0; column < this.#layout.columns.length; column++)
        view.setUint32(codes + 4 * (BATCH * column + row), 0, true);
      for (const [column, code] of texts)
        view.setUint32(codes + 4 * (BATCH * column + row), code, true);
      view.setFloat64(times + 8 * row, event.time ?? NaN, true);
      view.setUint16(has + 2 * row, event.request.action === undefined ? 0 : HAS.action, true);
      view.setUint32(starts + 4 * row, start - piece.from, true);
      view.setUint32(ends + 4 * row, end - piece.from, true);
      view.setUint32(lines + 4 * row, line.value, true);
      this.#whole[row] = 1;
      rows.value = row + 1;
    }
    line.value++;
    at.value = end + 1;
  }

  #intern(column: number, text: Uint8Array): number {
    const at = this.#scanner.room(text.length + SLACK);
    this.#memory().set(text, at);
    return this.#scanner.intern(this.#columns + SPEC.bytes * column, at, text.length, 1);
  }

  /** Takes the rows that were read out of the batch. */
  #takeOut(): void {
    const count = this.#scanner.rows.value;
    const rows = this.#rows;
    const { buffer } = this.#scanner.memory;
    const { times, has, starts, ends, lines, codes } = this.#batch;
    rows.reserve(rows.length + count);
    rows.times.set(new Float64Array(buffer, times, count), rows.length);
    rows.has.set(new Uint16Array(buffer, has, count), rows.length);
    rows.starts.set(new Uint32Array(buffer, starts, count), rows.length);
    rows.ends.set(new Uint32Array(buffer, ends, count), rows.length);
    rows.lines.set(new Uint32Array(buffer, lines, count), rows.length);
    rows.codes.forEach((column, i) =>
      column.set(new Uint32Array(buffer, codes + 4 * BATCH * i, count), rows.length),
    );
    rows.whole.set(this.#whole.subarray(0, count), rows.length);
    this.#whole.fill(0);
    rows.length += count;
    this.#scanner.rows.value = 0;
  }

  #dictionaries(): readonly Dictionary[] {
    const addresses = this.#layout.columns.map((_, column) => this.#columns + SPEC.bytes * column);
    for (const address of addresses) this.#scanner.pack(address);
    const { buffer } = this.#scanner.memory;
    const view = new DataView(buffer);
    return addresses.map((address) => {
      const [size, pool, offsets, depths] = [SPEC.size, SPEC.pool, SPEC.offsets, SPEC.depths].map(
        (field) => view.getUint32(address + field, true),
      );
      const starts = new Uint32Array(buffer, offsets, (size ?? 0) + 1).slice();
      return {
        size: size ?? 0,
        pool: new Uint8Array(buffer, pool, starts[size ?? 0]).slice(),
        offsets: starts,
        depths: new Uint8Array(buffer, depths, size).slice(),
      };
    });
  }

  /** A time that is not of the day known before; NaN where it is none. */
  #time(from: number, to: number): number {
    const text = this.#host.ascii(this.#memory(), from, to);
    const time = parseTime(text);
    if (time === undefined) return NaN;
    const start =
      text[10] === "T" && text.endsWith("Z")
        ? parseTime(`${text.slice(0, 11)}00:00:00Z`)
        : undefined;
    if (start !== undefined) this.#scanner.setDay(from, start);
    return time;
  }
}
