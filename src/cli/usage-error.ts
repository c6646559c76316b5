import type { CommanderError } from "commander";
import { count } from "../text/count.ts";
import { slippedFrom } from "../text/slip.ts";
import type { Entry } from "./command-list.ts";

/** What is wrong with a command line, and what to do. */
export interface UsageFault {
  readonly message: string;
  readonly help: string;
}

type Named = Pick<Entry, "name" | "args">;

/** Whether what follows a command's name is the name of one of its own. */
function isGroup({ args }: Named): boolean {
  return args === "[command]";
}

/** The command that a line calls, as people write it: `agentz trace stats`. */
function commandOf(argv: readonly string[], commands: readonly Named[], code: string): string {
  const at = argv.findIndex((arg) => commands.some(({ name }) => name === arg));
  const called = commands.find(({ name }) => name === argv[at]);
  if (called === undefined) return "agentz";
  const { name } = called;
  const next = argv[at + 1] ?? "";
  const isWhole = code === "commander.unknownCommand" || !isGroup(called);
  return isWhole || !/^[a-z]+$/.test(next) ? `agentz ${name}` : `agentz ${name} ${next}`;
}

/** Commander quotes with apostrophes. */
function inBackticks(text: string): string {
  return text.replaceAll(/'([^']*)'/g, "`$1`");
}

/** What a value that is refused is meant to be, at the end of why it is refused. */
const SLIP = /; (did you mean [^?]*\?)$/;

/** The choice that is meant by a value that is none of an option's. */
function choiceMeant({ message }: CommanderError): string | undefined {
  const [, given = "", choices = ""] =
    /argument '(.*?)' is invalid\. Allowed choices are (.*)\.$/s.exec(message) ?? [];
  return slippedFrom(given, choices.split(", "));
}

function messageOf({ code, message }: CommanderError, command: string): string {
  if (code === "commander.help") return `\`${command}\` is a group of commands, and none is named`;
  const text = message
    .replace(/^error: /, "")
    .replace(/\n.*$/s, "")
    .replace(SLIP, "");
  const [, option, given, why] =
    /^option '(\S+)(?:, (?:--\S+))?(?: [^']*)?' argument '(.*?)' is invalid\. (.*)$/s.exec(text) ??
    [];
  if (option !== undefined && why !== undefined) {
    const reason = why.replace(/\.$/, "").replace(/^A(?=llowed choices)/, "a");
    return `\`${option} ${given ?? ""}\`: ${reason}`;
  }
  const [, missing] = /^missing required argument '(.*)'$/.exec(text) ?? [];
  if (missing !== undefined) return `the argument \`<${missing}>\` is missing`;
  const [, needed] = /^required option '(.*)' not specified$/.exec(text) ?? [];
  if (needed !== undefined) return `the option \`${needed}\` is missing`;
  const [, bare] = /^option '(.*)' argument missing$/.exec(text) ?? [];
  if (bare !== undefined) return `the option \`${bare}\` has no value`;
  const [, most] =
    /^too many arguments for '.*'\. Expected (\d+) arguments? but got \d+\.$/.exec(text) ?? [];
  if (most === "0") return `\`${command}\` takes no arguments, only options`;
  if (most !== undefined) return `\`${command}\` takes at most ${count(Number(most), "argument")}`;
  return inBackticks(text);
}

/** What people write for another word of a command, where the letters are far from it. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["agentz policy", "lint"],
  ["agentz check", "lint"],
  ["agentz validate", "lint"],
  ["agentz verify", "lint"],
  ["agentz simulate", "replay"],
  ["agentz compare", "diff"],
  ["agentz why", "explain"],
  ["agentz version lint", "check"],
  ["agentz version validate", "check"],
  ["agentz trace check", "validate"],
  ["agentz trace lint", "validate"],
  ["agentz version --baseline", "--base"],
]);

interface OtherOption {
  readonly words: readonly string[];
  readonly meant: string;
  readonly commands: readonly string[];
}

/** The same of options that several commands have. */
const OTHER_OPTIONS: readonly OtherOption[] = [
  { words: ["--base"], meant: "--baseline", commands: ["replay", "explain", "record-plan"] },
  {
    words: ["--json"],
    meant: "--format json",
    commands: ["lint", "test", "replay", "diff", "explain", "decide", "ci", "who-can", "analyze"],
  },
  {
    words: ["--policy", "--policies", "--catalog"],
    meant: "--candidate",
    commands: ["replay", "explain", "decide", "who-can", "serve", "bench", "blast-radius"],
  },
];

/** The word that is meant by one that a command does not have. */
function otherWord(error: CommanderError, command: string): string | undefined {
  const [, word = ""] = /unknown (?:command|option) '(.*?)'/.exec(error.message) ?? [];
  const group = command.split(" ").slice(0, 2).join(" ");
  const option = OTHER_OPTIONS.find(
    ({ words, commands }) => words.includes(word) && commands.includes(group.split(" ")[1] ?? ""),
  );
  return OTHER_WORDS.get(`${group} ${word}`) ?? option?.meant;
}

/** What a person reads of a command line that cannot be parsed; `commands`: all that there are. */
export function usageFault(
  error: CommanderError,
  argv: readonly string[],
  commands: readonly Named[],
): UsageFault {
  const command = commandOf(argv, commands, error.code);
  const [, near] = /\(Did you mean (?:one of )?(.*)\?\)/.exec(error.message) ?? [];
  const meant = otherWord(error, command) ?? near ?? choiceMeant(error);
  const [, slip] = SLIP.exec(error.message) ?? [];
  const candidate = error.message.includes("unknown option '--candidate'");
  const help = candidate
    ? "this command takes policies as paths: leave out `--candidate`"
    : slip !== undefined
      ? slip
      : meant !== undefined
        ? `did you mean ${meant
            .split(", ")
            .map((name) => `\`${name}\``)
            .join(", ")}?`
        : command === "agentz"
          ? "`agentz --help` lists the commands"
          : `\`${command} --help\` shows what it takes`;
  const [first, topic] = argv;
  const isTopic = error.code === "commander.help" && first === "help" && topic !== undefined;
  return { message: isTopic ? `unknown command \`${topic}\`` : messageOf(error, command), help };
}
