import type { BinaryOperator, CallExpr, Expr, ListExpr, LiteralExpr, MapExpr } from "./ast.ts";
import { expandMethod, hasMacro } from "./parse-macros.ts";
import { SyntaxFault, tokenize, type Token } from "./tokens.ts";

/** One fault of an expression's text; offsets count UTF-16 units of it. */
export interface SyntaxProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly help?: string;
}

export type ParseResult =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly errors: readonly SyntaxProblem[] };

const MAX_TEXT = 65_536;
const MAX_DEPTH = 200;

const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(["||"]),
  new Set(["&&"]),
  new Set(["<", "<=", ">", ">=", "==", "!=", "in"]),
  new Set(["+", "-"]),
  new Set(["*", "/", "%"]),
];

/** The operators between two operands. */
export const OPERATORS: ReadonlyMap<string, BinaryOperator> = new Map(
  (["&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"] as const).map(
    (op) => [op, op],
  ),
);

const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

interface RootName {
  name: string;
  readonly start: number;
}

/** Words of other languages, and what CEL has for them. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
  ["is", "=="],
  ["=", "=="],
]);

/** Operators of other languages, and how CEL asks the same. */
const OTHER_FORMS: ReadonlyMap<string, string> = new Map([
  ["like", "write `x.contains('a')`, or `x.matches('^a$')`"],
  ["matches", "write `x.matches('^a$')`"],
  ["contains", "write `x.contains('a')`"],
  ["startswith", "write `x.startsWith('a')`"],
  ["between", "write `1.0 <= x && x <= 5.0`"],
  ["then", "write `condition ? a : b`, or join conditions with `&&`"],
  ["not in", "write `!(x in list)`"],
]);

/** What was most likely meant by a token that cannot stand where it does. */
function slipHelp(before: Token | undefined, token: Token, next: Token): string | undefined {
  const word = token.text.toLowerCase();
  const meant = OTHER_WORDS.get(word);
  if (word === "not" && next.text === "in") return OTHER_FORMS.get("not in");
  if (meant !== undefined) return `write \`${meant}\``;
  const form = OTHER_FORMS.get(word);
  if (form !== undefined) return form;
  if (before?.kind === "ident" && before.text.toLowerCase() === "not") return "write `!`";
  if (before?.text === "<" && token.text === ">" && before.end === token.start) return "write `!=`";
  return numberHelp(before, token, next);
}

/** What was most likely meant by what stands behind a number. */
function numberHelp(before: Token | undefined, token: Token, next: Token): string | undefined {
  const isNumber = before?.literal?.type === "int" || before?.literal?.type === "double";
  if (isNumber && token.kind === "ident" && before.end < token.start)
    return "write the number alone: a condition has no units";
  if (before?.end !== token.start || before.literal?.type !== "int") return undefined;
  if (token.text === "," && token.end === next.start && next.kind === "literal")
    return "numbers cannot contain `,`: write only the digits";
  if (token.text.startsWith("_")) return "numbers cannot contain `_`: write only the digits";
  return /^[oO][0-7]+$/.test(token.text)
    ? "there are no octal numbers: write it in decimal, or as `0x...`"
    : undefined;
}

/**
 * INVARIANT: no tree is deeper than MAX_DEPTH, the left spine of binary operators not counted;
 * whoever walks a tree iterates over that spine and may recurse into everything else.
 */
