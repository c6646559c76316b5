/** How a command that runs another one reads its own options. */
export interface Wrapper {
  /** Short options without a value. */
  readonly flags: string;
  /** Short options with a value, in the same word or the next. */
  readonly valued: string;
  /** Long options without a value; every other one must be written `--name=value`. */
  readonly longFlags: readonly string[];
  /** Operands before the inner command: the duration of `timeout`, the folder of `chroot`. */
  readonly operands: number;
  /** Whether `NAME=value` may stand before the inner command. */
  readonly assignments: boolean;
}

function wrapper(flags: string, valued: string, longFlags = "", more: Partial<Wrapper> = {}): Wrapper {
  return { flags, valued, longFlags: longFlags === "" ? [] : longFlags.split(" "), operands: 0, assignments: false, ...more };
}

/** The commands that run the rest of their words as a command, from their manual pages (GNU, util-linux, bash, sudo, doas). */
export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  ["env", wrapper("i0v", "uC", "--ignore-environment --null --debug", { assignments: true })],
  ["sudo", wrapper("AbEHiKkNnPSs", "CDghpRrTtUu", "--askpass --background --preserve-env --set-home --login --non-interactive --stdin --shell --reset-timestamp", { assignments: true })],
  ["doas", wrapper("Lns", "aCu")],
  ["nohup", wrapper("", "")],
  ["time", wrapper("apvqV", "fo", "--append --portability --verbose --quiet")],
  ["nice", wrapper("0123456789", "n")],
  ["ionice", wrapper("t", "cn", "--ignore")],
  ["timeout", wrapper("fpv", "ks", "--foreground --preserve-status --verbose", { operands: 1 })],
  ["stdbuf", wrapper("", "ioe")],
  ["setsid", wrapper("cfw", "", "--ctty --fork --wait")],
  ["xargs", wrapper("0rtpxoi", "aEdILlnPs", "--null --no-run-if-empty --verbose --interactive --exit --open-tty")],
  ["command", wrapper("p", "")],
  ["builtin", wrapper("", "")],
  ["exec", wrapper("cl", "a")],
  ["busybox", wrapper("", "")],
  ["chroot", wrapper("", "", "--skip-chdir", { operands: 1 })],
  ["unbuffer", wrapper("p", "")],
]);

/** Shells whose `-c` takes a script. */
export const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "rbash"]);

/** Keywords that may stand before a simple command. */
export const LEADING_KEYWORDS: ReadonlySet<string> = new Set([
  "!", "{", "}", "if", "then", "elif", "else", "fi", "while", "until", "do", "done",
]);

/** Keywords and builtins whose effect is not followed: what comes after them cannot be told. */
export const UNTOLD: ReadonlySet<string> = new Set(["case", "esac", "function", "coproc", "[[", "select"]);

/** Variables that decide which program a name means, or what runs besides it: behind such an assignment no name can be told. */
export const STEERING = /^(?:PATH|LD_\w+|DYLD_\w+|BASH_ENV|ENV|IFS|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|GIT_\w+|(?:\w+_)?(?:PAGER|EDITOR)|VISUAL|LESSOPEN|NODE_OPTIONS|PYTHON(?:PATH|STARTUP)|PERL5(?:OPT|LIB)|RUBY(?:OPT|LIB))(?:\[[^\]]*\])?\+?=/;
