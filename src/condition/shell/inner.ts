import { ShellFault } from "./fault.ts";
import {
  hasOption,
  knownText,
  optionSpec,
  optionValue,
  readAllOptions,
  readOptions,
  type GivenOption,
} from "./options.ts";
import type { Assignment, Redirection, SimpleCommand } from "./simple-command.ts";
import {
  behind,
  mayBe,
  mayStartWith,
  plainWord,
  prefixOf,
  splits,
  textOf,
  unknownWord,
  type Word,
} from "./word.ts";
import { SUB_COMMANDS, WRAPPERS, type SubCommands, type Wrapper } from "./wrappers.ts";

/** What a command runs besides itself. */
export interface Inner {
  readonly commands: readonly SimpleCommand[];
  readonly scripts: readonly Script[];
}

/** Text that a shell reads. */
export interface Script {
  readonly text: string;
  readonly at: number;
}

/** What a program's words are to whoever expands them. */
export interface Call {
  readonly name: string;
  readonly command: SimpleCommand;
  /** Its words, without its name. */
  readonly words: readonly Word[];
}

export const NOTHING: Inner = { commands: [], scripts: [] };

/** Ends the reading: `program` runs something that is not known. */
export function untold(at: number, program: string, problem: string): never {
  throw new ShellFault(at, `\`${program}\``, problem);
}

/**
 * A command that another one runs, with the other's input. Its first word is no keyword any more.
 */
export function inner(
  { command }: Call,
  words: readonly Word[],
  assignments: readonly Assignment[] = [],
  inputs: readonly Redirection[] = command.inputs,
): Inner {
  const [first, ...others] = words;
  if (first === undefined) return NOTHING;
  const own = [{ ...first, plain: false }, ...others];
  return {
    commands: [{ at: first.at, words: own, assignments, redirections: [], inputs }],
    scripts: [],
  };
}

/** A script in a word, which has to be known. */
export function script({ name, command }: Call, ...words: readonly Word[]): Inner {
  const [first] = words;
  if (first === undefined) return NOTHING;
  const texts = words.map((word) => textOf(word));
  if (texts.includes(undefined)) untold(command.at, name, "runs text that is not known");
  return { commands: [], scripts: [{ text: texts.join(" "), at: first.at }] };
}

/** What is read from `<<` and `<<<` as a script; a fault where the script comes from elsewhere. */
export function inputScripts({ name, command }: Call): Inner {
  if (command.inputs.length === 0) untold(command.at, name, "reads its commands from its input");
  const scripts = command.inputs.map(({ target }) => {
    const text = textOf(target);
    if (text === undefined) untold(target.at, name, "runs text that is not known");
    return { text, at: target.at };
  });
  return { commands: [], scripts };
}

const ASSIGNMENT = /^([a-zA-Z_]\w*)=/;

/** `NAME=value` words before the command of `env` or `sudo`. */
function takeAssignments(words: readonly Word[], name: string): readonly Assignment[] {
  const assignments: Assignment[] = [];
  for (const word of words) {
    const assigned = ASSIGNMENT.exec(prefixOf(word))?.[1];
    if (assigned === undefined || splits(word)) {
      if (mayBeAssignment(word)) untold(word.at, name, "may assign a variable that is not known");
      return assignments;
    }
    assignments.push({
      name: assigned,
      value: behind(word, assigned.length + 1),
      exported: true,
      at: word.at,
    });
  }
  return assignments;
}

function mayBeAssignment(word: Word): boolean {
  const text = textOf(word);
  return text === undefined ? !prefixOf(word).includes("/") : text.includes("=");
}

/** `env -u NAME`. */
function unsetNames(options: readonly GivenOption[], program: string): readonly Assignment[] {
  if (program !== "env") return [];
  return options.flatMap(({ name, value }) => {
    if ((name !== "-u" && name !== "--unset") || value === undefined) return [];
    return [{ name: knownText(value, program), value: undefined, exported: true, at: value.at }];
  });
}

