import { builtinAssignments } from "./builtins.ts";
import { placeOf, ShellFault } from "./fault.ts";
import { gitOutputs, runGit } from "./git.ts";
import { readList } from "./grammar.ts";
import {
  NOTHING,
  runBehindDashes,
  runFind,
  runSu,
  runSubCommand,
  runWrapper,
  runXargs,
  tableOf,
  untold,
  type Call,
  type Inner,
  type Script,
} from "./inner.ts";
import { isEvaluated } from "./names.ts";
import { programOf } from "./program.ts";
import { runLine } from "./program-lines.ts";
import { ShellReader, type NumberLog } from "./reader.ts";
import { runRunningOptions } from "./running-options.ts";
import type { SimpleCommand } from "./simple-command.ts";
import { isNumber, textOf, type NumberKind } from "./word.ts";
import { BEHIND_DASHES, CALM, UNREAD } from "./wrappers.ts";

const MAX_LINE = 65_536;
const MAX_DEPTH = 20;
const MAX_COMMANDS = 10_000;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** A simple command with the program that it names. */
export interface FoundCommand extends SimpleCommand {
  /** The program's name without its folder; undefined where there are no words. */
  readonly program: string | undefined;
}

/** What is read of one line. */
class LineReader {
  readonly found: FoundCommand[] = [];
  private readonly numbers: NumberLog = { uses: [], others: new Set() };
  private depth = 0;

  private deeper(at: number, body: () => void): void {
    if (this.depth >= MAX_DEPTH) throw new ShellFault(at, "the command", "is nested too deeply");
    this.depth++;
    body();
    this.depth--;
  }

  /** Reads a script; `origin` is where it stands in the line, undefined for the line itself. */
  script({ text, at }: Script, isLine: boolean): void {
    this.deeper(at, () => {
      const control = CONTROL.exec(text);
      if (control !== null)
        throw new ShellFault(
          isLine ? control.index : at,
          "a control character",
          "is read differently by shells",
        );
      const commands: SimpleCommand[] = [];
      const origin = (offset: number): number => (isLine ? offset : at);
      readList(
        new ShellReader({ text, origin }, { commands, numbers: this.numbers, readList }, 0),
        undefined,
      );
      for (const command of commands) this.command(command);
    });
  }

  private add(command: FoundCommand): void {
    if (this.found.length >= MAX_COMMANDS)
      throw new ShellFault(command.at, "the command", "is beyond the maximum number of commands");
    this.found.push(command);
    for (const assignment of command.assignments) {
      if (isEvaluated(assignment))
        throw new ShellFault(assignment.at, "an assignment", "is run or evaluated by the shell");
      const { name, value } = assignment;
      if (value === undefined || !isNumber(value)) this.numbers.others.add(name);
    }
  }

  private command(command: SimpleCommand): void {
    const [first, ...words] = command.words;
    if (first === undefined) {
      this.add({ ...command, program: undefined });
      return;
    }
    const name = programOf(first);
    const isCalm =
      CALM.get(name)?.test(words.map((word) => textOf(word) ?? "$").join(" ")) === true;
    if (UNREAD.has(name) && !isCalm)
      untold(first.at, name, "runs or evaluates words in ways that are not read");
    const requireNumber = (number: NumberKind, at: number): void => this.requireNumber(number, at);
    const assigned = builtinAssignments({ name, command, words, requireNumber });
    const call = { name, command, words };
    const written = name === "git" ? gitOutputs(call) : [];
    this.add({
      ...command,
      program: name,
      assignments: [...command.assignments, ...assigned],
      redirections: [...command.redirections, ...written],
    });
    const { commands, scripts } = innerOf(call);
    for (const inside of commands) this.deeper(inside.at, () => this.command(inside));
    for (const inside of scripts) this.script(inside, false);
  }

  private requireNumber(number: NumberKind, at: number): void {
    if (number === false)
      throw new ShellFault(at, "a value", "may become words that are evaluated as code: quote it");
    if (typeof number === "object") this.numbers.uses.push({ name: number.name, at });
  }

  /** Looks at the end whether what counted as a number is one throughout. */
  checkNumbers(): void {
    const wrong = this.numbers.uses.find(({ name }) => this.numbers.others.has(name));
    if (wrong !== undefined)
      throw new ShellFault(
        wrong.at,
        "a value",
        "may be other than a number, and is evaluated as code",
      );
  }
}

function innerOf(call: Call): Inner {
  const { name } = call;
  const table = tableOf(name);
  if (table !== undefined)
    return "commands" in table ? runSubCommand(call, table) : runWrapper(call, table);
  const subs = BEHIND_DASHES.get(name);
  if (subs !== undefined) return runBehindDashes(call, subs);
  if (name === "xargs") return runXargs(call);
  if (name === "find") return runFind(call);
  if (name === "su" || name === "runuser") return runSu(call);
  if (name === "git") return runGit(call);
  return runLine(call) ?? runRunningOptions(call) ?? NOTHING;
}

/** A line that agentz cannot read, and why: a sentence without text of the line. */
export class Untold {
  constructor(readonly reason: string) {}
}

/** Why `fault` makes `line` one that agentz cannot read. */
function untoldBy(fault: ShellFault, line: string): Untold {
  return new Untold(
    `cannot tell what this line runs: ${fault.subject} at ${placeOf(line, fault.at)} ${fault.problem}`,
  );
}

/**
 * The simple commands of a shell line in the order in which they are read (design 3.7), those of
 * substitutions and compound commands, and what wrappers and shells among them run, each behind the
 * one that runs it. What bash, dash and zsh may read in different ways is a fault.
 */
export function readLine(line: string): readonly FoundCommand[] | Untold {
  if (line.length > MAX_LINE)
    return new Untold(`cannot tell what this line runs: it is longer than ${MAX_LINE} characters`);
  if (/\p{Surrogate}/u.test(line))
    return new Untold("cannot tell what this line runs: it is not well-formed Unicode");
  const reader = new LineReader();
  try {
    reader.script({ text: line, at: 0 }, true);
    reader.checkNumbers();
  } catch (fault) {
    if (fault instanceof ShellFault) return untoldBy(fault, line);
    throw fault;
  }
  return reader.found;
}
