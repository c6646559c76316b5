import { optionSpec, type OptionSpec } from "./options.ts";

/** A program that runs the rest of its words as a command. */
export interface Wrapper {
  readonly options: OptionSpec;
  /** Operands before the command: the duration of `timeout`, the folder of `chroot`. */
  readonly operands: number;
  /** Whether `NAME=value` may stand before the command. */
  readonly assigns: boolean;
  /** What runs where no command is given: nothing that is not in the words, or a shell. */
  readonly alone: "nothing" | "shell";
}

function wrapper(options: OptionSpec, more: Partial<Wrapper> = {}): Wrapper {
  return { options, operands: 0, assigns: false, alone: "nothing", ...more };
}

const PLAIN = wrapper(optionSpec(""));

/**
 * Programs and builtins that run the rest of their words, from their manual pages (GNU, util-linux,
 * bash, sudo, doas).
 */
export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  [
    "env",
    wrapper(optionSpec("i0v", "uC", "ignore-environment null debug", "unset chdir"), {
      assigns: true,
    }),
  ],
  [
    "sudo",
    wrapper(
      optionSpec(
        "AbEHKkNnPSvVl",
        "CDghpRrTtUu",
        "askpass background preserve-env set-home non-interactive stdin reset-timestamp validate version list",
        "preserve-env chdir group host prompt chroot role command-timeout type other-user user",
      ),
      { assigns: true },
    ),
  ],
  ["doas", wrapper(optionSpec("Ln", "aCu"))],
  ["nohup", PLAIN],
  ["time", wrapper(optionSpec("apvqV", "fo", "append portability verbose quiet", "format output"))],
  ["nice", wrapper(optionSpec("0123456789", "n", "", "adjustment"))],
  ["ionice", wrapper(optionSpec("t", "cn", "ignore", "class classdata"))],
  ["chrt", wrapper(optionSpec("abfiorRv", "", "fifo rr other batch idle"), { operands: 1 })],
  ["taskset", wrapper(optionSpec("c", "", "cpu-list"), { operands: 1 })],
  [
    "timeout",
    wrapper(optionSpec("fpv", "ks", "foreground preserve-status verbose", "kill-after signal"), {
      operands: 1,
    }),
  ],
  ["stdbuf", wrapper(optionSpec("", "ioe", "", "input output error"))],
  ["setsid", wrapper(optionSpec("cfw", "", "ctty fork wait"))],
  ["unbuffer", wrapper(optionSpec("p"))],
  [
    "chroot",
    wrapper(optionSpec("", "", "skip-chdir", "groups userspec"), { operands: 1, alone: "shell" }),
  ],
  ["fakeroot", wrapper(optionSpec("u", "is"), { alone: "shell" })],
  ["linux32", PLAIN],
  ["linux64", PLAIN],
  ["xvfb-run", wrapper(optionSpec("a", "enfps", "auto-servernum", "server-num server-args"))],
  ["caffeinate", wrapper(optionSpec("disum", "tw"))],
  [
    "strace",
    wrapper(optionSpec("fFtTrvxyYCcqiDkz", "oeaspPuEIOSUbX", "follow-forks", "output trace")),
  ],
  ["ltrace", wrapper(optionSpec("fStTrCcbiL", "oelnpsuxaADF", "", "output"))],
  ["gosu", wrapper(optionSpec(""), { operands: 1 })],
  ["su-exec", wrapper(optionSpec(""), { operands: 1 })],
  ["tini", wrapper(optionSpec("svgw", "pe"))],
  ["dumb-init", wrapper(optionSpec("cv", "r", "single-child verbose", "rewrite"))],
  [
    "pkexec",
    wrapper(optionSpec("", "", "disable-internal-agent keep-cwd", "user"), { alone: "shell" }),
  ],
  ["sshpass", wrapper(optionSpec("ev", "fdpP"))],
  ["command", wrapper(optionSpec("pvV"))],
  ["builtin", PLAIN],
  ["exec", wrapper(optionSpec("cl", "a"))],
  ["busybox", PLAIN],
  ["toybox", PLAIN],
]);

/** Programs of which a sub-command runs the rest of its words. */
export interface SubCommands {
  readonly options: OptionSpec;
  readonly commands: ReadonlyMap<string, Wrapper | SubCommands>;
}

