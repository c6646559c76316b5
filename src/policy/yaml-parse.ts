import {
  Composer,
  Lexer,
  Parser,
  visit,
  type CST,
  type Document,
  type ParsedNode,
  type Scalar,
  type YAMLError,
} from "yaml";
import type { Source, Span } from "../text/span.ts";
import type { DiagnosticSink } from "./log.ts";
import type { Place } from "./place.ts";
import { LOST, plainError } from "./yaml-words.ts";
import { columnsFault, SAME_COLUMN, findSlips, withoutSlips, type Slip } from "./yaml-slips.ts";

/**
 * Collections may stand this deep in each other; the parser's own recursion ends the process not
 * far beyond.
 */
export const MAX_DEPTH = 100;

/** A parsed YAML document; its offsets count from `base`. */
export interface ParsedDocument {
  readonly document: Document.Parsed<ParsedNode>;
  readonly base: number;
  /**
   * Values that YAML reads otherwise than they are meant; they stand in the tree as `x`, and are
   * still to be reported.
   */
  readonly slips: readonly Slip[];
}

/** The tokens of one document, or the offset at which it nests too deep. */
function tokensOf(text: string): readonly CST.Token[] | number {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH + 2) return parser.offset;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function reportDepth(source: Source, at: number, log: DiagnosticSink): void {
  const place = {
    file: source.file,
    span: { start: at, end: Math.min(at + 1, source.text.length) },
    path: "$",
  };
  log.add({
    code: "nesting-limit",
    place,
    message: `the document nests more than ${MAX_DEPTH} levels deep`,
  });
}

/** YAML's message as one sentence of ours: first line, lower case, without a final period. */
function sentence(message: string): string {
  const line = (message.split("\n")[0] ?? "").replace(/[.:]\s*$/, "");
  return /^[A-Z][a-z ]/.test(line) ? line.charAt(0).toLowerCase() + line.slice(1) : line;
}

const MAX_SYNTAX_ERRORS = 20;

function placeAt({ file, text }: Source, start: number, end: number): Place {
  const from = Math.min(start, text.length);
  return {
    file,
    span: { start: from, end: Math.max(from, Math.min(end, text.length)) },
    path: "$",
  };
}

/** What to do about errors of YAML that do not say so themselves. */
function remedyOf({ code, message }: YAMLError): { readonly help?: string } {
  if (code === "TAB_AS_INDENT") return { help: "indent with spaces" };
  return message.includes("must start at the same column") ? { help: SAME_COLUMN } : {};
}

const KEY_HERE = /^([ ]*)([A-Za-z_][\w-]*):(?=[ \t\r\n]|$)/;
const KEY_ABOVE = /(?:^|\n)([ ]*(?:-[ ]+)*)([A-Za-z_][\w-]*):[^\n]*\n$/;

/** A field that stands less far in than the field in the line above, where YAML met an error. */
function columnsAt(
  text: string,
  { start }: Span,
  base: number,
): ReturnType<typeof columnsFault> | undefined {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const [, indent, key] = KEY_HERE.exec(text.slice(from)) ?? [];
  const [, lead, above] = KEY_ABOVE.exec(text.slice(base, from)) ?? [];
  if (indent === undefined || key === undefined || lead === undefined || above === undefined)
    return undefined;
  if (start > from + indent.length || lead.length <= indent.length) return undefined;
  return columnsFault({ above: { key: above, column: lead.length }, key, column: indent.length });
}

/**
 * The errors that say something of their own: behind a tab, behind a list or map that is not closed,
 * or where the parser has lost its place, YAML stumbles over whatever comes.
 */
function tellingErrors(errors: readonly YAMLError[], text: string): readonly YAMLError[] {
  const isTab = ({ code }: YAMLError): boolean => code === "TAB_AS_INDENT";
  const tab = errors.find(isTab)?.pos[0];
  if (tab !== undefined) return errors.filter((error) => isTab(error) || error.pos[0] < tab);
  const open = errors.find((error) => plainError(error, text)?.at !== undefined);
  const from = open === undefined ? undefined : plainError(open, text)?.at?.start;
  const lost = errors.find(({ message }) => LOST.test(message))?.pos[0];
  const last = from ?? lost ?? Infinity;
  const met = errors.filter((error) => error === open || error.pos[0] <= last);
  const [first] = met;
  return met.filter((error) => error === first || error === open || standsAlone(error, text));
}

const WORD_ALONE = /^[A-Za-z_][\w-]*(?::\S*)?[ \t]*(?:\r?\n|$)/;

/**
 * Whether an error behind another one is of its own: a word that lacks its `:`, or a field that
 * stands less far in than the one above. What else comes may come from the first one.
 */