class Parser {
  private at = 0;
  private nesting = 0;
  private readonly depths = new Map<Expr, number>();
  private readonly rootNames: RootName[] = [];

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Expr {
    const expr = this.expression();
    if (this.peek().kind !== "end") throw this.unexpected("the end");
    for (const ident of this.rootNames) ident.name = ident.name.slice(1);
    return expr;
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "", start: 0, end: 0 };
  }

  private previousEnd(): number {
    return this.tokens[this.at - 1]?.end ?? 0;
  }

  private is(text: string): boolean {
    const token = this.peek();
    return token.kind === "punctuation" && token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`\`${text}\``);
  }

  private unexpected(wanted: string): SyntaxFault {
    const token = this.peek();
    const found =
      token.kind === "end" ? "the end of the expression" : `\`${token.text.slice(0, 40)}\``;
    const help =
      wanted === "`)`" && token.text === ","
        ? "a list stands in brackets: `[a, b]`"
        : slipHelp(this.tokens[this.at - 1], token, this.tokens[this.at + 1] ?? token);
    return new SyntaxFault(`expected ${wanted} but found ${found}`, token.start, token.end, help);
  }

  /** Keeps the depth of `expr`, whose deepest child stands `below`. */
  private made<E extends Expr>(expr: E, below: number): E {
    if (below >= MAX_DEPTH)
      throw new SyntaxFault(
        `this expression is nested more than ${MAX_DEPTH} levels deep`,
        expr.start,
        expr.end,
      );
    this.depths.set(expr, below + 1);
    return expr;
  }

  private depth(...exprs: readonly Expr[]): number {
    return exprs.reduce((most, expr) => Math.max(most, this.depths.get(expr) ?? 0), 0);
  }

  private expression(): Expr {
    const token = this.peek();
    if (++this.nesting > MAX_DEPTH)
      throw new SyntaxFault(
        `this expression is nested more than ${MAX_DEPTH} levels deep`,
        token.start,
        token.end,
      );
    const condition = this.binary(0);
    const expr = this.accept("?") ? this.conditional(condition) : condition;
    this.nesting--;
    return expr;
  }

  private conditional(condition: Expr): Expr {
    const then = this.binary(0);
    this.expect(":");
    const otherwise = this.expression();
    const place = { start: condition.start, end: otherwise.end };
    return this.made(
      { kind: "conditional", condition, then, otherwise, ...place },
      this.depth(condition, then, otherwise),
    );
  }

  private binary(level: number): Expr {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const token = this.peek();
      const op =
        token.kind === "punctuation" && operators.has(token.text)
          ? OPERATORS.get(token.text)
          : undefined;
      if (op === undefined) return left;
      this.at++;
      const right = this.binary(level + 1);
      const below = Math.max(this.depth(left) - 1, this.depth(right));
      left = this.made(
        { kind: "binary", op, left, right, start: left.start, end: right.end },
        below,
      );
    }
  }

  private unary(): Expr {
    const { start } = this.peek();
    const op = this.is("!") ? "!" : this.is("-") ? "-" : undefined;
    if (op === undefined) return this.member();
    this.at++;
    const negative = op === "-" ? this.negativeLiteral(start) : undefined;
    if (negative !== undefined) return negative;
    if (++this.nesting > MAX_DEPTH)
      throw new SyntaxFault(
        `this expression is nested more than ${MAX_DEPTH} levels deep`,
        start,
        start + 1,
      );
    const operand = this.unary();
    this.nesting--;
    return this.made({ kind: "unary", op, operand, start, end: operand.end }, this.depth(operand));
  }

  /**
   * A minus directly before a number is part of it, so that -2^63 can be written (cel-spec, int
   * literals).
   */
  private negativeLiteral(start: number): Expr | undefined {
    const token = this.peek();
    const following = this.tokens[this.at + 1];
    if (following?.kind === "punctuation" && (following.text === "." || following.text === "["))
      return undefined;
    if (token.literal?.type !== "int" && token.literal?.type !== "double") return undefined;
    this.at++;
    const place = { start, end: token.end };
    const literal =
      token.literal.type === "int"
        ? ({ type: "int", value: -token.literal.value } as const)
        : ({ ...token.literal, value: -token.literal.value } as const);
    return this.made({ kind: "literal", literal, ...place }, 0);
  }

  private member(): Expr {
    let expr = this.primary();
    for (;;) {
      if (this.accept(".")) expr = this.afterDot(expr);
      else if (this.accept("[")) expr = this.indexed(expr);
      else return expr;
    }
  }

  private afterDot(operand: Expr): Expr {
    const optional = this.accept("?");
    const token = this.peek();
    if (token.kind !== "ident" && token.kind !== "quoted") throw this.unexpected("a field name");
    this.at++;
    if (!optional && token.kind === "ident" && this.accept("(")) return this.method(operand, token);
    const place = { start: operand.start, end: token.end };
    return this.made(
      { kind: "select", operand, field: token.text, optional, ...place },
      this.depth(operand),
    );
  }

  private method(target: Expr, { text: name, start: nameStart }: Token): Expr {
    const args = this.list(")");
    const call: CallExpr = {
      kind: "call",
      name,
      nameStart,
      target,
      args,
      start: target.start,
      end: this.previousEnd(),
    };
    const expr = this.made(expandMethod(call, target), this.depth(target, ...args));
    if (expr.kind === "comprehension")
      this.shadow(expr.filter ?? expr.body, expr.variable, expr.second);
    if (expr.kind === "bind") this.shadow(expr.body, expr.variable, undefined);
    return expr;
  }

  /**
   * WHY: `.x` means the attribute even where a macro's variable is called x; only there the dot
   * must stay in the name.
   */
  private shadow(body: Expr, variable: string, second: string | undefined): void {
    for (let i = this.rootNames.length - 1; i >= 0; i--) {
      const ident = this.rootNames[i];
      if (ident === undefined || ident.start < body.start) return;
      if (ident.name === `.${variable}` || ident.name === `.${second ?? ""}`)
        ident.name = `.${ident.name}`;
    }
  }

  private indexed(operand: Expr): Expr {
    const optional = this.accept("?");
    const index = this.expression();
    this.expect("]");
    const place = { start: operand.start, end: this.previousEnd() };
    return this.made(
      { kind: "index", operand, index, optional, ...place },
      this.depth(operand, index),
    );
  }

  private primary(): Expr {
    const token = this.peek();
    if (token.kind === "literal") return this.literal();
    if (token.kind === "ident") return this.named();
    if (this.accept(".")) return this.rootName(token.start);
    if (this.accept("(")) {
      const expr = this.expression();
      this.expect(")");
      return expr;
    }
    if (this.accept("[")) return this.listLiteral(token.start);
    if (this.accept("{")) return this.mapLiteral(token.start);
    throw this.unexpected("an expression");
  }

  private literal(): LiteralExpr {
    const { literal, start, end } = this.peek();
    if (literal === undefined) throw this.unexpected("a literal");
    if (literal.type === "int" && literal.value > 9223372036854775807n) {
      throw new SyntaxFault(
        `\`${literal.value}\` is out of range`,
        start,
        end,
        "CEL integers have 64 bits",
      );
    }
    this.at++;
    return this.made({ kind: "literal", literal, start, end }, 0);
  }

  private identifier(): Token {
    const token = this.peek();
    if (token.kind !== "ident") throw this.unexpected("a name");
    if (RESERVED.has(token.text))
      throw new SyntaxFault(
        `\`${token.text}\` is a reserved word`,
        token.start,
        token.end,
        token.text === "if" ? OTHER_FORMS.get("then") : undefined,
      );
    this.at++;
    return token;
  }

  private named(): Expr {
    const token = this.identifier();
    if (this.accept("(")) return this.call(token.text, token.start);
    if (this.is("{")) {
      throw new SyntaxFault(
        "conditions cannot build messages",
        token.start,
        this.peek().end,
        "write a map: `{'key': value}`",
      );
    }
    return this.made({ kind: "ident", name: token.text, start: token.start, end: token.end }, 0);
  }

  private rootName(start: number): Expr {
    const token = this.identifier();
    if (this.accept("(")) return this.call(token.text, start);
    const ident = { kind: "ident" as const, name: `.${token.text}`, start, end: token.end };
    this.rootNames.push(ident);
    return this.made(ident, 0);
  }

  private call(name: string, start: number): Expr {
    const args = this.list(")");
    const call: CallExpr = { kind: "call", name, args, start, end: this.previousEnd() };
    return name === "has"
      ? this.made(hasMacro(call), this.depth(...args))
      : this.made(call, this.depth(...args));
  }

  private list(close: string): readonly Expr[] {
    const args: Expr[] = [];
    while (!this.accept(close)) {
      args.push(this.expression());
      if (!this.is(close) && !this.accept(",")) throw this.unexpected(`\`,\` or \`${close}\``);
      if (close === ")" && this.is(close) && this.tokens[this.at - 1]?.text === ",")
        throw this.unexpected("an expression");
    }
    return args;
  }

  private listLiteral(start: number): ListExpr {
    const elements: { value: Expr; optional: boolean }[] = [];
    while (!this.accept("]")) {
      const optional = this.accept("?");
      elements.push({ optional, value: this.expression() });
      if (!this.is("]") && !this.accept(",")) throw this.unexpected("`,` or `]`");
    }
    const below = elements.reduce((most, { value }) => Math.max(most, this.depth(value)), 0);
    return this.made({ kind: "list", elements, start, end: this.previousEnd() }, below);
  }

  private mapLiteral(start: number): MapExpr {
    const entries: { key: Expr; value: Expr; optional: boolean }[] = [];
    while (!this.accept("}")) {
      const optional = this.accept("?");
      const key = this.expression();
      this.expect(":");
      entries.push({ optional, key, value: this.expression() });
      if (!this.is("}") && !this.accept(",")) throw this.unexpected("`,` or `}`");
    }
    const below = entries.reduce(
      (most, { key, value }) => Math.max(most, this.depth(key, value)),
      0,
    );
    return this.made({ kind: "map", entries, start, end: this.previousEnd() }, below);
  }
}

/**
 * The tree of a CEL expression, or what is wrong with its text. Never throws; linear in the text.
 * Refuses texts of more than 64 KiB and trees nested more than 200 deep (chains of binary operators
 * may be of any length).
 */
export function parseExpression(text: string): ParseResult {
  if (text.length > MAX_TEXT) {
    return {
      ok: false,
      errors: [
        {
          message: `this expression is longer than ${MAX_TEXT} characters`,
          start: MAX_TEXT,
          end: text.length,
        },
      ],
    };
  }
  try {
    return { ok: true, expr: new Parser(tokenize(text)).parse() };
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const { message, start, end, help } = fault;
    return {
      ok: false,
      errors: [help === undefined ? { message, start, end } : { message, start, end, help }],
    };
  }
}
