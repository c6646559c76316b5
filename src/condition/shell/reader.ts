/** A word of a shell line with its quotes removed. */
export interface Word {
  readonly text: string;
  /** Its value hangs on variables, substitutions, globs or braces; `text` holds those as written. */
  readonly dynamic: boolean;
  /** It may become several words or none: an unquoted expansion. */
  readonly splits: boolean;
  /** Written without any quotes or escapes, so that it may be a keyword. */
  readonly plain: boolean;
}

/** One simple command: its words, redirections among them as written. */
export interface SimpleCommand {
  readonly words: Word[];
  /** Bodies of heredocs and here-strings; undefined: one whose text cannot be told. */
  readonly inputs: (string | undefined)[];
}

/** The line cannot be told. Thrown inside the shell reader, caught by `commandsOf` alone. */
export class ShellFault extends Error {}

interface Heredoc {
  readonly delimiter: string;
  readonly literal: boolean;
  readonly tabs: boolean;
  readonly command: SimpleCommand;
}

const MAX_DEPTH = 20;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"], ["t", "\t"], ["r", "\r"], ["a", "\u0007"], ["b", "\b"], ["e", "\u001b"], ["E", "\u001b"], ["f", "\f"], ["v", "\v"],
  ["\\", "\\"], ["'", "'"], ['"', '"'], ["?", "?"],
]);
const NUMERIC_ESCAPE = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/y;
const REDIRECTION = /(?:\d+|\{[a-zA-Z_]\w*\})?(?:<<<|<<-?|<>|>>|>\||<&|>&|<(?!\()|>(?!\())|&>>?/y;
const SEPARATOR = /\|\||&&|;;|\|&|[;&|\n()]/y;
const BLANK = /(?:[ \t]|\\\n)+/y;
const NAME = /[a-zA-Z_]\w*|[0-9@*#?$!-]/y;

interface WordParts {
  /** An unquoted brace was opened: a comma or two dots after it make several words of one. */
  brace?: boolean;
  text: string;
  dynamic: boolean;
  splits: boolean;
  plain: boolean;
}

/**
 * Reads one shell script (POSIX shell with the common parts of bash) into its simple commands, those in substitutions
 * included. Each reader owns one text; substitutions in backquotes get a reader of their own.
 */
export class ShellReader {
  private at = 0;
  private readonly heredocs: Heredoc[] = [];

  constructor(
    private readonly text: string,
    private readonly found: SimpleCommand[],
    private readonly depth: number,
  ) {
    if (depth > MAX_DEPTH) throw new ShellFault();
  }

  readAll(): void {
    this.readList(undefined, 0);
    if (this.heredocs.length > 0) throw new ShellFault();
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  private skip(pattern: RegExp): string | undefined {
    const matched = this.match(pattern);
    if (matched !== undefined) this.at += matched.length;
    return matched;
  }

  private skipBlanks(): void {
    this.skip(BLANK);
    if (this.text[this.at] !== "#") return;
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  /** Commands up to `close` or, without one, the end of the text. */
  private readList(close: ")" | undefined, nesting: number): void {
    if (nesting > MAX_DEPTH) throw new ShellFault();
    let command = this.begin();
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.text.length) break;
      const redirection = this.skip(REDIRECTION);
      if (redirection !== undefined) {
        this.readTarget(command, redirection, nesting);
        continue;
      }
      const separator = this.skip(SEPARATOR);
      if (separator === undefined) {
        command.words.push(this.readWord(nesting));
        continue;
      }
      if (separator === "(") {
        this.openGroup(command, nesting);
        continue;
      }
      this.finish(command);
      if (separator === ")") {
        if (close === undefined) throw new ShellFault();
        return;
      }
      if (separator === ";;") throw new ShellFault();
      if (separator === "\n") this.readHeredocs();
      command = this.begin();
    }
    if (close !== undefined) throw new ShellFault();
    this.finish(command);
  }

  private begin(): SimpleCommand {
    return { words: [], inputs: [] };
  }

  private finish(command: SimpleCommand): void {
    if (command.words.length > 0) this.found.push(command);
  }

  /** WHY: `name()` defines a function, `((` is arithmetic, `a=(` an array; only where a command may start is `(` a subshell. */
  private openGroup(command: SimpleCommand, nesting: number): void {
    const starts = command.words.every((word) => word.plain && GROUP_PREFIX.has(word.text));
    if (!starts || this.text[this.at] === "(") throw new ShellFault();
    this.readList(")", nesting + 1);
  }

  private readTarget(command: SimpleCommand, operator: string, nesting: number): void {
    this.skip(BLANK);
    if (this.at >= this.text.length || this.match(SEPARATOR) !== undefined) throw new ShellFault();
    const word = this.readWord(nesting);
    const sign = operator.replace(/^(?:\d+|\{\w+\})/, "");
    if (sign === "<<" || sign === "<<-") {
      if (word.dynamic) throw new ShellFault();
      this.heredocs.push({ delimiter: word.text, literal: !word.plain, tabs: sign === "<<-", command });
    } else if (sign === "<<<") command.inputs.push(word.dynamic ? undefined : word.text);
    else command.words.push({ text: operator, dynamic: false, splits: false, plain: false }, { ...word, plain: false });
  }

  private readHeredocs(): void {
    for (const heredoc of this.heredocs.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.at >= this.text.length) throw new ShellFault();
        const newline = this.text.indexOf("\n", this.at);
        const end = newline < 0 ? this.text.length : newline;
        const raw = this.text.slice(this.at, end);
        this.at = Math.min(end + 1, this.text.length);
        const line = heredoc.tabs ? raw.replace(/^\t+/, "") : raw;
        if (line === heredoc.delimiter) break;
        lines.push(line);
      }
      this.takeBody(heredoc, lines.join("\n"));
    }
  }

  private takeBody(heredoc: Heredoc, body: string): void {
    if (heredoc.literal) {
      heredoc.command.inputs.push(body);
      return;
    }
    const parts: WordParts = { text: "", dynamic: false, splits: false, plain: true };
    const reader = new ShellReader(body, this.found, this.depth + 1);
    reader.readQuoted(parts, undefined, 0);
    heredoc.command.inputs.push(parts.dynamic ? undefined : parts.text);
  }

  private readWord(nesting: number): Word {
    const parts: WordParts = { text: "", dynamic: false, splits: false, plain: true };
    const start = this.at;
    while (this.at < this.text.length && this.readPart(parts, nesting));
    if (this.at === start) throw new ShellFault();
    if (this.text.slice(start, this.at) === "[") parts.dynamic = false;
    return parts;
  }

  /** One piece of an unquoted word; false where the word ends. */
  private readPart(parts: WordParts, nesting: number): boolean {
    const character = this.text.charAt(this.at);
    if ((character === "<" || character === ">") && this.text[this.at + 1] === "(") return this.readProcess(parts, nesting);
    if (/[ \t\n;&|()<>]/.test(character)) return false;
    this.at++;
    if (character === "'") this.readSingle(parts);
    else if (character === '"') this.readDouble(parts, nesting);
    else if (character === "\\") this.readEscape(parts);
    else if (character === "$") this.readDollar(parts, nesting, false);
    else if (character === "`") this.readBackquotes(parts, false);
    else {
      if (/[*?[]/.test(character) || (parts.brace === true && /[,.]/.test(character))) parts.dynamic = true;
      if (character === "{") parts.brace = true;
      parts.text += character;
    }
    return true;
  }

  private readProcess(parts: WordParts, nesting: number): boolean {
    const start = this.at;
    this.at += 2;
    this.readList(")", nesting + 1);
    parts.text += this.text.slice(start, this.at);
    parts.dynamic = true;
    parts.plain = false;
    return true;
  }

  private readSingle(parts: WordParts): void {
    const end = this.text.indexOf("'", this.at);
    if (end < 0) throw new ShellFault();
    parts.text += this.text.slice(this.at, end);
    parts.plain = false;
    this.at = end + 1;
  }

  private readEscape(parts: WordParts): void {
    if (this.at >= this.text.length) throw new ShellFault();
    const character = this.text.charAt(this.at++);
    if (character === "\n") return;
    parts.text += character;
    parts.plain = false;
  }

  private readDouble(parts: WordParts, nesting: number): void {
    parts.plain = false;
    this.readQuoted(parts, '"', nesting);
  }

  /** The inside of double quotes up to `close`, or a whole heredoc body. */
  private readQuoted(parts: WordParts, close: '"' | undefined, nesting: number): void {
    for (;;) {
      if (this.at >= this.text.length) {
        if (close === undefined) return;
        throw new ShellFault();
      }
      const character = this.text.charAt(this.at++);
      if (character === close) return;
      if (character === "\\") this.readQuotedEscape(parts);
      else if (character === "$") this.readDollar(parts, nesting, true);
      else if (character === "`") this.readBackquotes(parts, true);
      else parts.text += character;
    }
  }

  private readQuotedEscape(parts: WordParts): void {
    const next = this.text.charAt(this.at);
    if (next !== "" && '$`"\\\n'.includes(next)) {
      this.at++;
      if (next !== "\n") parts.text += next;
    } else parts.text += "\\";
  }

  private readDollar(parts: WordParts, nesting: number, quoted: boolean): void {
    const start = this.at - 1;
    const next = this.text.charAt(this.at);
    if (next === "'" && !quoted) return this.readAnsi(parts);
    if (next === '"' && !quoted) {
      this.at++;
      return this.readDouble(parts, nesting);
    }
    if (next === "(") this.readSubstitution(nesting);
    else if (next === "{") this.readBraces(nesting);
    else if (this.skip(NAME) === undefined) {
      parts.text += "$";
      return;
    }
    parts.text += this.text.slice(start, this.at);
    parts.dynamic = true;
    parts.plain = false;
    if (!quoted) parts.splits = true;
  }

  private readSubstitution(nesting: number): void {
    this.at++;
    if (this.text[this.at] === "(") {
      this.at++;
      this.readArithmetic(nesting);
    } else this.readList(")", nesting + 1);
  }

  /** `$((...))`: only substitutions inside it run anything. */
  private readArithmetic(nesting: number): void {
    if (nesting > MAX_DEPTH) throw new ShellFault();
    const inside: WordParts = { text: "", dynamic: false, splits: false, plain: false };
    for (let open = 2; open > 0; ) {
      if (this.at >= this.text.length) throw new ShellFault();
      const character = this.text.charAt(this.at++);
      if (character === "(") open++;
      else if (character === ")") {
        open--;
        if (open === 1 && this.text[this.at] !== ")") throw new ShellFault();
      } else if (character === "$") this.readDollar(inside, nesting + 1, true);
      else if (character === "`") this.readBackquotes(inside, true);
      else if (/['"\\;&|\n]/.test(character)) throw new ShellFault();
    }
  }

  /** `${...}`: substitutions in its default values run. */
  private readBraces(nesting: number): void {
    if (nesting > MAX_DEPTH) throw new ShellFault();
    const inside: WordParts = { text: "", dynamic: false, splits: false, plain: false };
    for (this.at++; this.text[this.at] !== "}"; ) {
      if (this.at >= this.text.length || this.text[this.at] === "\n") throw new ShellFault();
      const character = this.text.charAt(this.at++);
      if (character === "$") this.readDollar(inside, nesting + 1, true);
      else if (character === "`") this.readBackquotes(inside, true);
      else if (character === "'") this.readSingle(inside);
      else if (character === '"') this.readDouble(inside, nesting + 1);
      else if (character === "\\") this.readEscape(inside);
    }
    this.at++;
  }

  private readBackquotes(parts: WordParts, quoted: boolean): void {
    const start = this.at - 1;
    let script = "";
    for (;;) {
      if (this.at >= this.text.length) throw new ShellFault();
      const character = this.text.charAt(this.at++);
      if (character === "`") break;
      const next = this.text.charAt(this.at);
      if (character === "\\" && (next === "`" || next === "\\" || next === "$" || (quoted && next === '"'))) {
        script += next;
        this.at++;
      } else script += character;
    }
    new ShellReader(script, this.found, this.depth + 1).readAll();
    parts.text += this.text.slice(start, this.at);
    parts.dynamic = true;
    parts.plain = false;
    if (!quoted) parts.splits = true;
  }

  private readAnsi(parts: WordParts): void {
    parts.plain = false;
    for (this.at++; ; ) {
      if (this.at >= this.text.length) throw new ShellFault();
      const character = this.text.charAt(this.at);
      if (character === "'") break;
      if (character === "\\") this.readAnsiEscape(parts);
      else {
        parts.text += character;
        this.at++;
      }
    }
    this.at++;
  }

  private readAnsiEscape(parts: WordParts): void {
    NUMERIC_ESCAPE.lastIndex = this.at;
    const code = NUMERIC_ESCAPE.exec(this.text);
    const simple = ESCAPES.get(this.text.charAt(this.at + 1));
    if (code === null && simple === undefined) throw new ShellFault();
    const octal = code?.[4];
    const value = octal === undefined ? parseInt(code?.[1] ?? code?.[2] ?? code?.[3] ?? "0", 16) : parseInt(octal, 8) & 255;
    if (code !== null && (value === 0 || value > 0x10ffff || (code[1] ?? octal) !== undefined && value > 127)) throw new ShellFault();
    parts.text += code === null ? (simple ?? "") : String.fromCodePoint(value);
    this.at += code === null ? 2 : code[0].length;
  }
}

/** Keywords after which a subshell may stand. */
const GROUP_PREFIX: ReadonlySet<string> = new Set(["!", "{", "time", "if", "then", "elif", "else", "while", "until", "do"]);
