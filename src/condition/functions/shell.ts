import { isHarmless } from "../shell/names.ts";
import { placeOf } from "../shell/fault.ts";
import { readLine, Untold, type FoundCommand } from "../shell/read-line.ts";
import type { Assignment, Redirection } from "../shell/simple-command.ts";
import { splits, textOf, type Word } from "../shell/word.ts";
import { INT, listOf, mapOf, STRING, type StructType } from "../types.ts";
import {
  CelMap,
  Failure,
  PartialList,
  type NoValue,
  type MapKey,
  type PlainMap,
  type Value,
} from "../value.ts";
import { string, unary, type Overload } from "./overload.ts";

const DYNAMIC = new Failure(
  "this word of the shell line depends on an expansion, so it cannot be compared",
);
const CUT = new Failure(
  "an expansion before this word may become several words or none, so the position of the word is unknown",
);

/** The value of a word; where it depends on an expansion, every comparison with it is an error. */
function wordValue(word: Word): string | Failure {
  return textOf(word) ?? DYNAMIC;
}

/**
 * Words as a list. From one on that may become several, or none, places are not known, and nor is
 * the size.
 */
function wordsValue(words: readonly Word[]): Value {
  const cut = words.findIndex(splits);
  if (cut < 0) return words.map(wordValue);
  return new PartialList(words.filter((word) => !splits(word)).map(wordValue), CUT, undefined, cut);
}

/** Files that hold nothing: a redirection to them, or to a descriptor, changes nothing. */
const NO_FILES: ReadonlySet<string> = new Set(["/dev/null", "/dev/stdout", "/dev/stderr"]);
/** What a redirection does to its file, by its operator. */
const FILE_OPERATORS: ReadonlyMap<string, string> = new Map([
  ["<", "<"],
  ["<>", "<>"],
  [">", ">"],
  [">|", ">"],
  [">>", ">>"],
  [">&", ">"],
  ["<&", "<"],
]);

function isProcess({ pieces }: Word): boolean {
  return pieces.some((piece) => piece.kind === "expansion" && piece.process);
}

/**
 * A redirection to or from a file as a list of its own: `['>', '/etc/motd']`; undefined where there
 * is no file.
 */
function fileValue({ operator, target }: Redirection): Value | undefined {
  const sign = FILE_OPERATORS.get(operator);
  const text = textOf(target);
  if (sign === undefined || isProcess(target) || (text !== undefined && NO_FILES.has(text)))
    return undefined;
  const isDescriptor = operator.endsWith("&") && text !== undefined;
  return isDescriptor ? undefined : [sign, wordValue(target)];
}

/** `&>` and `>&` redirect twice, to one file. */
function filesOf({ redirections }: FoundCommand): readonly Value[] {
  const first = redirections.filter(({ at }, i) => redirections[i - 1]?.at !== at);
  return first.map(fileValue).filter((value) => value !== undefined);
}

function steering(commands: readonly FoundCommand[]): Assignment | undefined {
  for (const { assignments, program } of commands) {
    const found = assignments.find((assignment) => !isHarmless(assignment, program));
    if (found !== undefined) return found;
  }
  return undefined;
}

function listsOf(command: FoundCommand): readonly Value[] {
  const files = filesOf(command);
  return command.words.length === 0 ? files : [wordsValue(command.words), ...files];
}

function commandsValue(line: string): Value | NoValue {
  const commands = readLine(line);
  if (commands instanceof Untold) return new Failure(commands.reason);
  const assignment = steering(commands);
  if (assignment !== undefined) {
    const place = placeOf(line, assignment.at);
    return new Failure(
      `cannot tell what this line runs: the assignment at ${place} may change it (\`shell\` shows assignments)`,
    );
  }
  return commands.flatMap(listsOf);
}

/** What `shell(line)` gives for each simple command. */
const COMMAND: StructType = {
  kind: "struct",
  open: false,
  fields: new Map([
    ["words", listOf(STRING)],
    ["assignments", mapOf(STRING, STRING)],
    [
      "redirections",
      listOf({
        kind: "struct",
        open: false,
        fields: new Map([
          ["operator", STRING],
          ["fd", INT],
          ["target", STRING],
        ]),
      }),
    ],
    ["dynamic", listOf(INT)],
  ]),
};

function assignmentsValue(assignments: readonly Assignment[]): CelMap {
  const entries = new Map<MapKey, { readonly key: Value; readonly value: Value | NoValue }>();
  for (const { name, value } of assignments) {
    entries.set(name, { key: name, value: value === undefined ? "" : wordValue(value) });
  }
  return new CelMap(entries);
}

function redirectionValue({ operator, fd, target }: Redirection): PlainMap {
  return { operator, fd: BigInt(fd), target: wordValue(target) };
}

/** The places of the words that depend on an expansion. */
function dynamicPlaces(words: readonly Word[]): readonly bigint[] {
  return words.flatMap((word, i) => (textOf(word) === undefined ? [BigInt(i)] : []));
}

function commandValue({ words, assignments, redirections }: FoundCommand): PlainMap {
  return {
    words: wordsValue(words),
    assignments: assignmentsValue(assignments),
    redirections: redirections.map(redirectionValue),
    dynamic: dynamicPlaces(words),
  };
}

function shellValue(line: string): Value | NoValue {
  const commands = readLine(line);
  return commands instanceof Untold ? new Failure(commands.reason) : commands.map(commandValue);
}

/** `commands(line)` and `shell(line)` (design 3.7). */
export const SHELL: readonly Overload[] = [
  unary("commands", string, listOf(listOf(STRING)), commandsValue),
  unary("shell", string, listOf(COMMAND), shellValue),
];