/** What a wrapper runs: its words without its options and operands. */
export function runWrapper(call: Call, wrapper: Wrapper): Inner {
  const { name, command, words } = call;
  const { options, rest } = readOptions(words, wrapper.options, name);
  if (name === "command" && hasOption(options, "-v", "-V")) return NOTHING;
  const start =
    name === "env" && textOf(rest[0] ?? plainWord("", 0)) === "-" ? rest.slice(1) : rest;
  const assignments = wrapper.assigns ? takeAssignments(start, name) : [];
  const operands = start.slice(assignments.length);
  for (const operand of operands.slice(0, wrapper.operands)) knownOperand(operand, name);
  const inside = operands.slice(wrapper.operands);
  if (inside.length === 0 && wrapper.alone === "shell") untold(command.at, name, "starts a shell");
  return inner(call, inside, [...unsetNames(options, name), ...assignments]);
}

/**
 * An operand that stands before a command: it may depend on an expansion, but has to be one word.
 */
function knownOperand(word: Word, program: string): void {
  if (splits(word))
    untold(word.at, program, "may run another of its words: quote the word before it");
}

/**
 * `docker exec`, `uv run` and their like; programs of other sub-commands run nothing that is read
 * here.
 */
export function runSubCommand(call: Call, tree: SubCommands): Inner {
  const { name, words } = call;
  const wanted = [...tree.commands.keys()];
  let given;
  try {
    given = readOptions(words, tree.options, name);
  } catch (fault) {
    if (
      !(fault instanceof ShellFault) ||
      words.some((word) => wanted.some((sub) => mayBe(word, sub)))
    )
      throw fault;
    return NOTHING;
  }
  const [sub, ...rest] = given.rest;
  if (sub === undefined) return NOTHING;
  const next = tree.commands.get(knownText(sub, name));
  if (next === undefined) return NOTHING;
  if ("commands" in next) return runSubCommand({ ...call, words: rest }, next);
  return runContained({ ...call, words: rest }, next);
}

/** WHY the entry point: it takes the place of the first word that the container runs. */
function runContained(call: Call, wrapper: Wrapper): Inner {
  const { options, rest } = readOptions(call.words, wrapper.options, call.name);
  for (const operand of rest.slice(0, wrapper.operands)) knownOperand(operand, call.name);
  const entry = optionValue(options, "--entrypoint");
  const words = rest.slice(wrapper.operands);
  if (entry !== undefined) return inner(call, [entry, ...words]);
  const [first] = words;
  if (first === undefined) return NOTHING;
  const text = textOf(first);
  if (text?.startsWith("-") === true && wrapper.options.longValued.has("entrypoint"))
    return NOTHING;
  if (text === undefined && mayStartWith(first, "-"))
    untold(first.at, call.name, "runs a word that depends on an expansion");
  return inner(call, words);
}

/** `kubectl exec pod -- command`. */
export function runBehindDashes(call: Call, subs: ReadonlySet<string>): Inner {
  const { name, words, command } = call;
  const [first] = words;
  const isOther =
    first !== undefined &&
    textOf(first)?.startsWith("-") === false &&
    !subs.has(textOf(first) ?? "");
  if (isOther || !words.some((word) => [...subs].some((sub) => mayBe(word, sub)))) return NOTHING;
  const dashes = words.findIndex((word) => textOf(word) === "--");
  const split = words.slice(0, dashes < 0 ? undefined : dashes).find(splits);
  if (split !== undefined) untold(split.at, name, "may run another of its words: quote this one");
  if (dashes < 0) untold(command.at, name, "runs a command that is not after `--`");
  return inner(call, words.slice(dashes + 1));
}

/** The wrapper or the sub-commands of a program. */
export function tableOf(name: string): Wrapper | SubCommands | undefined {
  return WRAPPERS.get(name) ?? SUB_COMMANDS.get(name);
}

const XARGS = {
  ...optionSpec(
    "0rtpxo",
    "aEdILnPs",
    "null no-run-if-empty verbose interactive exit open-tty show-limits",
    "arg-file delimiter max-args max-procs max-chars",
  ),
  attached: "iel",
};

/**
 * `xargs`: to the words of its command come others that nobody knows, or they take the place of
 * `{}`.
 */
