import { inner, NOTHING, script, untold, type Call, type Inner } from "./inner.ts";
import type { Redirection } from "./simple-command.ts";
import { behind, prefixOf, textOf, type Word } from "./word.ts";

/** Settings that decide what git shows or records, not what it runs (git-config). */
const HARMLESS_SETTING = new RegExp(
  String.raw`^(?:user\.(?:name|email)|(?:author|committer)\.(?:name|email)|advice\.\w+` +
    String.raw`|color\.[\w.]+|column\.\w+|log\.\w+|status\.\w+|branch\.[^=]*` +
    String.raw`|init\.defaultbranch|pull\.(?:rebase|ff)|push\.(?:default|autosetupremote)` +
    String.raw`|merge\.(?:ff|conflictstyle)|rebase\.(?:autostash|autosquash)|fetch\.prune` +
    String.raw`|commit\.(?:gpgsign|verbose)|tag\.gpgsign|core\.(?:quotepath|autocrlf|eol` +
    String.raw`|filemode|ignorecase|longpaths|abbrev)|diff\.(?:renames|renamelimit|algorithm` +
    String.raw`|colormoved|mnemonicprefix|noprefix)|http\.(?:postbuffer|lowspeedlimit` +
    String.raw`|lowspeedtime)|safe\.directory|gc\.auto|rerere\.enabled|core\.pager=(?:cat)?` +
    String.raw`|pager\.\w+=false)(?:=|$)`,
  "i",
);

/**
 * Options that make git run a program that is not the repository's own choice. Git takes
 * abbreviations.
 */
const RUNNING = [
  "--ext-diff",
  "--upload-pack",
  "--receive-pack",
  "--extcmd",
  "--open-files-in-pager",
  "--config-env",
];
const GLOBAL_VALUED = new Set([
  "-C",
  "-c",
  "--git-dir",
  "--work-tree",
  "--namespace",
  "--exec-path",
  "--config-env",
  "--super-prefix",
  "--attr-source",
]);
const CONFIG_READING =
  /^--?(?:get|get-all|get-regexp|get-urlmatch|list|l|unset|unset-all|show-origin|show-scope|name-only|remove-section)$/;

/** The name of a long option, without its value. */
function optionName(text: string): string {
  return text.split("=")[0] ?? "";
}

function abbreviates(text: string, option: string): boolean {
  const name = optionName(text);
  return name.length > 3 && option.startsWith(name);
}

function checkSetting(word: Word | undefined, call: Call): void {
  const setting = word === undefined ? "" : (textOf(word) ?? prefixOf(word));
  const isKnown =
    HARMLESS_SETTING.test(setting) &&
    (word === undefined || textOf(word) !== undefined || setting.includes("="));
  if (!isKnown)
    untold(word?.at ?? call.command.at, call.name, "is given a setting that may run a program");
}

/** The sub-command and its words, from behind git's own options. */
function subCommand(call: Call): readonly Word[] {
  const { words } = call;
  let at = 0;
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const text = textOf(word) ?? prefixOf(word);
    if (!text.startsWith("-")) break;
    if (text === "-c") checkSetting(words[at + 1], call);
    if (/^--(?:exec-path|config-env)=/.test(text))
      untold(word.at, call.name, "is given a setting that may run a program");
    at += GLOBAL_VALUED.has(text) ? 2 : 1;
  }
  return words.slice(at);
}

function checkOptions(call: Call, words: readonly Word[]): void {
  for (const word of words) {
    const text = textOf(word) ?? prefixOf(word);
    if (text === "--") return;
    const runs = RUNNING.some((option) => abbreviates(text, option)) || text.startsWith("ext::");
    if (runs) untold(word.at, call.name, "has an option that runs a program");
  }
}

/** `git config name value`, and the same by an option of `clone`. */
function checkConfig(call: Call, words: readonly Word[]): void {
  const reads = words.some((word) => CONFIG_READING.test(textOf(word) ?? ""));
  const plain = words.filter((word) => !prefixOf(word).startsWith("-"));
  const named = ["get", "list", "unset"].includes(textOf(plain[0] ?? emptyWord) ?? "");
  const operands = textOf(plain[0] ?? emptyWord) === "set" ? plain.slice(1) : plain;
  if (!reads && !named && operands.length > 1) checkSetting(operands[0], call);
  const edits = words.some((word) =>
    /^(?:-e|--edit|--replace-all|--add)$/.test(textOf(word) ?? ""),
  );
  if (edits) checkSetting(operands[0], call);
}

const emptyWord: Word = { at: 0, pieces: [], plain: false };

/** `git rebase --exec line`, `-x line`, in one word or two. */
function rebaseLines(call: Call, words: readonly Word[]): Inner {
  const inside: Inner[] = [];
  words.forEach((word, i) => {
    const text = textOf(word) ?? prefixOf(word);
    const next = words[i + 1];
    const isLong = abbreviates(text, "--exec");
    if ((text === "-x" || (isLong && !text.includes("="))) && next !== undefined)
      inside.push(script(call, next));
    else if (isLong) inside.push(script(call, behind(word, optionName(text).length + 1)));
    else if (text.startsWith("-x")) inside.push(script(call, behind(word, 2)));
  });
  return { commands: [], scripts: inside.flatMap(({ scripts }) => scripts) };
}

/** What git runs that stands on the line: `bisect run`, `submodule foreach`, `rebase --exec`. */
export function runGit(call: Call): Inner {
  const [sub, ...words] = subCommand(call);
  if (sub === undefined) return NOTHING;
  const [first, ...others] = words;
  checkOptions(call, words);
  switch (textOf(sub)) {
    case "config":
      checkConfig(call, words);
      return NOTHING;
    case "clone":
      words.forEach(
        (word, i) =>
          /^(?:-c|--config)$/.test(textOf(word) ?? "") && checkSetting(words[i + 1], call),
      );
      return NOTHING;
    case "bisect":
      return first !== undefined && textOf(first) === "run" ? inner(call, others) : NOTHING;
    case "submodule": {
      const at = words.findIndex((word) => textOf(word) === "foreach");
      return at < 0
        ? NOTHING
        : script(call, ...words.slice(at + 1).filter((word) => textOf(word) !== "--recursive"));
    }
    case "rebase":
      return rebaseLines(call, words);
    case "grep":
      if (words.some((word) => prefixOf(word).startsWith("-O")))
        untold(sub.at, call.name, "has an option that runs a program");
      return NOTHING;
    case "filter-branch":
    case "difftool":
    case "mergetool":
      return untold(sub.at, call.name, "runs commands that are not read");
    default:
      return NOTHING;
  }
}

/** The files that git is told to write what it shows to: `git diff --output=file`. */
export function gitOutputs(call: Call): readonly Redirection[] {
  return call.words.flatMap((word, i) => {
    const text = textOf(word) ?? prefixOf(word);
    if (!abbreviates(text, "--output")) return [];
    const target = text.includes("=")
      ? behind(word, optionName(text).length + 1)
      : call.words[i + 1];
    return target === undefined ? [] : [{ operator: ">", fd: 1, target, at: word.at }];
  });
}
