import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/diagnostic.ts";
import { nodeLocator, type Part } from "../policy/locate.ts";
import { DiagnosticSink } from "../policy/log.ts";
import { toJson, type Node } from "../policy/node.ts";
import { NodeBuilder } from "../policy/yaml-nodes.ts";
import { parseYaml } from "../policy/yaml-parse.ts";
import { readPlainYaml } from "../policy/yaml-plain.ts";
import { splitDocuments } from "../policy/yaml-split.ts";
import type { Json } from "../request/json.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source, Span } from "../text/span.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** A YAML (or JSON) file that is no policy document, as a value. */
export interface YamlValue {
  /** Undefined where the file holds nothing. */
  readonly value: Json | undefined;
  /** `file:line:column` of a YAML path such as `$.gate.widened`, or of what holds it. */
  readonly at: (path: string, part?: Part) => string;
  /** The same apart. */
  readonly locate: (
    path: string,
    part?: Part,
  ) => { readonly file: string; readonly line: number; readonly column: number };
}

export interface YamlFile {
  readonly name: string;
  readonly text: string;
  /** The code of the error where it is not well-formed. */
  readonly code: string;
  /** True where it holds data of users: then no message quotes it. */
  readonly secret?: boolean;
}

function position(text: string, offset: number): string {
  const { line, column } = positionAt(lineStarts(text), Math.min(offset, text.length));
  return `${line}:${column}`;
}

/** A text that is written as JSON: a map or a list whose first item is in double quotes. */
const JSON_START = /^\s*(?:\{\s*"|\[\s*["{[])/;

/** Where a text stops being JSON; undefined: it is JSON, or is not written as such. */
function jsonFault(text: string): { readonly offset: number; readonly help: string } | undefined {
  if (!JSON_START.test(text)) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [, at] = /at position (\d+)/.exec(error instanceof Error ? error.message : "") ?? [];
    const end = text.replace(/[\r\n]+$/, "").length;
    if (at === undefined || Number(at) >= text.trimEnd().length)
      return { offset: end, help: "it ends too early: a quote, a bracket or a value is missing" };
    return {
      offset: Number(at),
      help: "a comma, a quote or a bracket is missing before this place, or is too many",
    };
  }
}

/**
 * What is wrong, without a word of the file where it is secret: the YAML parser's own sentences
 * quote it.
 */
function sentence({ code, message }: Diagnostic, secret: boolean): string {
  if (!secret) return message;
  return code === "yaml-syntax"
    ? "this is not well-formed YAML"
    : message.replace(/ ?`[^`]*`/g, "");
}

/** What is wrong with a file that is written as JSON and is none: YAML would say it of another place. */
function refuseJson({ name, text, code }: YamlFile): void {
  const fault = jsonFault(text);
  if (fault === undefined) return;
  const { line, column } = positionAt(lineStarts(text), fault.offset);
  const message = "this is not well-formed JSON";
  const finding = {
    code: "yaml-syntax",
    severity: "error",
    message,
    file: name,
    line,
    column,
    path: "$",
  };
  throw new UserError(code, `${name}:${line}:${column}: ${message}`, {
    findings: [finding],
    help: fault.help,
  });
}

function refuse(file: YamlFile, found: readonly Diagnostic[]): never {
  if (found.some(({ code }) => code === "yaml-syntax")) refuseJson(file);
  const secret = file.secret === true;
  const findings = sortDiagnostics(found).map((d) => {
    // what breaks off does so behind its last character, not in the empty line below
    const offset = Math.min(d.span.start, file.text.replace(/[\r\n]+$/, "").length);
    const [line, column] = position(file.text, offset).split(":").map(Number);
    return {
      code: d.code,
      severity: d.severity,
      message: sentence(d, secret),
      file: file.name,
      line,
      column,
      path: secret ? "$" : d.path,
    };
  });
  const [first] = findings;
  const [{ help: whole } = { help: undefined }] = sortDiagnostics(found);
  // a help quotes what was written, and that may be a value of a call
  const told = secret ? whole?.replace(/:? ?`[^`]*`/g, "") : whole;
  const help =
    told ??
    (first?.code === "yaml-syntax"
      ? "close every bracket and quote, and indent the fields of one map alike"
      : undefined);
  throw new UserError(
    file.code,
    first === undefined
      ? `${file.name} cannot be read`
      : `${file.name}:${first.line}:${first.column}: ${first.message}`,
    { findings, ...(help === undefined ? {} : { help }) },
  );
}

function parsedRoot(source: Source, span: Span, log: DiagnosticSink): Node | undefined {
  const parsed = parseYaml(source, span, log);
  return parsed === undefined ? undefined : new NodeBuilder(source, parsed, log).build();
}

function withoutValue(name: string): YamlValue {
  return {
    value: undefined,
    at: () => `${name}:1:1`,
    locate: () => ({ file: name, line: 1, column: 1 }),
  };
}

/** The tree of a file of one document, and what is wrong with it. */
export interface YamlTree {
  /** Undefined where the file holds nothing, or cannot be read. */
  readonly root: Node | undefined;
  readonly found: readonly Diagnostic[];
  /** A second document, which may not be there. */
  readonly second: Span | undefined;
}

/** Reads the first document of a text with the rules of policies. */
export function readYamlTree(source: Source): YamlTree {
  const [span, second] = splitDocuments(source.text);
  const log = new DiagnosticSink();
  const root = span && (readPlainYaml(source, span) ?? parsedRoot(source, span, log));
  return { root, found: log.found, second };
}

/**
 * Reads one document with the rules of policies: no duplicate keys, bounded aliases and nesting,
 * JSON's values only.
 */
export function readYamlValue(file: YamlFile): YamlValue {
  const { root, found, second } = readYamlTree({ file: file.name, text: file.text });
  if (second !== undefined)
    throw new UserError(
      file.code,
      `${file.name}:${position(file.text, second.start)}: a second document begins here, and there may be only one`,
    );
  if (found.length > 0) return refuse(file, found);
  if (root === undefined) return withoutValue(file.name);
  const [find, starts] = [nodeLocator(root), lineStarts(file.text)];
  const locate: YamlValue["locate"] = (path, part) => ({
    file: file.name,
    ...positionAt(starts, find(path, part).span.start),
  });
  const at = (path: string, part?: Part): string => {
    const { line, column } = locate(path, part);
    return `${file.name}:${line}:${column}`;
  };
  return { value: toJson(root), at, locate };
}