export function runXargs(call: Call): Inner {
  const { options, rest } = readOptions(call.words, XARGS, call.name);
  const unknown = unknownWord(call.command.at, true);
  const replaced = hasOption(options, "-I", "-i");
  if (!replaced) return rest.length === 0 ? NOTHING : inner(call, [...rest, unknown], [], []);
  const sign = optionValue(options, "-I", "-i");
  return inner(
    call,
    replaceSign(rest, sign === undefined ? "{}" : knownText(sign, call.name)),
    [],
    [],
  );
}

/** The words in which `sign` is replaced by what nobody knows; `many`: by any number of words. */
function replaceSign(words: readonly Word[], sign: string, many = false): readonly Word[] {
  return words.map((word) => {
    const text = word.pieces
      .map((piece) => (piece.kind === "text" ? piece.text : "\u0000"))
      .join("");
    if (!text.includes(sign)) return word;
    const before = prefixOf(word).split(sign)[0] ?? "";
    const pieces = [
      ...plainWord(before, word.at).pieces,
      ...unknownWord(word.at, many || splits(word)).pieces,
    ];
    return { at: word.at, pieces, plain: false };
  });
}

const EXECUTING = ["-exec", "-execdir", "-ok", "-okdir"];

function mayExecute(word: Word): boolean {
  return EXECUTING.some((option) => mayBe(word, option));
}

/**
 * `find ... -exec command ;`. A word that may be `-exec` is a fault, unless what it would run is an
 * option of `find`.
 */
export function runFind(call: Call): Inner {
  const commands: SimpleCommand[] = [];
  const { words } = call;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || !mayExecute(word)) continue;
    if (textOf(word) === undefined) {
      const next = words[at + 1];
      const isCalm = next === undefined || textOf(next)?.startsWith("-") === true;
      if (splits(word) || !isCalm)
        untold(word.at, call.name, "may run a command, by a word that depends on an expansion");
      continue;
    }
    const end = at + 1 + executedLength(words.slice(at + 1), call);
    const last = words[end];
    const many = last !== undefined && textOf(last) === "+";
    commands.push(...inner(call, replaceSign(words.slice(at + 1, end), "{}", many)).commands);
    at = end;
  }
  return { commands, scripts: [] };
}

/** The number of words up to `;`, or to `{} +`. */
function executedLength(words: readonly Word[], { name, command }: Call): number {
  let mayHaveEnded = false;
  for (const [i, word] of words.entries()) {
    const text = textOf(word);
    if (splits(word) || (mayHaveEnded && mayExecute(word))) {
      untold(word.at, name, "may run another command, by a word that depends on an expansion");
    }
    if (text === undefined && (mayBe(word, ";") || mayBe(word, "+"))) mayHaveEnded = true;
    const before = words[i - 1];
    if (text === ";" || (text === "+" && before !== undefined && textOf(before) === "{}")) return i;
  }
  return untold(command.at, name, "runs a command that does not end");
}

const SU = optionSpec(
  "lmpfP",
  "cgGsw",
  "login preserve-environment fast pty",
  "command session-command group supp-group shell whitelist-environment",
);
const RUNUSER = { ...SU, valued: `${SU.valued}u`, longValued: new Set([...SU.longValued, "user"]) };

/** `su -c line`, `runuser -u user command`. */
export function runSu(call: Call): Inner {
  const spec = call.name === "su" ? SU : RUNUSER;
  const first = readOptions(call.words, spec, call.name);
  if (optionValue(first.options, "-u", "--user") !== undefined) {
    if (first.rest.length === 0) untold(call.command.at, call.name, "starts a shell");
    return inner(call, first.rest);
  }
  const { options, rest } = readAllOptions(call.words, spec, call.name);
  const line = optionValue(options, "-c", "--command", "--session-command");
  if (hasOption(options, "-s", "--shell"))
    untold(call.command.at, call.name, "names another shell");
  if (rest.filter((word) => textOf(word) !== "-").length > 1)
    untold(call.command.at, call.name, "gives words to a shell");
  if (line === undefined) untold(call.command.at, call.name, "starts a shell");
  return script(call, line);
}
