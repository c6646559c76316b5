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