const CONTAINER_EXEC = wrapper(
  optionSpec(
    "dit",
    "euw",
    "detach interactive tty privileged",
    "env env-file user workdir detach-keys",
  ),
  { operands: 1 },
);
const CONTAINER_RUN = wrapper(
  optionSpec(
    "ditPq",
    "aceuvwphlm",
    "detach interactive tty rm init privileged read-only publish-all quiet no-healthcheck",
    "name network net mount env-file entrypoint platform label hostname add-host volume " +
      "publish env user workdir memory cpus gpus " +
      "restart ulimit shm-size cap-add cap-drop security-opt device tmpfs log-driver log-opt " +
      "pull ip dns link volumes-from pid ipc " +
      "userns attach cidfile expose group-add stop-signal stop-timeout sysctl runtime",
  ),
  { operands: 1 },
);
const COMPOSE_EXEC = wrapper(
  optionSpec("dT", "euw", "detach no-TTY no-tty privileged", "env user workdir index"),
  { operands: 1 },
);
const COMPOSE_RUN = wrapper(
  optionSpec(
    "dTPiq",
    "euwvpl",
    "detach rm no-deps no-TTY no-tty service-ports use-aliases build remove-orphans quiet-pull interactive",
    "env user workdir volume publish name label entrypoint",
  ),
  { operands: 1 },
);
const COMPOSE: SubCommands = {
  options: optionSpec(
    "",
    "fp",
    "dry-run compatibility all-resources verbose",
    "file project-name profile project-directory env-file ansi progress parallel",
  ),
  commands: new Map([
    ["exec", COMPOSE_EXEC],
    ["run", COMPOSE_RUN],
  ]),
};
const CONTAINERS: SubCommands = {
  options: optionSpec("D", "Hcl", "debug tls", "host context config log-level"),
  commands: new Map<string, Wrapper | SubCommands>([
    ["exec", CONTAINER_EXEC],
    ["run", CONTAINER_RUN],
    [
      "container",
      {
        options: optionSpec(""),
        commands: new Map([
          ["exec", CONTAINER_EXEC],
          ["run", CONTAINER_RUN],
        ]),
      },
    ],
    ["compose", COMPOSE],
  ]),
};
const UV_RUN = wrapper(
  optionSpec(
    "qvnUm",
    "pwC",
    "quiet verbose no-cache no-sync frozen locked isolated all-extras dev no-dev only-dev " +
      "active no-project offline exact " +
      "refresh no-editable all-groups all-packages no-env-file no-config native-tls module",
    "python with with-editable with-requirements extra group no-group only-group env-file " +
      "directory project package index-url " +
      "index default-index extra-index-url config-setting color",
  ),
);

function only(name: string, command: Wrapper, options = optionSpec("")): SubCommands {
  return { options, commands: new Map([[name, command]]) };
}

const NAMESPACE = wrapper(optionSpec(""), { operands: 1 });
const ENVIRONMENT_RUN = wrapper(
  optionSpec("v", "np", "no-capture-output live-stream verbose", "name prefix cwd"),
);

/**
 * Sub-commands that run the rest of their words in a container or in the environment of a project.
 */
export const SUB_COMMANDS: ReadonlyMap<string, SubCommands> = new Map([
  ["docker", CONTAINERS],
  ["podman", CONTAINERS],
  ["nerdctl", CONTAINERS],
  ["docker-compose", COMPOSE],
  [
    "uv",
    only(
      "run",
      UV_RUN,
      optionSpec("qvn", "", "quiet verbose no-cache offline", "directory project color"),
    ),
  ],
  [
    "poetry",
    only("run", PLAIN, optionSpec("qvnC", "", "quiet verbose no-interaction", "directory project")),
  ],
  ["pipenv", only("run", PLAIN)],
  ["pdm", only("run", wrapper(optionSpec("sv", "p", "site-packages", "project")))],
  ["rye", only("run", PLAIN)],
  ["bundle", only("exec", wrapper(optionSpec("", "", "keep-file-descriptors", "gemfile")))],
  ["conda", only("run", ENVIRONMENT_RUN)],
  ["mamba", only("run", ENVIRONMENT_RUN)],
  ["micromamba", only("run", ENVIRONMENT_RUN)],
  ["rbenv", only("exec", PLAIN)],
  ["pyenv", only("exec", PLAIN)],
  [
    "ip",
    {
      options: optionSpec("46sdojb", "", "brief json"),
      commands: new Map([["netns", only("exec", NAMESPACE)]]),
    },
  ],
  ["direnv", only("exec", wrapper(optionSpec(""), { operands: 1 }))],
]);

/** Sub-commands that run what stands behind `--`. */
export const BEHIND_DASHES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["kubectl", new Set(["exec", "run", "debug"])],
  ["oc", new Set(["exec", "run", "debug", "rsh"])],
  ["mise", new Set(["exec", "x"])],
  ["op", new Set(["run"])],
  ["doppler", new Set(["run"])],
  ["aws-vault", new Set(["exec"])],
]);

/**
 * Programs and builtins that run, or evaluate, words in ways that are not read here. Zsh's and
 * ksh's are among them.
 */
export const UNREAD: ReadonlySet<string> = new Set(
  (
    "alias autoload always at batch bind bwrap capsh compctl compgen complete compopt coproc " +
    "crontab dtach abduco emulate enable end " +
    "entr expect fc firejail float foreach functions hist history hyperfine integer let " +
    "lxc-exec machinectl nameref nocorrect noglob " +
    "nsenter parallel print proot redirect repeat runcon sched schroot screen select setopt " +
    "setpriv start-stop-daemon systemd-run " +
    "tmux unalias unsetopt unshare vared zcompile zle zmodload zparseopts zstyle -"
  ).split(" "),
);

/** Words with which programs and builtins of {@link UNREAD} run nothing. */
export const CALM: ReadonlyMap<string, RegExp> = new Map([
  ["alias", /^$/],
  ["history", /^\d*$/],
  ["crontab", /^-l$/],
  ["screen", /^-ls$/],
  ["tmux", /^(?:ls|list-sessions)$/],
]);

/** Shells of the Bourne family, whose scripts are read. */
export const SHELLS: ReadonlySet<string> = new Set(
  "sh bash dash zsh ksh ash mksh rbash rksh rzsh ksh88 ksh93 pdksh lksh oksh loksh yash posh hush bosh osh".split(
    " ",
  ),
);

/**
 * Shells of other languages: a script in a file is a program like any other, a line is not read.
 */
export const FOREIGN_SHELLS: ReadonlySet<string> = new Set(
  "fish csh tcsh pwsh powershell cmd nu elvish xonsh rc es ion oil ysh tclsh scsh wsl".split(" "),
);
