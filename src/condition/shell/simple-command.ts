import type { Word } from "./word.ts";

/** `NAME=value`, in whatever way: before a command, by `export`, `read`, `for`, `${x:=...}`. */
export interface Assignment {
  readonly name: string;
  /** Undefined where the name is unset. */
  readonly value: Word | undefined;
  /** Whether programs see it: `NAME=value command`, `export NAME=value`. */
  readonly exported: boolean;
  readonly at: number;
}

/** A redirection. */
export interface Redirection {
  /** As written, without its number: `>`, `>>`, `>&`, `<<<`. */
  readonly operator: string;
  /** The descriptor that is redirected; `&>` is two redirections. */
  readonly fd: number;
  /** A file, a descriptor or `-`; for `<<` and `<<<` the text that is read. */
  target: Word;
  readonly at: number;
}

/** One simple command; without words, an assignment or a redirection that stands alone. */
export interface SimpleCommand {
  readonly at: number;
  readonly words: readonly Word[];
  readonly assignments: readonly Assignment[];
  readonly redirections: readonly Redirection[];
  /** What it reads from `<<` and `<<<`; those of the wrapper that runs it. */
  readonly inputs: readonly Redirection[];
}