function standsAlone({ message, pos: [start, end] }: YAMLError, text: string): boolean {
  if (message.startsWith("Implicit map keys need")) return WORD_ALONE.test(text.slice(start));
  return !LOST.test(message) && columnsAt(text, { start, end }, 0) !== undefined;
}

function reportErrors(
  document: Document.Parsed<ParsedNode>,
  source: Source,
  base: number,
  log: DiagnosticSink,
): void {
  // all of them are looked at: what explains the others may be told at the end
  const errors = tellingErrors(document.errors, source.text.slice(base));
  for (const error of errors.slice(0, MAX_SYNTAX_ERRORS)) {
    const met = placeAt(source, error.pos[0] + base, error.pos[1] + base);
    const plain = plainError(error, source.text.slice(base));
    const { message, help } = plain ?? { message: sentence(error.message), ...remedyOf(error) };
    const at = plain?.at;
    const place = at === undefined ? met : placeAt(source, at.start + base, at.end + base);
    const said = { message, ...(help === undefined ? {} : { help }) };
    log.add({ code: "yaml-syntax", place, ...said, ...columnsAt(source.text, met.span, base) });
  }
}

/** Tells of a slip, at its YAML path where that is known. */
export function reportSlip(
  { at, message, help }: Slip,
  source: Source,
  log: DiagnosticSink,
  path = "$",
): void {
  log.add({
    code: "yaml-syntax",
    place: { ...placeAt(source, at.start, at.end), path },
    message,
    help,
  });
}

/** Reports that a text is refused, and why. */
function refuse(
  log: DiagnosticSink,
  { file }: Source,
  span: Span,
  why: { readonly message: string; readonly help: string },
): true {
  log.add({ code: "yaml-syntax", place: { file, span, path: "$" }, ...why });
  return true;
}

/** The name of the character at an offset: `U+00A0`. */
function characterName(text: string, at: number): string {
  return `U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0")}`;
}

function refusesVersion(source: Source, span: Span, log: DiagnosticSink): boolean {
  const directive = /^%YAML[ \t]+(\S+)/m.exec(
    source.text.slice(span.start, span.end).split(/^---/m)[0] ?? "",
  );
  if (directive === null || directive[1] === "1.2") return false;
  const start = span.start + directive.index;
  const at = { start, end: start + directive[0].length };
  return refuse(log, source, at, {
    message: "documents are YAML 1.2, but this one declares another version",
    help: "remove the `%YAML` line",
  });
}

/** What YAML has nowhere but as an escape (1.2, c-printable): the parser takes it all the same. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
/** What it has in quoted text alone, where JSON has it too. */
const QUOTED_ONLY = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

function refusesCharacter(source: Source, at: number, log: DiagnosticSink): true {
  const name = characterName(source.text, at);
  const span = { start: at, end: at + 1 };
  return refuse(log, source, span, {
    message: `YAML does not allow the character ${name}`,
    help: `remove it, or write it as "${name.replace("U+", "\\u")}" in double quotes`,
  });
}

function refusesControl(source: Source, span: Span, log: DiagnosticSink): boolean {
  const at = source.text.slice(span.start, span.end).search(CONTROL);
  return at >= 0 && refusesCharacter(source, span.start + at, log);
}

/**
 * Whether a line ends in CR alone. WHY: YAML breaks the line there and the parser does not, so that
 * a comment would swallow the lines that an editor shows below it.
 */
function refusesLoneReturn(source: Source, span: Span, log: DiagnosticSink): boolean {
  const found = source.text.slice(span.start, span.end).search(/\r(?!\n)/);
  if (found < 0) return false;
  const start = span.start + found;
  return refuse(
    log,
    source,
    { start, end: start + 1 },
    {
      message: "this line ends in a carriage return (CR) without a line feed (LF)",
      help: "save the file with lines that end in LF or CRLF",
    },
  );
}

/** Whether a character stands outside of quotes that YAML has in them alone. */
function refusesUnquoted(
  document: Document.Parsed<ParsedNode>,
  source: Source,
  { base, log }: { readonly base: number; readonly log: DiagnosticSink },
): boolean {
  if (!QUOTED_ONLY.test(source.text)) return false;
  const isQuoted = ({ type }: Scalar): boolean =>
    type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
  let refused = false;
  visit(document, {
    Scalar: (_, node) => {
      const [start = 0, end = 0] = node.range ?? [];
      const at =
        refused || isQuoted(node)
          ? -1
          : source.text.slice(base + start, base + end).search(QUOTED_ONLY);
      if (at >= 0) refused = refusesCharacter(source, base + start + at, log);
    },
  });
  return refused;
}

