import { OPERATORS, parseExpression } from "./parse.ts";
import { tokenize, type Token } from "./tokens.ts";

/** What a token is to the layout, where its text alone does not say it. */
type Role = "binary" | "prefix" | "choice" | "optional" | "entry" | "other";

/** A token as it is written, and where it stands. */
interface Placed {
  readonly text: string;
  readonly role: Role;
  /** In how many brackets. */
  readonly depth: number;
  /** Whether a space or a line break stands before it. */
  readonly apart: boolean;
}

/** An open bracket, and how many `?` in it wait for their `:`. */
interface Bracket {
  choices: number;
}

const OPENING: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSING: ReadonlySet<string> = new Set([")", "]", "}"]);

/**
 * A condition (CEL) as conditions are laid out: on one line with a space around each operator, or,
 * where that has more than `width` units, with a line for each operand of the operator that binds
 * least (`?:`, else `||`, else `&&`). Literals, names and brackets stay as they are written.
 * Undefined: the text is no condition, or comments stand in it, which end where a line does.
 */
export function formatExpression(text: string, width: number): string | undefined {
  if (!parseExpression(text).ok) return undefined;
  const tokens = tokenize(text).filter(({ kind }) => kind !== "end");
  if (holdsComment(text, tokens)) return undefined;
  const placed = placeTokens(text, tokens);
  const line = joined(placed);
  const laid = line.length <= width || line.includes("\n") ? line : onLines(placed);
  return sameTokens(laid, placed) ? laid : undefined;
}

/** Whether more than blanks stands between the tokens. */
function holdsComment(text: string, tokens: readonly Token[]): boolean {
  let at = 0;
  for (const { start, end } of tokens) {
    if (text.slice(at, start).trim() !== "") return true;
    at = end;
  }
  return text.slice(at).trim() !== "";
}

function placeTokens(text: string, tokens: readonly Token[]): readonly Placed[] {
  const brackets: Bracket[] = [{ choices: 0 }];
  const placed: Placed[] = [];
  for (const token of tokens) {
    const written = text.slice(token.start, token.end);
    const before = placed.at(-1);
    if (isMark(token) && CLOSING.has(written)) brackets.pop();
    const role = roleOf(token, before, brackets.at(-1) ?? { choices: 0 });
    const depth = brackets.length - 1;
    if (isMark(token) && OPENING.has(written)) brackets.push({ choices: 0 });
    placed.push({ text: written, role, depth, apart: isApart(written, role, before) });
  }
  return placed;
}

function isMark({ kind }: Token): boolean {
  return kind === "punctuation";
}

function roleOf(token: Token, before: Placed | undefined, bracket: Bracket): Role {
  if (token.kind === "ident")
    return token.text === "in" && !startsOperand(before) ? "binary" : "other";
  if (!isMark(token)) return "other";
  if (token.text === "!") return "prefix";
  if (token.text === "-" && startsOperand(before)) return "prefix";
  if (token.text === "?") {
    if (before === undefined || [".", "[", "{", ","].includes(before.text)) return "optional";
    bracket.choices++;
    return "choice";
  }
  if (token.text !== ":") return OPERATORS.has(token.text) ? "binary" : "other";
  if (bracket.choices === 0) return "entry";
  bracket.choices--;
  return "choice";
}

/** Whether what comes next is an operand, and no operator. */
function startsOperand(before: Placed | undefined): boolean {
  return (
    before === undefined ||
    before.role !== "other" ||
    before.text === "," ||
    before.text === "." ||
    OPENING.has(before.text)
  );
}

function isApart(text: string, role: Role, before: Placed | undefined): boolean {
  if (before === undefined) return false;
  if (before.role === "prefix" || before.role === "optional" || before.text === ".") return false;
  if (OPENING.has(before.text) && before.role === "other") return false;
  if (role === "entry") return false;
  if (role !== "other") return true;
  if (text === "," || text === "." || CLOSING.has(text)) return false;
  return !OPENING.has(text) || startsOperand(before);
}

function joined(placed: readonly Placed[]): string {
  return placed.map(({ text, apart }) => (apart ? ` ${text}` : text)).join("");
}

/** A line for each operand of the operator outside all brackets that binds least. */
function onLines(placed: readonly Placed[]): string {
  const outer = placed.filter(({ depth, role }) => depth === 0 && role !== "other");
  const breaks = outer.some(({ role }) => role === "choice")
    ? outer.filter(({ role }) => role === "choice")
    : outer.filter(({ text }) => text === (outer.some((one) => one.text === "||") ? "||" : "&&"));
  const starts = new Set(breaks);
  return placed
    .map((one) => (starts.has(one) ? `\n${one.text}` : one.apart ? ` ${one.text}` : one.text))
    .join("");
}

function sameTokens(laid: string, placed: readonly Placed[]): boolean {
  const tokens = tokenize(laid).filter(({ kind }) => kind !== "end");
  return (
    tokens.length === placed.length &&
    tokens.every(({ start, end }, i) => laid.slice(start, end) === placed[i]?.text)
  );
}
