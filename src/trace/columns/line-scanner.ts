import { COLUMN, readsWhole, type Layout } from "./layout.ts";
import { endOfKey, MAX_DEPTH, noteKey, skipColon, skipSpace, skipValue } from "./skip-json.ts";

/** A member of the event on the way to some column. */
export interface Node {
  readonly key: Uint8Array;
  readonly depth: number;
  /** Which child of its parent it is. */
  place: number;
  /** The column that ends here; -1: only its members are columns. */
  column: number;
  /** The columns below this node of which it matters how far their paths could be followed. */
  readonly below: number[];
  /**
   * The place of the child that is looked for next: events of a trace name their members in one
   * order.
   */
  next: number;
  readonly children: Node[];
  /** The line in which the member was seen last: a member given twice is unusual. */
  seen: number;
  /** What its value must begin with: 0 anything, 1 an object, 2 a string, 3 a number. */
  kind: number;
  /** Its bit in {@link LineScanner.has}. */
  bit: number;
  /**
   * The column that holds the whole of it where it has `properties`, or members which are no columns
   * and it is read as a `whole`; -1: none.
   */
  rest: number;
  whole: boolean;
  properties: Node | undefined;
}

const encoder = new TextEncoder();

function node(key: string, depth: number): Node {
  return {
    key: encoder.encode(key),
    depth,
    place: 0,
    column: -1,
    below: [],
    next: 0,
    children: [],
    seen: -1,
    kind: 0,
    bit: 0,
    rest: -1,
    whole: false,
    properties: undefined,
  };
}

/** Bits of {@link LineScanner.has}. */
export const HAS = {
  action: 1,
  subject: 2,
  resource: 4,
  args: 8,
  unrecorded: 16,
  outcome: 32,
  decision: 64,
  parent: 128,
  session: 256,
  context: 512,
} as const;
/** A call has one of these. */
export const SAYING = HAS.action | HAS.subject | HAS.resource | HAS.args | HAS.unrecorded;

/**
 * Members of the event whose values must be of one kind for the line to be an event
 * (`decodeEvent`).
 */
export const KINDS: readonly (readonly [kind: number, paths: readonly (readonly string[])[]])[] = [
  [
    1,
    [
      ["args"],
      ["context"],
      ["outcome"],
      ["decision"],
      ["subject"],
      ["action"],
      ["resource"],
      ["labels"],
    ],
  ],
  [
    2,
    [
      ["id"],
      ["type"],
      ["session"],
      ["parent"],
      ["time"],
      ["decision", "policy"],
      ["decision", "rule"],
      ["decision", "pdp"],
      ["decision", "effect"],
      ["subject", "type"],
      ["subject", "id"],
      ["action", "kind"],
      ["action", "server"],
      ["action", "name"],
      ["resource", "type"],
      ["resource", "id"],
    ],
  ],
  [3, [["decision", "ms"]]],
];

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The node of a path, made where it is not there; `column` is added to those on the way. */
function place(root: Node, path: readonly string[], column: number): Node {
  let at = root;
  for (const [i, key] of path.entries()) {
    const fresh = node(key, i + 1);
    let child = at.children.find((one) => sameBytes(one.key, fresh.key));
    if (child === undefined) {
      child = fresh;
      child.place = at.children.push(child) - 1;
    }
    if (column > COLUMN.id) child.below.push(column);
    at = child;
  }
  return at;
}

function placeRest(
  root: Node,
  layout: Layout,
  { path, column }: { readonly path: readonly string[]; readonly column: number },
): void {
  const entity = place(root, path, -1);
  entity.rest = column;
  entity.whole = readsWhole(layout, path[0] ?? "");
  entity.properties = place(root, [...path, "properties"], -1);
}

/**
 * The members of the event that a layout asks for or whose values must be of one kind, as a tree.
 */
export function buildTree(layout: Layout): Node {
  const root = node("", 0);
  layout.columns.forEach(({ path, keep }, column) => {
    if (keep === "rest") placeRest(root, layout, { path, column });
    else place(root, path, column).column = column;
  });
  for (const [kind, paths] of KINDS) for (const path of paths) place(root, path, -1).kind = kind;
  for (const [name, bit] of Object.entries(HAS)) place(root, [name], -1).bit = bit;
  return root;
}

const [QUOTE, OPEN, CLOSE, COMMA, N, MINUS, ZERO, NINE] = [34, 123, 125, 44, 110, 45, 48, 57];

/** Whether a value that begins with a byte is of a kind of {@link KINDS}. */
export function fits(kind: number, first: number | undefined): boolean {
  if (kind === 1) return first === OPEN;
  return kind === 2
    ? first === QUOTE
    : first === MINUS || (first !== undefined && first >= ZERO && first <= NINE);
}

/**
 * Finds the columns of a layout in one line of JSON without building a value of it: the whole line
 * is checked against the grammar, and only where the columns' texts stand is noted. Bytes are
 * UTF-8, checked by whoever reads them.
 *
 * INVARIANT: `scan` is true only for a line that `JSON.parse` takes, and then every column is what
 * a reader of the parsed value would find. Anything unusual (a member given twice, wherever it
 * stands, an escape in a key, deep nesting, a member of the event of the wrong kind) is false, and
 * read by `JSON.parse` instead.
 */
