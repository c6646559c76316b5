import type { Span } from "../text/span.ts";
import { count } from "../text/count.ts";
import { quoted } from "../text/quoted.ts";
import { spliced } from "../text/splice.ts";
import { requoted } from "./requote.ts";

/**
 * What people write into YAML as if it were plain text, and YAML reads otherwise: conditions
 * without quotes above all. Looked for only where a document is not well-formed, to say what to do
 * and to read the rest of it.
 */
export interface Slip {
  /** Of the whole value, so that it can be left out. */
  readonly span: Span;
  /** Of what YAML reads otherwise. */
  readonly at: Span;
  readonly message: string;
  readonly help: string;
  /** Whether it holds other fields, so that the rest says nothing without it. */
  readonly holdsFields: boolean;
}

/** Fields that hold a condition. */
const CONDITIONS: ReadonlySet<string> = new Set(["when", "add", "key"]);

/** What to do with a text that YAML reads otherwise, at a YAML path or under a key. */
export function quoteHelp(path: string): string {
  const key = /(\w+)(?:\[\d+\])*$/.exec(path)?.[1] ?? "when";
  if (path.endsWith("]")) return "put the text in quotes";
  const what = CONDITIONS.has(key) ? "the condition" : "the text";
  return `put ${what} in quotes, or write it as a block (\`${key}: >-\`)`;
}

interface Sign {
  /** From the value's start. */
  readonly from: number;
  readonly length: number;
  readonly message: string;
  readonly help?: string;
}

const LEADING: ReadonlyMap<string, string> = new Map([
  ["!", "`!` begins a tag in YAML"],
  ["&", "`&` begins an anchor in YAML"],
  ["*", "`*` begins an alias in YAML"],
  ["%", "in YAML an unquoted text cannot begin with `%`"],
  ["@", "in YAML an unquoted text cannot begin with `@`"],
  ["`", "in YAML an unquoted text cannot begin with a backtick"],
  ["|", "`|` begins a block of text in YAML"],
  [">", "`>` begins a block of text in YAML"],
  ["[", "`[` begins a list in YAML"],
  ["{", "`{` begins a map in YAML"],
  ["-", "`- ` begins a list in YAML"],
  ["?", "`? ` begins a key in YAML"],
]);

