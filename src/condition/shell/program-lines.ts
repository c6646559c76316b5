import { inner, inputScripts, NOTHING, script, untold, type Call, type Inner } from "./inner.ts";
import {
  hasOption,
  knownText,
  optionSpec,
  optionValue,
  readAllOptions,
  readOptions,
} from "./options.ts";
import { mayBe, mayStartWith, prefixOf, splits, suffixOf, textOf, type Word } from "./word.ts";
import { FOREIGN_SHELLS, SHELLS } from "./wrappers.ts";

const INPUT_FILE = /^(?:-|\/dev\/(?:stdin|fd\/0)|\/proc\/self\/fd\/0)$/;
/** Files that are what another command writes, or the input by another path. */
const DESCRIPTOR = /(?:^|\/)(?:stdin|fd\/\d*)$|^\/(?:dev|proc)(?:\/|$)/;
const SHELL_OPTIONS = optionSpec(
  "euxvlcsfnpCETmb",
  "o",
  "login norc noprofile posix verbose noediting version help",
);
const SET_NAMES = /^(?:errexit|nounset|pipefail|xtrace|verbose|noglob|noclobber|posix)$/;

function isProcess(word: Word): boolean {
  return word.pieces.some((piece) => piece.kind === "expansion" && piece.process);
}

/** Whether a word depends on an expansion, and still is surely a path with a folder. */
function isPath(word: Word): boolean {
  return textOf(word) === undefined && !splits(word) && suffixOf(word).includes("/");
}

/** A file that a shell reads: one on disk is a program like any other, the input is read here. */
function scriptFile(call: Call, word: Word): Inner {
  const text = textOf(word);
  if (text !== undefined && INPUT_FILE.test(text)) return inputScripts(call);
  if (isProcess(word) || DESCRIPTOR.test(text ?? suffixOf(word))) {
    untold(word.at, call.name, "runs what another command writes");
  }
  const isKnown = text !== undefined || isPath(word) || prefixOf(word) !== "";
  if (!isKnown || splits(word))
    untold(word.at, call.name, "runs a file that depends on an expansion");
  return NOTHING;
}

/** `sh -c line`, `sh file`, and `sh` that reads its input. */
function runShell(call: Call): Inner {
  const [word] = call.words;
  if (word !== undefined && (isPath(word) || isProcess(word))) return scriptFile(call, word);
  const { options, rest } = readOptions(call.words, SHELL_OPTIONS, call.name);
  for (const { name, value } of options) if (name === "-o") checkShellOption(value, call);
  if (hasOption(options, "--version", "--help")) return NOTHING;
  const [first] = rest;
  if (hasOption(options, "-c")) return first === undefined ? NOTHING : script(call, first);
  if (first === undefined || hasOption(options, "-s")) return inputScripts(call);
  if (textOf(first)?.startsWith("+") === true)
    untold(first.at, call.name, "has an option that is not read");
  return scriptFile(call, first);
}

function checkShellOption(value: Word | undefined, { name, command }: Call): void {
  const known = value === undefined ? "" : knownText(value, name);
  if (!SET_NAMES.test(known))
    untold(command.at, name, "has an option that changes how lines are read");
}

/** `fish file` is a program like any other; a line of another language is not read. */
function runForeign({ name, words, command }: Call): Inner {
  const [first] = words;
  const text = first === undefined ? undefined : textOf(first);
  if (text === "--version" || text === "-v") return NOTHING;
  const isFile =
    name === "cmd"
      ? first === undefined || (text !== undefined && !/^[-/]/.test(text))
      : text !== undefined && !text.startsWith("-");
  if (!isFile || DESCRIPTOR.test(text ?? ""))
    untold(command.at, name, "is a shell of another language");
  return NOTHING;
}

function runEval(call: Call): Inner {
  const [first] = call.words;
  const isOption = first !== undefined && textOf(first)?.startsWith("-") === true;
  if (isOption)
    untold(call.command.at, call.name, "has an option that is a command to some shells");
  return script(call, ...call.words);
}

function runSource(call: Call): Inner {
  const [file] = call.words;
  if (file === undefined) return NOTHING;
  if (prefixOf(file).startsWith("-")) untold(file.at, call.name, "has an option that is not read");
  return scriptFile(call, file);
}

/** `trap line signals`. */
function runTrap(call: Call): Inner {
  const { options, rest } = readOptions(call.words, optionSpec("lp"), call.name);
  const [action, ...signals] = rest;
  if (action === undefined || options.length > 0) return NOTHING;
  const text = textOf(action);
  const resets =
    text === "-" || (text !== undefined && signals.length === 0 && /^[A-Z0-9+-]+$/.test(text));
  return resets ? NOTHING : script(call, action);
}