export class LineScanner {
  /**
   * For each column: how deep its path could be followed, and where the text there stands (equal:
   * an object ended it).
   */
  readonly depths: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Where the text of the time stands, without its quotes; from 0: there is none. */
  timeFrom = 0;
  timeTo = 0;
  /** Which members of the event are there, whatever they hold: bits as in {@link HAS}. */
  has = 0;
  readonly root: Node;
  readonly time: Node;
  line = 0;

  constructor(layout: Layout) {
    const count = layout.columns.length;
    this.depths = new Uint8Array(count);
    this.from = new Int32Array(count);
    this.to = new Int32Array(count);
    this.root = buildTree(layout);
    this.time = place(this.root, ["time"], -1);
  }

  /**
   * Whether the line between `start` and `end` (where its newline stands) is usual; then the fields
   * tell of it.
   */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.line++;
    this.depths.fill(0);
    this.timeFrom = this.timeTo = this.has = 0;
    const at = skipSpace(bytes, start);
    if (bytes[at] !== OPEN) return false;
    const behind = scanObject(this, bytes, at + 1, this.root);
    return behind >= 0 && skipSpace(bytes, behind) === end;
  }
}

// WHY functions that pass the offset on, and no methods that keep it: they run for every byte of a
// trace

/** An object whose members are looked up below `parent`; `at` is behind its brace. */
function scanObject(scanner: LineScanner, bytes: Uint8Array, at: number, parent: Node): number {
  const start = at - 1;
  at = skipSpace(bytes, at);
  if (bytes[at] === CLOSE) return at + 1;
  const strange: number[] = [];
  parent.next = 0;
  for (;;) {
    if (bytes[at] !== QUOTE) return -1;
    const from = at + 1;
    let child = parent.children[parent.next];
    let to = child === undefined ? 0 : from + child.key.length;
    if (child === undefined || bytes[to] !== QUOTE || !isKey(child.key, bytes, from)) {
      to = endOfKey(bytes, from);
      if (to < 0) return -1;
      child = findChild(parent, bytes, from, to);
    }
    at = skipColon(bytes, to + 1);
    if (at < 0) return -1;
    if (child === undefined) {
      if (!noteKey(strange, bytes, from, to)) return -1;
      at = skipValue(bytes, at, parent.depth);
    } else {
      parent.next = child.place + 1;
      at = scanMember(scanner, bytes, at, child);
    }
    if (at < 0) return -1;
    if (bytes[at] !== COMMA) {
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE) {
        if (keepsRest(parent, strange.length > 0, scanner.line))
          keepWhole(scanner, parent, start, at + 1);
        return at + 1;
      }
      if (bytes[at] !== COMMA) return -1;
    }
    at = skipSpace(bytes, at + 1);
  }
}

function keepsRest({ rest, whole, properties }: Node, strange: boolean, line: number): boolean {
  return rest >= 0 && ((whole && strange) || properties?.seen === line);
}

function keepWhole(scanner: LineScanner, { rest, depth }: Node, from: number, to: number): void {
  scanner.depths[rest] = depth;
  scanner.from[rest] = from;
  scanner.to[rest] = to;
}

/** The child with a key, wherever it stands. */
function findChild(
  { children }: Node,
  bytes: Uint8Array,
  from: number,
  to: number,
): Node | undefined {
  for (let i = 0; i < children.length; i++) {
    const child = children[i];
    if (child !== undefined && child.key.length === to - from && isKey(child.key, bytes, from))
      return child;
  }
  return undefined;
}

function isKey(key: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[from + i]) return false;
  return true;
}

/** A member on the way to a column: notes what stands there. */
function scanMember(scanner: LineScanner, bytes: Uint8Array, at: number, child: Node): number {
  if (child.seen === scanner.line) return -1;
  child.seen = scanner.line;
  const first = bytes[at] ?? 0;
  // a null member is not there (design 3.5)
  if (first === N) return skipValue(bytes, at, 0);
  scanner.has |= child.bit;
  if (child.kind !== 0 && !fits(child.kind, first)) return -1;
  if (child.column < 0 && first === OPEN) {
    mark(scanner, child, 0, 0);
    return child.depth < MAX_DEPTH ? scanObject(scanner, bytes, at + 1, child) : -1;
  }
  const behind = skipValue(bytes, at, child.depth);
  if (behind < 0) return -1;
  mark(scanner, child, at, behind);
  if (child.column >= 0) {
    scanner.depths[child.column] = child.depth;
    scanner.from[child.column] = at;
    scanner.to[child.column] = behind;
  }
  if (child === scanner.time) {
    scanner.timeFrom = at + 1;
    scanner.timeTo = behind - 1;
  }
  return behind;
}

function mark(scanner: LineScanner, { below, depth }: Node, from: number, to: number): void {
  for (let i = 0; i < below.length; i++) {
    const column = below[i] ?? 0;
    scanner.depths[column] = depth;
    scanner.from[column] = from;
    scanner.to[column] = to;
  }
}
