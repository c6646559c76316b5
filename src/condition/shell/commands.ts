import { ShellFault, ShellReader, type SimpleCommand, type Word } from "./reader.ts";
import { LEADING_KEYWORDS, SHELLS, STEERING, UNTOLD, WRAPPERS, type Wrapper } from "./wrappers.ts";

const MAX_LINE = 65_536;
const MAX_DEPTH = 10;
const MAX_COMMANDS = 10_000;

interface Expansion {
  readonly found: string[][];
  readonly depth: number;
}

function deeper({ found, depth }: Expansion): Expansion {
  if (depth >= MAX_DEPTH || found.length > MAX_COMMANDS) throw new ShellFault();
  return { found, depth: depth + 1 };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function isRedirection(word: Word): boolean {
  return !word.plain && /^(?:\d+|\{\w+\})?[<>&|]+-?$/.test(word.text) && /[<>]/.test(word.text);
}

/** A word as an option, an assignment or a name: its value must be known. */
function known(word: Word | undefined): string {
  if (word === undefined || word.dynamic) throw new ShellFault();
  return word.text;
}

/** The number of words that one option takes, itself included. */
function optionLength(option: string, spec: Wrapper): number {
  if (option.startsWith("--")) {
    if (!option.includes("=") && !spec.longFlags.includes(option)) throw new ShellFault();
    return 1;
  }
  for (let i = 1; i < option.length; i++) {
    const letter = option.charAt(i);
    if (spec.valued.includes(letter)) return i === option.length - 1 ? 2 : 1;
    if (!spec.flags.includes(letter)) throw new ShellFault();
    if (letter === "i" && option.length > 2 && spec === WRAPPERS.get("xargs")) return 1;
  }
  return 1;
}

/** The words of the command that `words[0]`, a wrapper, runs. */
function innerWords(words: readonly Word[], spec: Wrapper): readonly Word[] {
  let at = 1;
  while (at < words.length) {
    const text = known(words[at]);
    if (!text.startsWith("-") || text === "-") break;
    at += text === "--" ? 1 : optionLength(text, spec);
    if (text === "--") break;
  }
  if (words[at]?.text === "-") at++;
  while (spec.assignments && /^\w+=/.test(words[at]?.text ?? "") && words[at]?.splits === false) passAssignment(words[at++]);
  for (let i = 0; i < spec.operands && at < words.length; i++, at++) known(words[at]);
  return words.slice(at);
}

/** The script that a shell is given with `-c`; null: none is. */
function shellScript(words: readonly Word[]): { readonly script: string | null; readonly file: boolean } {
  let command = false;
  let at = 1;
  for (; at < words.length; at++) {
    const text = known(words[at]);
    if (!/^[-+]./.test(text)) break;
    if (text === "--") {
      at++;
      break;
    }
    if (text.startsWith("--")) {
      if (text === "--rcfile" || text === "--init-file") at++;
      continue;
    }
    if (text.slice(1).includes("c")) command = true;
    if (/[oO]$/.test(text)) at++;
  }
  return command ? { script: known(words[at]), file: false } : { script: null, file: at < words.length };
}

function expandShell(command: SimpleCommand, words: readonly Word[], into: Expansion): void {
  const { script, file } = shellScript(words.filter((word, i) => !isRedirection(word) && !isRedirection(words[i - 1] ?? word)));
  if (script !== null) readScript(script, into);
  else if (!file) {
    // WHY: a script from a file or a pipe is not on the line; the shell that runs it is, and stands in the list.
    for (const input of command.inputs) {
      if (input === undefined) throw new ShellFault();
      readScript(input, into);
    }
  }
}

const EXEC = new Set(["-exec", "-execdir", "-ok", "-okdir"]);

function expandFind(command: SimpleCommand, words: readonly Word[], into: Expansion): void {
  if (words.some((word) => word.splits)) throw new ShellFault();
  for (let at = 0; at < words.length; at++) {
    if (!EXEC.has(words[at]?.text ?? "")) continue;
    const length = words.slice(at + 1).findIndex((word, i, all) => word.text === ";" || (word.text === "+" && all[i - 1]?.text === "{}"));
    if (length < 0) throw new ShellFault();
    expandWords(command, words.slice(at + 1, at + 1 + length), deeper(into));
    at += length;
  }
}

function expandJoined(words: readonly Word[], into: Expansion): void {
  readScript(words.map(known).join(" "), into);
}

function expandSu(words: readonly Word[], into: Expansion): void {
  const at = words.findIndex((word) => /^-\w*c$|^--command$/.test(word.text));
  const attached = words.find((word) => word.text.startsWith("--command="));
  if (at >= 0) readScript(known(words[at + 1]), into);
  else if (attached !== undefined) readScript(known(attached).slice("--command=".length), into);
}

/** What else runs when `words` run: the inner commands of wrappers, shells, `find -exec` and `eval`. */
function expandInner(command: SimpleCommand, words: readonly Word[], into: Expansion): void {
  const name = baseName(words[0]?.text ?? "");
  const spec = WRAPPERS.get(name);
  if (spec !== undefined) {
    if (name === "command" && /^-p?[vV]/.test(words[1]?.text ?? "")) return;
    expandWords(command, innerWords(words, spec), deeper(into));
  } else if (SHELLS.has(name)) expandShell(command, words, deeper(into));
  else if (name === "find") expandFind(command, words, into);
  else if (name === "eval") expandJoined(words.slice(1), deeper(into));
  else if (name === "trap" && words.length > 2) readScript(known(words[1]), deeper(into));
  else if (name === "su") expandSu(words.slice(1), deeper(into));
}

function isAssignment(word: Word | undefined): boolean {
  return word !== undefined && /^[a-zA-Z_]\w*(?:\[[^\]]*\])?\+?=/.test(word.text);
}