/** `ssh host line`: the words behind the host, joined, are a line of the other machine's shell. */
function runSsh(call: Call): Inner {
  const spec = optionSpec("46AaCfGgKkMNnqsTtVvXxYy", "BbcDEeFIiJLlmOoPpQRSWw");
  const before = readOptions(call.words, spec, call.name);
  const [host, ...others] = before.rest;
  const behindHost = readOptions(others, spec, call.name);
  const options = [...before.options, ...behindHost.options];
  for (const { name, value } of options)
    if (name === "-o" && value !== undefined) checkSshOption(value, call);
  if (hasOption(options, "-V", "-G", "-Q", "-N", "-O", "-W")) return NOTHING;
  if (host === undefined) return NOTHING;
  if (splits(host) || (textOf(host) === undefined && prefixOf(host) === ""))
    untold(host.at, call.name, "has a host that may be an option: write `user@host`");
  return behindHost.rest.length === 0 ? inputScripts(call) : script(call, ...behindHost.rest);
}

function checkSshOption(value: Word, { name }: Call): void {
  if (/command/i.test(knownText(value, name)))
    untold(value.at, name, "has an option that runs a command");
}

const WATCH = optionSpec(
  "bcdegprtwx",
  "nqs",
  "beep color differences errexit chgexit precise no-rerun no-title no-wrap exec",
  "interval equexit shotsdir",
);

function runWatch(call: Call): Inner {
  const { options, rest } = readOptions(call.words, WATCH, call.name);
  return hasOption(options, "-x", "--exec") ? inner(call, rest) : script(call, ...rest);
}

const FLOCK = optionSpec(
  "exsunoFv",
  "wE",
  "exclusive shared unlock nonblock nb close no-fork verbose",
  "timeout wait conflict-exit-code",
);

function runFlock(call: Call): Inner {
  const { rest } = readOptions(call.words, FLOCK, call.name);
  const [file, first, line] = rest;
  if (file === undefined || first === undefined) return NOTHING;
  if (splits(file)) untold(file.at, call.name, "may run another of its words: quote this one");
  const text = knownText(first, call.name);
  if (text !== "-c" && text !== "--command") return inner(call, rest.slice(1));
  return line === undefined ? NOTHING : script(call, line);
}

const SCRIPT = optionSpec(
  "aefqr",
  "cEIBOmoTt",
  "append return flush force quiet",
  "command echo log-in log-out log-io log-timing logging-format output-limit timing",
);

function runScript(call: Call): Inner {
  const { options, rest } = readAllOptions(call.words, SCRIPT, call.name);
  const line = optionValue(options, "-c", "--command");
  if (line === undefined || rest.length > 1) untold(call.command.at, call.name, "starts a shell");
  return script(call, line);
}

const NPX = optionSpec(
  "yqc",
  "p",
  "yes no no-install quiet prefer-offline ignore-existing call",
  "package",
);

/** `npx -c line`; everything else that it runs is a package's own. */
function runNpx(call: Call): Inner {
  const { options, rest } = readOptions(call.words, NPX, call.name);
  const [line] = rest;
  if (!hasOption(options, "-c", "--call") || line === undefined) return NOTHING;
  return script(call, line);
}

/** `npm exec -c line`; everything else that npm runs is the project's own. */
function runNpm(call: Call): Inner {
  const [first, ...others] = call.words;
  if (first === undefined || !(mayBe(first, "exec") || mayBe(first, "x"))) return NOTHING;
  const named = others.find((word) => mayStartWith(word, "-c") || mayStartWith(word, "--c"));
  if (named !== undefined)
    untold(named.at, call.name, "runs a line that is not read: write `npx -c`");
  return NOTHING;
}

type Runner = (call: Call) => Inner;

const RUNNERS: ReadonlyMap<string, Runner> = new Map<string, Runner>([
  ["eval", runEval],
  ["source", runSource],
  [".", runSource],
  ["trap", runTrap],
  ["ssh", runSsh],
  ["watch", runWatch],
  ["flock", runFlock],
  ["script", runScript],
  ["npx", runNpx],
  ["npm", runNpm],
]);

/**
 * What a shell, a builtin or a program does with the line that it is given; undefined where it is
 * not one of these.
 */
export function runLine(call: Call): Inner | undefined {
  if (SHELLS.has(call.name)) return runShell(call);
  if (FOREIGN_SHELLS.has(call.name)) return runForeign(call);
  return RUNNERS.get(call.name)?.(call);
}
