import { ShellFault } from "./fault.ts";
import type { Redirection, SimpleCommand } from "./simple-command.ts";

/** How deep substitutions, quotes and compound commands may be nested. */
const MAX_NESTING = 40;
const MAX_COMMANDS = 10_000;

/** A heredoc whose text has not come yet. */
export interface Heredoc {
  readonly delimiter: string;
  /** Its delimiter is quoted, so that its text is taken as it is. */
  readonly literal: boolean;
  /** `<<-`: tabs at the start of its lines are dropped. */
  readonly tabs: boolean;
  readonly redirection: Redirection;
}

/**
 * Which variables surely hold whole numbers: bash evaluates the value of every other one that
 * stands in arithmetic, and commands in it run.
 */
export interface NumberLog {
  /** Places that are harmless only while `name` is given nothing but numbers. */
  readonly uses: { readonly name: string; readonly at: number }[];
  /** Variables that are somewhere given something else. */
  readonly others: Set<string>;
}

/** What all readers of one script share. */
export interface ScriptState {
  /** The simple commands in the order in which they are read to their end. */
  readonly commands: SimpleCommand[];
  readonly numbers: NumberLog;
  /** Reads commands up to the `)` that closes them, or to the end of the text. */
  readonly readList: (reader: ShellReader, close: ")" | undefined) => void;
}

/** A text to read, and where its offsets are in the line. */
export interface Source {
  readonly text: string;
  readonly origin: (at: number) => number;
}

const BLANK = /[ \t]/;

/**
 * A place in a script, with what was read before it. INVARIANT: `at` only grows, so that reading is
 * linear.
 */
export class ShellReader {
  at = 0;
  /** Variables that hold a whole number wherever control comes here. */
  numbers: ReadonlySet<string> = new Set();
  /** Heredocs that wait for a newline, one list for each substitution that is open. */
  readonly waiting: Heredoc[][] = [[]];

  constructor(
    readonly source: Source,
    readonly script: ScriptState,
    private nesting: number,
  ) {}

  get text(): string {
    return this.source.text;
  }

  /** Ends the reading of the line. `at` is an offset in this reader's text. */
  fault(at: number, subject: string, problem: string): never {
    throw new ShellFault(this.source.origin(at), subject, problem);
  }

  /** The character `ahead` of the next one; empty at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** Whether the text goes on with `text`. */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** What a sticky expression matches here; undefined where it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  /** Takes what a sticky expression matches here. */
  take(pattern: RegExp): string | undefined {
    const matched = this.match(pattern);
    if (matched !== undefined) this.at += matched.length;
    return matched;
  }

  /** Where an offset in this text is in the line. */
  place(at: number): number {
    return this.source.origin(at);
  }

  /** Adds a command that is read to its end. */
  add(command: SimpleCommand): SimpleCommand {
    const { commands } = this.script;
    if (commands.length >= MAX_COMMANDS)
      this.fault(this.at, "the command", "is beyond the maximum number of commands");
    commands.push(command);
    return command;
  }

  /**
   * Runs `body` one level deeper. What it learns of variables is forgotten: control may have gone
   * around it.
   */
  nested(body: () => void): void {
    if (this.nesting >= MAX_NESTING) this.fault(this.at, "this part", "is nested too deeply");
    const { numbers } = this;
    this.nesting++;
    body();
    this.nesting--;
    this.numbers = numbers;
  }

  /** Reads commands in a substitution, whose heredocs have to end before it does. */
  substitution(): void {
    const start = this.at;
    this.nested(() => {
      this.waiting.push([]);
      this.script.readList(this, ")");
      const left = this.waiting.pop() ?? [];
      if (left.length > 0)
        this.fault(start, "the substitution", "ends before the text of its heredoc");
    });
  }

  /** A reader of another text that belongs to the same script. */
  inner(source: Source): ShellReader {
    const reader = new ShellReader(source, this.script, this.nesting + 1);
    if (this.nesting >= MAX_NESTING) this.fault(this.at, "this part", "is nested too deeply");
    reader.numbers = this.numbers;
    return reader;
  }

  /** Whether a heredoc waits for its text. */
  awaitsHeredoc(): boolean {
    return this.waiting.some((frame) => frame.length > 0);
  }

  /** Whether this is inside a substitution. */
  isSubstituted(): boolean {
    return this.waiting.length > 1;
  }

  /**
   * Takes blanks and escaped newlines between two tokens. Behind an escaped newline an operator or
   * a comment may not follow at once: older shells join them to what stands before.
   */
  skipBlanks(): void {
    for (;;) {
      if (BLANK.test(this.peek())) this.at++;
      else if (this.sees("\\\n")) {
        if (this.awaitsHeredoc())
          this.fault(this.at, "an escaped newline", "is before the text of a heredoc");
        this.at += 2;
        if (/[;&|<>()#]/.test(this.peek()))
          this.fault(this.at, "an operator", "follows an escaped newline");
      } else return;
    }
  }
}