const BLOCK_HEADER = /^[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$/;
const QUOTED = /^(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")[ \t]*(?:[ \t]#.*)?$/s;
const BAD_ESCAPE = /\\(?![0abtnvfre "/\\N_LPxuU\r\n\t])./s;

/** What to do with an escape that YAML does not know. */
function escapeHelp(value: string, key: string, unit: string): string {
  if (unit === "\\'") return "write `'` without a backslash";
  const double = `in double quotes it is \`\\${unit}\``;
  // in single quotes those within would end the text
  if (value.includes("'")) return `write it as a block (\`${key}: >-\`); ${double}`;
  return `${quoteHelp(key).replace("in quotes", "in single quotes")}; ${double}`;
}

/** The escape in double quotes that YAML does not know; what stands before it is known. */
function badEscape(value: string, key: string): Sign | undefined {
  for (let at = value.indexOf("\\"); at >= 0; at = value.indexOf("\\", at + 2)) {
    const unit = value.slice(at, at + 2);
    if (!BAD_ESCAPE.test(unit)) continue;
    const message = `${quoted(unit)} is not an escape sequence in YAML's double quotes`;
    const help = escapeHelp(value, key, unit);
    return { from: at, length: 2, message, help };
  }
  return undefined;
}

/** What to do with a text that begins with a quote and does not end at the next one. */
function innerQuotesHelp(value: string, key: string): string {
  const isCondition = CONDITIONS.has(key);
  const fixed = requoted(value, isCondition);
  if (fixed !== undefined) return `write \`${key}: ${fixed}\``;
  const quote = value.charAt(0);
  const inner = quote === "'" ? "''" : '\\"';
  const what = isCondition ? "the condition" : "the text";
  return `write ${what} as a block (\`${key}: >-\`), or each \`${quote}\` within it as \`${inner}\``;
}

function quoteSign(value: string, key: string): Sign | undefined {
  if (QUOTED.test(value)) return value.startsWith('"') ? badEscape(value, key) : undefined;
  return {
    help: innerQuotesHelp(value, key),
    from: 0,
    length: 1,
    message: "in YAML a text that begins with a quote ends at the next quote",
  };
}

function leadingSign(value: string, key: string): Sign | undefined {
  const first = value.charAt(0);
  if (first === "'" || first === '"') return quoteSign(value, key);
  const message = LEADING.get(first);
  if (message === undefined || BLOCK_HEADER.test(value)) return undefined;
  if ((first === "-" || first === "?") && !/^.[ \t]/.test(value)) return undefined;
  // a list or map is what other fields hold
  if ((first === "[" || first === "{") && !CONDITIONS.has(key)) return undefined;
  return { from: 0, length: 1, message };
}

/**
 * What YAML reads otherwise in the text of a value; `inFlow`: within braces, where commas and
 * brackets end it.
 */
function signOf(value: string, key: string, inFlow: boolean): Sign | undefined {
  const leading = leadingSign(value, key);
  if (leading !== undefined || /^['"]/.test(value) || BLOCK_HEADER.test(value)) return leading;
  const colon = /:(?=\s|$)/.exec(value);
  if (colon !== null) return { from: colon.index, length: 1, message: "`: ` begins a map in YAML" };
  const ending = inFlow ? /[[\]{},]/.exec(value) : null;
  if (ending !== null) {
    const message = `within braces ${quoted(ending[0])} ends an unquoted text in YAML`;
    return { from: ending.index, length: 1, message };
  }
  const comment = /[ \t]#[^\n]*\n\s*\S/.exec(value);
  return comment === null
    ? undefined
    : {
        from: comment.index + 1,
        length: 1,
        message: "` #` begins a comment in YAML, which ends the text",
      };
}

const KEY_LINE = /\n([ ]+)([A-Za-z_][\w-]*):(?=[ \t\r\n]|$)/;

export const SAME_COLUMN = "indent the fields of one map by the same number of spaces";

/** Two fields that stand beside each other, at two columns. */
export interface Columns {
  readonly above: { readonly key: string; readonly column: number };
  readonly key: string;
  readonly column: number;
}

/** What is wrong with two fields beside each other at two columns, and what to do. */
export function columnsFault({ above, key, column }: Columns): Pick<Slip, "message" | "help"> {
  const message = `\`${key}\` is indented by ${count(column, "column")}, \`${above.key}\` above it by ${above.column}`;
  return { message, help: SAME_COLUMN };
}

/** Whether a text without what follows is a whole value: text, or a list or map that is closed. */
function isWhole(text: string): boolean {
  const depth = [...text].reduce((n, char) => n + ("[{".includes(char) ? 1 : 0), 0);
  const closed = [...text].reduce((n, char) => n + ("]}".includes(char) ? 1 : 0), 0);
  return /^['"]/.test(text) ? QUOTED.test(text) : depth === closed;
}

/** A field that stands further in than the one above it, so that YAML takes it for its text. */
function columnSign({ key: above, column, text }: Value): Sign | undefined {
  const match = KEY_LINE.exec(text);
  if (match === null || !isWhole(text.slice(0, match.index).trimEnd())) return undefined;
  const [, indent = "", key = ""] = match;
  const { message, help } = columnsFault({
    above: { key: above, column },
    key,
    column: indent.length,
  });
  return {
    from: match.index + 1 + indent.length,
    length: key.length,
    message,
    help: `${help}; if this is a part of the text, ${quoteHelp(above)}`,
  };
}

const OPENING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/**
 * Where a condition ends that stands within braces: at a comma or a bracket that it does not open
 * itself.
 */
function flowEnd(text: string): number {
  const open: string[] = [];
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "\\") i++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (OPENING.has(char)) open.push(OPENING.get(char) ?? "");
    else if (char === open.at(-1)) open.pop();
    else if (open.length === 0 && /[,}\]]/.test(char)) return i;
  }
  return text.length;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

function* linesOf(text: string, span: Span): Generator<Line> {
  for (let start = span.start; start < span.end; ) {
    const next = text.indexOf("\n", start);
    const end = next < 0 || next >= span.end ? span.end : next;
    yield { start, text: text.slice(start, end).replace(/\r$/, "") };
    start = end + 1;
  }
}

interface Value {
  readonly key: string;
  /** Of the key in its line. */
  readonly column: number;
  /** The lines that it is made of, from its first character. */
  readonly lines: readonly Line[];
  /** Its lines with `\n` between them. */
  readonly text: string;
  readonly inFlow: boolean;
  /** Whether it begins in a line below its key. */
  readonly isBelow: boolean;
}

/** Where an offset of a value's text stands in the file: its lines may end in more than `\n`. */
function offsetIn({ lines }: Value, offset: number): number {
  let left = offset;
  for (const { start, text } of lines) {
    if (left <= text.length) return start + left;
    left -= text.length + 1;
  }
  const last = lines.at(-1);
  return last === undefined ? 0 : last.start + last.text.length;
}

const FIELD = /^([ ]*(?:-[ ]+)*)([A-Za-z_][\w-]*):(?:[ \t]+(\S.*))?[ \t]*$/;
const FLOW_FIELD = /[{,][ \t]*(when|add|key)[ \t]*:[ \t]+(?=\S)/g;

/** Conditions within the braces of one line. */
function flowValues({ start, text }: Line): readonly Value[] {
  return [...text.matchAll(FLOW_FIELD)].map((match) => {
    const from = match.index + match[0].length;
    const rest = text.slice(from);
    return {
      key: match[1] ?? "when",
      column: match.index,
      lines: [{ start: start + from, text: rest }],
      text: rest.slice(0, flowEnd(rest)).trimEnd(),
      inFlow: true,
      isBelow: false,
    };
  });
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

/**
 * Reads lines for fields with text behind them; a text goes on in lines that stand further in than
 * its key.
 */
class FieldScanner {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(text: string, span: Span) {
    this.#lines = [...linesOf(text, span)];
  }

  *values(): Generator<Value> {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++];
      if (line === undefined) return;
      yield* flowValues(line);
      const [, lead, key, value]: readonly (string | undefined)[] = FIELD.exec(line.text) ?? [];
      if (lead === undefined || key === undefined) continue;
      if (value === undefined && !CONDITIONS.has(key)) continue;
      const lines = this.#valueLines(line, value, lead.length);
      const whole = lines.map(({ text }) => text).join("\n");
      if (whole === "" || (value !== undefined && BLOCK_HEADER.test(value))) continue;
      const end = CONDITIONS.has(key) && !/^['"[{]/.test(whole) ? flowEnd(whole) : whole.length;
      yield {
        key,
        column: lead.length,
        lines,
        text: whole.slice(0, end).trimEnd(),
        inFlow: end < whole.length,
        isBelow: value === undefined,
      };
    }
  }

  /** The lines of a value from its first character, behind its key or below it. */
  #valueLines(line: Line, value: string | undefined, column: number): readonly Line[] {
    const more = this.#below(column);
    if (value !== undefined) {
      const start = line.start + line.text.length - value.length;
      return [{ start, text: value }, ...more];
    }
    const from = more.findIndex(({ text }) => text.trim() !== "");
    const [first, ...rest] = from < 0 ? [] : more.slice(from);
    if (first === undefined) return [];
    const indent = indentOf(first.text);
    return [{ start: first.start + indent, text: first.text.slice(indent) }, ...rest];
  }

  /** The lines that belong to a field at a column. */
  #below(column: number): readonly Line[] {
    const from = this.#at;
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.text.trim() !== "" && indentOf(line.text) <= column) break;
      this.#at++;
    }
    return this.#lines.slice(from, this.#at);
  }
}

/** A text that no YAML begins so, where the parser met it: `[*]`, `- @x`. */
function slipAt(text: string, at: number): Slip | undefined {
  const message = LEADING.get(text.charAt(at));
  if (message === undefined || !"*@%&`!".includes(text.charAt(at))) return undefined;
  const length = /^[^,\]}\s]+/.exec(text.slice(at, at + 200))?.[0].length ?? 1;
  const written = text.slice(at, at + length);
  return {
    span: { start: at, end: at + length },
    at: { start: at, end: at + 1 },
    message,
    help: `put it in quotes: \`"${written}"\``,
    holdsFields: false,
  };
}

