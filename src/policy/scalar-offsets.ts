/**
 * Where each UTF-16 unit of a YAML scalar's value stands in the file: plain, quoted, literal and
 * folded, with line folding, indentation and escapes undone (YAML 1.2, chapters 7.3 and 8.1).
 */

export type ScalarStyle = "plain" | "single" | "double" | "block";

interface Line {
  readonly start: number;
  readonly text: string;
}

interface Written {
  /** The file's text, and the scalar's range in it, quotes and block header included. */
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

function linesOf(written: Written, from: number): readonly Line[] {
  const lines: Line[] = [];
  const text = written.source.slice(from, written.end);
  let start = 0;
  for (const match of text.matchAll(/\r\n|\r|\n/g)) {
    lines.push({ start: from + start, text: text.slice(start, match.index) });
    start = match.index + match[0].length;
  }
  lines.push({ start: from + start, text: text.slice(start) });
  return lines;
}

function trimmed(line: Line): Line {
  const lead = line.text.length - line.text.trimStart().length;
  return { start: line.start + lead, text: line.text.trim() };
}

function indentOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}

/**
 * Takes from every line what indentation is, by comparing the first line of text with the value's.
 */
function dedented(lines: readonly Line[], value: string): readonly Line[] {
  const first = lines.find((line) => line.text.trim() !== "");
  const own = value.split("\n").find((line) => line.trim() !== "");
  if (first === undefined || own === undefined) return [];
  const indent = Math.max(0, indentOf(first.text) - indentOf(own));
  return lines.map((line) => ({
    start: line.start + Math.min(indent, line.text.length),
    text: line.text.slice(indent),
  }));
}

/**
 * Finds each line's text in the value in turn. What stands between two of them is white space made
 * of line breaks; it points at the end of the line before. Undefined where the value is not made of
 * these lines.
 */
function alignLines(
  lines: readonly Line[],
  { value, start }: Pick<Written, "value" | "start">,
): number[] | undefined {
  const offsets: number[] = [];
  let end = lines[0]?.start ?? start;
  for (const line of lines) {
    if (line.text === "") continue;
    const space = line.text.trim() === "" || /^[ \t]/.test(line.text) ? "\n" : " \n";
    while (!value.startsWith(line.text, offsets.length)) {
      if (offsets.length >= value.length || !space.includes(value.charAt(offsets.length)))
        return undefined;
      offsets.push(end);
    }
    for (let i = 0; i < line.text.length; i++) offsets.push(line.start + i);
    end = line.start + line.text.length;
  }
  while (offsets.length <= value.length) offsets.push(end);
  return offsets;
}

const ESCAPE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ["x", 4],
  ["u", 6],
  ["U", 10],
]);

/**
 * The length in the file, and in the value, of what stands at `at` within quotes; `value` 0 for an
 * escaped line break.
 */
function quotedUnit(
  source: string,
  at: number,
  style: ScalarStyle,
): { readonly file: number; readonly value: number } {
  if (style === "single")
    return source.startsWith("''", at) ? { file: 2, value: 1 } : { file: 1, value: 1 };
  if (source[at] !== "\\") return { file: 1, value: 1 };
  const broken = /^\\(?:\r\n|\r|\n)[ \t]*/.exec(source.slice(at, at + 1024));
  if (broken !== null) return { file: broken[0].length, value: 0 };
  const length = ESCAPE_LENGTHS.get(source.charAt(at + 1)) ?? 2;
  const astral = length === 10 && parseInt(source.slice(at + 2, at + 10), 16) > 0xffff;
  return { file: length, value: astral ? 2 : 1 };
}

interface Run {
  readonly file: number;
  /** For each unit of the value that the run gives: its offset from the run's start. */
  readonly units: readonly number[];
}

const SPACES = /[ \t]*((?:\r\n|\r|\n)[ \t\r\n]*)?/y;

/**
 * White space around line breaks folds to one space, or to one break fewer than there are; other
 * white space stays.
 */
function spaceAt(source: string, at: number): Run {
  SPACES.lastIndex = at;
  const [run = "", fold] = SPACES.exec(source) ?? [];
  if (fold === undefined) return { file: run.length, units: Array.from(run, (_, i) => i) };
  const breaks = fold.match(/\r\n|\r|\n/g)?.length ?? 1;
  return { file: run.length, units: new Array<number>(Math.max(1, breaks - 1)).fill(0) };
}

function alignQuoted(written: Written, style: ScalarStyle): number[] | undefined {
  const offsets: number[] = [];
  const end = written.end - 1;
  let at = written.start + 1;
  while (at < end) {
    if (/[ \t\r\n]/.test(written.source.charAt(at))) {
      const run = spaceAt(written.source, at);
      for (const unit of run.units) offsets.push(at + unit);
      at += run.file;
      continue;
    }
    const unit = quotedUnit(written.source, at, style);
    for (let i = 0; i < unit.value; i++) offsets.push(at);
    at += unit.file;
  }
  offsets.push(end);
  return offsets.length === written.value.length + 1 ? offsets : undefined;
}

function align(written: Written, style: ScalarStyle): number[] | undefined {
  if (style === "single" || style === "double") return alignQuoted(written, style);
  if (style === "plain") return alignLines(linesOf(written, written.start).map(trimmed), written);
  const lines = linesOf(written, written.start).slice(1);
  return alignLines(dedented(lines, written.value), written);
}

/**
 * The mapping from an offset of the value (its length included: the end) to one of the file.
 * Computed at the first question. Where the value cannot be found in the text again, everything
 * maps to the scalar's start.
 */
export function scalarOffsets(written: Written, style: ScalarStyle): (offset: number) => number {
  let offsets: readonly number[] | undefined;
  return (offset) => {
    offsets ??= align(written, style) ?? [];
    return offsets[Math.max(0, Math.min(offset, offsets.length - 1))] ?? written.start;
  };
}
