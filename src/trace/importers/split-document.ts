/** Lists of a document that may be read in parts, each with what stands about the list. */
export interface SplitRule {
  /**
   * The lists, by the names of the members that hold them and the lists around them, outermost
   * first: `scopeSpans.spans`. The elements of such a list mean the same in any number of parts.
   */
  readonly lists: readonly string[];
  /** Members that tell of the elements of a list beside them, wherever they stand. */
  readonly about: readonly string[];
}

/** A part of a document that is a document of its own, and the rest, which has its beginning. */
export interface SplitDocument {
  readonly part: readonly Uint8Array[];
  readonly rest: Uint8Array;
  /** How many bytes of the rest were read already: what stands about the elements to come. */
  readonly head: number;
}

interface Container {
  readonly isList: boolean;
  /** Where its bracket stands. */
  readonly start: number;
  /** The member that holds it, or the list that holds its list. */
  readonly name: string;
  /** The names of the lists around it and its own. */
  readonly path: string;
  /** The comma behind its last whole element; behind its bracket where there is none. */
  end: number;
  /** Of an object: the member that was named last. */
  key: string;
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [34, 44, 58, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const TEXT = new TextDecoder();

/** The beginning of a document, with what stands open at its end. */
class OpenDocument {
  readonly open: Container[] = [];
  /** Lists that are whole, and may be read in parts. */
  readonly closed: { readonly start: number; readonly end: number }[] = [];
  /** Members that came behind the head, in objects that had begun in it. */
  readonly late = new Set<string>();
  readonly #bytes: Uint8Array;
  readonly #rule: SplitRule;
  readonly #head: number;

  constructor(bytes: Uint8Array, rule: SplitRule, head: number) {
    this.#bytes = bytes;
    this.#rule = rule;
    this.#head = head;
    this.#read();
  }

  isSplit(path: string): boolean {
    return this.#rule.lists.some((list) => path === list || path.endsWith(`.${list}`));
  }

  #read(): void {
    let text = 0;
    for (let at = 0; at < this.#bytes.length; at++) {
      const byte = this.#bytes[at];
      if (byte === QUOTE) {
        text = at;
        at = endOfText(this.#bytes, at);
      } else if (byte === COLON) this.#name(text, at);
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#begin(byte === OPEN_LIST, at);
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#close(at + 1);
      else if (byte === COMMA) this.#separate(at);
    }
  }

  #name(text: number, colon: number): void {
    const top = this.open.at(-1);
    if (top === undefined) return;
    const end = this.#bytes.subarray(text, colon).lastIndexOf(QUOTE);
    top.key = TEXT.decode(this.#bytes.subarray(text + 1, text + end));
    if (top.start < this.#head && colon >= this.#head) this.late.add(top.key);
  }

  #begin(isList: boolean, start: number): void {
    const above = this.open.at(-1);
    const name = above === undefined ? "" : above.isList ? above.name : above.key;
    const around = above?.path ?? "";
    const path = !isList ? around : around === "" ? name : `${around}.${name}`;
    this.open.push({ isList, start, name, path, end: start + 1, key: "" });
  }

  #close(end: number): void {
    const top = this.open.pop();
    if (top?.isList === true && this.isSplit(top.path)) this.closed.push({ start: top.start, end });
  }

  /** Ends an element of the list that is open. */
  #separate(comma: number): void {
    const top = this.open.at(-1);
    if (top?.isList === true) top.end = comma;
  }
}

/** Where the text ends that starts there: its closing quote, or the end of the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return at;
}

/**
 * The elements that the beginning of a document holds of a list that may be read in parts, the
 * outermost; undefined where none can be taken off. `head`: as the last split of this document gave
 * it, else 0.
 */
export function splitDocument(
  bytes: Uint8Array,
  rule: SplitRule,
  head: number,
): SplitDocument | undefined {
  const document = new OpenDocument(bytes, rule, head);
  const { open, closed } = document;
  const at = open.findIndex(({ isList, start, end }) => isList && end > start + 1);
  const list = open[at];
  // WHY not a list further in: what stands beside it in this one would be read with every part
  if (list === undefined || !document.isSplit(list.path)) return undefined;
  const closing = open
    .slice(0, at + 1)
    .map(({ isList }) => (isList ? CLOSE_LIST : CLOSE_OBJECT))
    .reverse();
  const told = withoutLists(bytes.subarray(0, list.start + 1), closed);
  return {
    part: [bytes.subarray(0, list.end), Uint8Array.from(closing)],
    rest: joined([...told, bytes.subarray(list.end + 1)]),
    head: told.reduce((sum, { length }) => sum + length, 0),
  };
}

/**
 * The members that tell of elements which were split off before, by a document whose beginning is
 * `head`.
 */
export function lateMembers(bytes: Uint8Array, rule: SplitRule, head: number): readonly string[] {
  const { late } = new OpenDocument(bytes, rule, head);
  return rule.about.filter((name) => late.has(name));
}

/** The bytes without the elements of lists that were read. */
function withoutLists(
  bytes: Uint8Array,
  lists: readonly { readonly start: number; readonly end: number }[],
): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of [...lists].sort((a, b) => a.start - b.start)) {
    if (start < from || end > bytes.length) continue;
    parts.push(bytes.subarray(from, start + 1));
    from = end - 1;
  }
  return [...parts, bytes.subarray(from)];
}

/** One run of bytes of several. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
