import { CST, Lexer } from "yaml";

/** A comment of YAML, from its `#` to the end of its line, and where it starts. */
export interface YamlComment {
  readonly text: string;
  /** Counts UTF-16 units. */
  readonly start: number;
}

/** Lexemes that stand for nothing in the text. */
const EMPTY: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);

/** The comments of a text, in order; what looks like one inside a scalar is none. */
export function* yamlComments(text: string): Generator<YamlComment> {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (EMPTY.has(lexeme)) continue;
    if (CST.tokenType(lexeme) === "comment") yield { text: lexeme, start: offset };
    offset += lexeme.length;
  }
}

/** A scalar of several lines, and where it begins: a block at its `|` or `>`. */
export interface LongScalar {
  readonly head: number;
  readonly start: number;
  readonly end: number;
}

/** The scalars of a text that go over several lines, in order. */
export function* longScalars(text: string): Generator<LongScalar> {
  let offset = 0;
  let header: number | undefined;
  let isText = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (EMPTY.has(lexeme)) {
      isText = lexeme === "\u001f";
      continue;
    }
    const [start, end] = [offset, offset + lexeme.length];
    const kind = CST.tokenType(lexeme);
    if (kind === "block-scalar-header") header = start;
    else if (isText || kind === "double-quoted-scalar" || kind === "single-quoted-scalar") {
      if (/[\r\n]/.test(lexeme)) yield { head: header ?? start, start, end };
      header = undefined;
    }
    isText = false;
    offset = end;
  }
}
