import { isUtf8 } from "node:buffer";
import type { ColumnMetaData } from "hyparquet";
import { isExactNumber } from "../text/exact-number.ts";
import { parseTime } from "../text/time.ts";
import { skipValue } from "../trace/columns/skip-json.ts";
import type { TableColumn, TableRows } from "../trace/columns/table-builder.ts";
import { MAX_LINE_BYTES } from "../trace/read-lines.ts";
import type { TableGroup, TableNode } from "./parquet-table.ts";
import { instantOf } from "./parquet-values.ts";

const encoder = new TextEncoder();
const [QUOTE, BACKSLASH, SPACE, N] = [34, 92, 32, 110];
/** An escape in JSON takes six characters for one byte at most. */
const ESCAPE = 6;
/** No number, truth or time has more characters, decimals aside. */
const SHORT = 40;
/** Numbers up to this one are exact in a double. */
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Whether bytes stand in a JSON text as they are. */
function isPlain(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) return false;
  }
  return isUtf8(bytes);
}

function isWithin(value: unknown): boolean {
  return typeof value === "bigint" && value <= MOST_EXACT && value >= -MOST_EXACT;
}

/** Whether a file says of a column of whole numbers that a double holds each of them. */
function areExact({ type, statistics }: ColumnMetaData): boolean {
  if (type === "BOOLEAN" || type === "INT32") return true;
  const { min_value: min, max_value: max } = statistics ?? {};
  return type === "INT64" && isWithin(min) && isWithin(max);
}

/** Whether a number or a time has a usual text; undefined: it has to be written to tell. */
function isShort({ kind, isScaled, units }: TableNode, value: unknown): boolean | undefined {
  if (units !== undefined) return instantOf(units, value) !== undefined || undefined;
  if (kind !== "number" || isScaled) return undefined;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "bigint") return undefined;
  return isWithin(value) || isExactNumber(String(value));
}

/** The rows of a group as a reader of its columns is given them. */
export class GroupRows implements TableRows<TableNode> {
  readonly #group: TableGroup;
  readonly #roots: readonly TableNode[];
  /** By value: the most bytes that one of its texts has. */
  readonly #longest = new Map<TableNode, number>();
  #text = new Uint8Array(256);

  constructor(group: TableGroup, roots: readonly TableNode[]) {
    this.#group = group;
    this.#roots = roots;
  }

  readonly column = (node: TableNode): TableColumn => this.#group.column(node);

  readonly levels = (node: TableNode): Uint8Array => this.#group.levels(node);

  /** Until it is asked for the next one. */
  readonly json = (node: TableNode, code: number): Uint8Array | undefined => {
    const value = this.#group.column(node).values[code];
    if (node.isText && value instanceof Uint8Array && isPlain(value))
      return this.#quoted(node, value);
    return this.#usual(node, node.write?.(value));
  };

  /** A text in its quotes. */
  #quoted(node: TableNode, bytes: Uint8Array): Uint8Array {
    const length = bytes.length + 2;
    this.#note(node, length);
    if (this.#text.length < length) this.#text = new Uint8Array(2 * length);
    this.#text[0] = this.#text[length - 1] = QUOTE;
    this.#text.set(bytes, 1);
    return this.#text.subarray(0, length);
  }

  /** A JSON text as bytes; undefined where a reader of its line looks at it twice. */
  #usual(node: TableNode, text: string | undefined): Uint8Array | undefined {
    const bytes = encoder.encode(text ?? "");
    this.#note(node, bytes.length);
    // a null member is not there
    const isValue = bytes.length > 0 && bytes[0] !== N;
    return isValue && skipValue(bytes, 0, node.path.length - 1) === bytes.length
      ? bytes
      : undefined;
  }

  #note(node: TableNode, length: number): void {
    if (length > (this.#longest.get(node) ?? 0)) this.#longest.set(node, length);
  }

  readonly isUsual = (node: TableNode, code: number): boolean => {
    const value = this.#group.column(node).values[code];
    if (node.isText && value instanceof Uint8Array) {
      this.#note(node, ESCAPE * value.length + 2);
      return isUtf8(value);
    }
    const isUsual = isShort(node, value);
    if (isUsual === undefined) return this.json(node, code) !== undefined;
    this.#note(node, SHORT);
    return isUsual;
  };

  readonly isSure = (node: TableNode): boolean => {
    const meta = this.#group.meta(node);
    const isPlainNumber = node.kind === "truth" || (node.kind === "number" && !node.isScaled);
    if (meta === undefined || !isPlainNumber || !areExact(meta)) return false;
    this.#note(node, SHORT);
    return true;
  };

  readonly object = (node: TableNode, row: number): Uint8Array | undefined =>
    this.#usual(node, this.#group.text(node, row));

  readonly time = (node: TableNode, code: number): number | undefined => {
    const value = this.#group.column(node).values[code];
    const quick = node.units === undefined ? undefined : instantOf(node.units, value);
    if (quick !== undefined) {
      this.#note(node, SHORT);
      return quick;
    }
    const text = node.write?.(value);
    // as it stands in the line, with its escapes
    this.#note(node, (text?.length ?? 0) * 3);
    return text === undefined ? undefined : parseTime(text.slice(1, -1));
  };

  readonly line = (row: number): Uint8Array => encoder.encode(this.#group.object(this.#roots, row));

  readonly mayBeLong = (): boolean => {
    let bytes = 2;
    const add = (nodes: readonly TableNode[]): void => {
      for (const node of nodes) {
        bytes += node.key.length * 3 + 3 + (this.#longest.get(node) ?? 0);
        add(node.below);
      }
    };
    add(this.#roots);
    return bytes > MAX_LINE_BYTES;
  };
}