/** WHY a fault: `PATH=/tmp ls` runs another `ls`, and `GIT_PAGER=x git log` runs `x` too. */
function passAssignment(word: Word | undefined): void {
  if (STEERING.test(word?.text ?? "")) throw new ShellFault();
}

/** Where the command itself starts: behind keywords, assignments and leading redirections. */
function commandStart(words: readonly Word[]): number {
  let at = 0;
  for (let word = words[at]; word !== undefined; word = words[at]) {
    if (word.plain && LEADING_KEYWORDS.has(word.text)) at++;
    else if (isAssignment(word)) passAssignment(words[at++]);
    else if (isRedirection(word) && at + 2 < words.length) at += 2;
    else break;
  }
  return at;
}

function expandWords(command: SimpleCommand, words: readonly Word[], into: Expansion): void {
  const start = commandStart(words);
  const own = words.slice(start);
  const [first] = own;
  const skipped = words.slice(0, start).flatMap((word, i) => (isRedirection(word) ? words.slice(i, i + 2) : []));
  if (first === undefined) return;
  if (first.plain && first.text === "for") return;
  if (first.dynamic || first.text === "" || first.text.includes("{}") || (first.plain && UNTOLD.has(first.text))) throw new ShellFault();
  into.found.push([...own, ...skipped].map((word) => word.text));
  expandInner(command, own, into);
}

function readScript(script: string, into: Expansion): void {
  const inner = deeper(into);
  const commands: SimpleCommand[] = [];
  new ShellReader(script, commands, 0).readAll();
  for (const command of commands) expandWords(command, command.words, inner);
}

/**
 * The simple commands of a shell line as lists of words without quotes (design 3.7), in the order in which they are
 * read: those of chains, pipes, groups, substitutions and heredocs, and what wrappers run (`sudo`, `env X=1`, `xargs`,
 * `sh -c`, `find -exec`, ...), the wrapper itself first. Redirections stay among the words as written; assignments
 * before a command are dropped, and those that decide what a name means (`PATH=`) leave the line untold; words[0] is as written, path included. Undefined where a command cannot be told.
 */
export function commandsOf(line: string): readonly (readonly string[])[] | undefined {
  const script = line.replaceAll("\r\n", "\n");
  if (line.length > MAX_LINE || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(script)) return undefined;
  const found: string[][] = [];
  try {
    readScript(script, { found, depth: 0 });
  } catch (fault) {
    if (fault instanceof ShellFault) return undefined;
    throw fault;
  }
  return found;
}
