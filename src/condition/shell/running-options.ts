import { inner, NOTHING, script, untold, type Call, type Inner } from "./inner.ts";
import { behind, prefixOf, textOf, unknownWord, type Word } from "./word.ts";

/**
 * Options whose value a program runs as a command line. GNU programs take long ones abbreviated.
 */
interface RunningOptions {
  readonly long: readonly string[];
  readonly short: string;
}

const PROGRAMS: ReadonlyMap<string, RunningOptions> = new Map([
  [
    "tar",
    {
      long: [
        "to-command",
        "checkpoint-action",
        "use-compress-program",
        "rsh-command",
        "info-script",
        "new-volume-script",
      ],
      short: "IF",
    },
  ],
  ["rsync", { long: ["rsh", "rsync-path"], short: "e" }],
  ["sort", { long: ["compress-program"], short: "" }],
  ["split", { long: ["filter"], short: "" }],
  ["man", { long: ["pager", "html"], short: "PH" }],
  ["scp", { long: [], short: "SoF" }],
  ["sftp", { long: [], short: "SoF" }],
  ["rg", { long: ["pre", "hostname-bin"], short: "" }],
]);

/** The value of a running option in `words[at]`: in the same word, or the next. */
function valueOf(
  words: readonly Word[],
  at: number,
  { long, short }: RunningOptions,
): Word | undefined {
  const word = words[at];
  if (word === undefined) return undefined;
  const text = textOf(word) ?? prefixOf(word);
  const [name = "", ...rest] = text.split("=");
  const isLong = name.length > 4 && long.some((option) => `--${option}`.startsWith(name));
  if (isLong && name.startsWith("--"))
    return rest.length > 0 ? behind(word, name.length + 1) : words[at + 1];
  if (short === "" || !/^-[a-zA-Z]/.test(text)) return undefined;
  const index = [...text].findIndex((letter) => short.includes(letter));
  if (index < 0) return undefined;
  return index === text.length - 1 ? words[at + 1] : behind(word, index + 1);
}

/** `rsync -e line`, `tar --to-command=line` and their like. */
function runOptions(call: Call, options: RunningOptions): Inner {
  const found = call.words.flatMap((_, at) => valueOf(call.words, at, options) ?? []);
  const scripts = found.flatMap((value) => {
    const text = textOf(value) ?? prefixOf(value);
    return script(call, text.startsWith("exec=") ? behind(value, "exec=".length) : value).scripts;
  });
  return { commands: [], scripts };
}

/** `fd -x command`, `fd -X command`: to its words come files that are found. */
function runFd(call: Call): Inner {
  const at = call.words.findIndex((word) => /^(?:-[a-zA-Z]*[xX]|--exec)/.test(prefixOf(word)));
  const option = call.words[at];
  if (option === undefined) return NOTHING;
  if (!/^(?:-[xX]|--exec|--exec-batch)$/.test(textOf(option) ?? ""))
    untold(option.at, call.name, "runs a command that is not read");
  const rest = call.words.slice(at + 1);
  const end = rest.findIndex((word) => textOf(word) === ";");
  const words = rest.slice(0, end < 0 ? undefined : end);
  // a batch gets all files at once
  const many = !/^(?:-x|--exec)$/.test(textOf(option) ?? "");
  const replaced = words.map((word) =>
    /\{/.test(textOf(word) ?? "") ? unknownWord(word.at, many) : word,
  );
  return inner(call, [...replaced, unknownWord(option.at, true)]);
}

/**
 * What a program is told to run by its options; undefined where it is not one of those that are
 * read.
 */
export function runRunningOptions(call: Call): Inner | undefined {
  const options = PROGRAMS.get(call.name);
  if (options !== undefined) return runOptions(call, options);
  return call.name === "fd" || call.name === "fdfind" ? runFd(call) : undefined;
}