function holds({ start, end }: Span, offset: number): boolean {
  return offset >= start && offset <= end;
}

/**
 * The slips in a part of a text in which the parser met errors at these offsets, in order; none
 * overlaps another.
 */
export function findSlips(text: string, span: Span, errors: readonly number[]): readonly Slip[] {
  const found: Slip[] = [];
  for (const field of new FieldScanner(text, span).values()) {
    const { key, text: value, inFlow, isBelow } = field;
    const whole = { start: offsetIn(field, 0), end: offsetIn(field, value.length) };
    const isSure = CONDITIONS.has(key) && !isBelow;
    if (!isSure && !errors.some((offset) => holds(whole, offset))) continue;
    const moved = columnSign(field);
    const sign = moved ?? signOf(value, key, inFlow);
    if (sign === undefined) continue;
    const at = {
      start: offsetIn(field, sign.from),
      end: offsetIn(field, sign.from + sign.length),
    };
    const { message, help = quoteHelp(key) } = sign;
    found.push({ span: whole, at, message, help, holdsFields: moved !== undefined });
  }
  const alone = errors.filter((offset) => !found.some((slip) => holds(slip.span, offset)));
  const others = alone.map((offset) => slipAt(text, offset)).filter((slip) => slip !== undefined);
  return [...found, ...others]
    .sort((a, b) => a.span.start - b.span.start)
    .filter((slip, i, all) => i === 0 || slip.span.start >= (all[i - 1]?.span.end ?? 0));
}

/**
 * The text with each slip's value written as a plain `x`; every other character keeps its place.
 */
export function withoutSlips(text: string, slips: readonly Slip[]): string {
  return spliced(
    text,
    slips.map(({ span }) => span),
    ({ start, end }) => `x${text.slice(start + 1, end).replace(/[^\r\n]/g, " ")}`,
  );
}