const OPTIONS = {
  version: "1.2",
  schema: "core",
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/**
 * The tree of a text, with its errors; undefined where there is none, or where it nests too deep,
 * which is reported.
 */
function composed(
  text: string,
  source: Source,
  base: number,
  log: DiagnosticSink,
): Document.Parsed<ParsedNode> | undefined {
  const tokens = tokensOf(text);
  if (typeof tokens !== "number")
    return [...new Composer(OPTIONS).compose(tokens, true, text.length)][0];
  reportDepth(source, base + tokens, log);
  return undefined;
}

/** As many errors are looked at for what was meant. */
const MAX_LOOKED_AT = 200;

/**
 * WHY a second reading: what one slip tears apart is sound without it, and the rest is then judged
 * too.
 */
function withSlips(
  document: Document.Parsed<ParsedNode>,
  source: Source,
  span: Span,
  log: DiagnosticSink,
): ParsedDocument | undefined {
  const base = span.start;
  const errors = tellingErrors(document.errors, source.text.slice(base));
  const offsets = errors.slice(0, MAX_LOOKED_AT).map((error) => error.pos[0] + base);
  const slips = findSlips(source.text, span, offsets);
  if (slips.length === 0) return void reportErrors(document, source, base, log);
  const again = composed(withoutSlips(source.text, slips).slice(base, span.end), source, base, log);
  const isSound = !slips.some(({ holdsFields }) => holdsFields);
  if (isSound && again?.errors.length === 0) return { document: again, base, slips };
  for (const slip of slips.slice(0, MAX_SYNTAX_ERRORS)) reportSlip(slip, source, log);
  if (again !== undefined) reportErrors(again, source, base, log);
  return undefined;
}

const CONFLICT = /^<{7}(?: .*)?$/m;
/** Two JSON objects, each in a line of its own. */
const JSON_LINES = /^\s*\{[^\r\n]*\}[ \t]*\r?\n\{/;

/** Blanks that look like spaces and do not indent. */
const FOREIGN_INDENT = /^ *[\u00a0\u2000-\u200b\u202f\u3000]/m;

function foreignIndent(source: Source, span: Span, log: DiagnosticSink): boolean {
  const found = FOREIGN_INDENT.exec(source.text.slice(span.start, span.end));
  if (found === null) return false;
  const at = span.start + found.index + found[0].length - 1;
  const name = characterName(source.text, at);
  return refuse(
    log,
    source,
    { start: at, end: at + 1 },
    {
      message: `this line is indented by the character ${name}, which is no space`,
      help: "indent with spaces",
    },
  );
}

/** Whether a text with errors is no YAML that somebody wrote, but something that is known. */
function refusesOther(source: Source, span: Span, log: DiagnosticSink): boolean {
  const own = source.text.slice(span.start, span.end);
  const conflict = CONFLICT.exec(own);
  if (conflict === null && !JSON_LINES.test(own)) return false;
  const start = span.start + (conflict?.index ?? own.search(/\S/));
  const at = { start, end: start + (conflict?.[0].length ?? 1) };
  return conflict === null
    ? refuse(log, source, at, {
        message: "these are JSON Lines, as a trace has them, and not one document",
        help: "give a trace with `--trace`",
      })
    : refuse(log, source, at, {
        message: "git left a merge conflict here",
        help: "keep one version, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`",
      });
}

/**
 * One document of a stream ({@link splitDocuments}); undefined where it has been reported as not
 * well-formed. Reads the core schema of YAML 1.2: `no` and `on` are text, there are no merge keys
 * and no timestamps.
 */
export function parseYaml(
  source: Source,
  span: Span,
  log: DiagnosticSink,
): ParsedDocument | undefined {
  if (refusesVersion(source, span, log) || refusesControl(source, span, log)) return undefined;
  if (refusesLoneReturn(source, span, log)) return undefined;
  const bom = source.text.charCodeAt(span.start) === 0xfeff ? 1 : 0;
  const own = { start: span.start + bom, end: span.end };
  const document = composed(source.text.slice(own.start, own.end), source, own.start, log);
  if (document === undefined) return undefined;
  if (document.errors.length > 0 && refusesOther(source, own, log)) return undefined;
  if (document.errors.length > 0 && foreignIndent(source, own, log)) return undefined;
  const whole = { document, base: own.start, slips: [] };
  const parsed = document.errors.length > 0 ? withSlips(document, source, own, log) : whole;
  if (parsed === undefined || refusesUnquoted(parsed.document, source, { base: parsed.base, log }))
    return undefined;
  return parsed;
}
