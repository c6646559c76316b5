import type { Assignment } from "./simple-command.ts";
import { isNumber } from "./word.ts";

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** Environment variables that decide what is shown, not what runs. */
const HARMLESS = names(
  "LANG LANGUAGE LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME TZ TERM " +
    "COLUMNS LINES COLORTERM NO_COLOR " +
    "FORCE_COLOR CLICOLOR CLICOLOR_FORCE CI DEBIAN_FRONTEND DEBUG VERBOSE LOG_LEVEL LOGLEVEL " +
    "RUST_LOG RUST_BACKTRACE NODE_ENV " +
    "RAILS_ENV RACK_ENV APP_ENV FLASK_ENV FLASK_DEBUG ENVIRONMENT PORT PYTHONUNBUFFERED " +
    "PYTHONDONTWRITEBYTECODE PYTHONIOENCODING " +
    "PYTHONUTF8 PYTHONHASHSEED NEXT_TELEMETRY_DISABLED DO_NOT_TRACK HOMEBREW_NO_AUTO_UPDATE " +
    "PIP_DISABLE_PIP_VERSION_CHECK " +
    "GIT_TERMINAL_PROMPT GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME " +
    "GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE " +
    "CGO_ENABLED GOOS GOARCH DOCKER_BUILDKIT TF_IN_AUTOMATION AWS_REGION AWS_DEFAULT_REGION DATABASE_URL REDIS_URL",
);

/** Names that people give their own variables. */
const ORDINARY = names(
  "FOO BAR BAZ VAR NAME FILE FILES DIR DIRS COUNT TOTAL RESULT OUTPUT RESPONSE STATUS CODE " +
    "TOKEN VERSION BRANCH TAG COMMIT SHA MSG " +
    "MESSAGE URL BASE_URL API_URL PID ID IMAGE CONTAINER POD NAMESPACE DATE NOW START END TEXT " +
    "LINE KEY VALUE INPUT DATA ROOT SRC DST " +
    "DEST OUT TMP TMP_DIR TMPFILE SCRIPT_DIR PROJECT_ROOT REPO_ROOT BODY TITLE PR ISSUE REPLY MAPFILE OPTARG",
);

/**
 * Variables in small letters that a shell gives a meaning (zshparam, zsh/parameter; bash has two).
 */
const OF_SHELLS = names(
  "argv status pipestatus path cdpath fpath manpath mailpath infopath fignore module_path " +
    "psvar prompt watch histchars signals " +
    "zsh_eval_context zsh_scheduled_events functions dis_functions functions_source " +
    "dis_functions_source aliases dis_aliases galiases " +
    "dis_galiases saliases dis_saliases builtins dis_builtins reswords dis_reswords commands " +
    "options modules dirstack history " +
    "historywords jobdirs jobtexts jobstates nameddirs userdirs usergroups funcfiletrace " +
    "funcsourcetrace funcstack functrace " +
    "parameters patchars dis_patchars mapfile terminfo termcap errnos sysparams langinfo " +
    "widgets keymaps chpwd_functions " +
    "precmd_functions preexec_functions periodic_functions zshaddhistory_functions zshexit_functions auto_resume",
);

/** Environment variables in small letters that programs read. */
const OF_PROGRAMS = /_proxy$|^(?:npm_config|ac_cv|rvm)_/i;

/**
 * Variables whose value the shell itself runs, evaluates, or changes its reading by (bash, "Shell
 * Variables").
 */
const EVALUATED = names(
  "PS0 PS1 PS2 PS3 PS4 PROMPT_COMMAND BASH_ENV ENV SHELLOPTS BASHOPTS POSIXLY_CORRECT " +
    "BASH_COMPAT BASH_ALIASES BASH_CMDS " +
    "OPTIND RANDOM SRANDOM SECONDS HISTCMD EPOCHSECONDS EPOCHREALTIME FUNCNEST PROMPT RPROMPT " +
    "RPS1 PROMPT2 PROMPT3 PROMPT4 " +
    "READNULLCMD NULLCMD STTY",
);

/** Whether the shell runs or evaluates the value that is assigned. A number is a number. */
export function isEvaluated({ name, value }: Assignment): boolean {
  return EVALUATED.has(name) && !(value !== undefined && isNumber(value));
}

/** `IFS=, read a b`: for `read` alone it decides nothing but where words are cut. */
function isSeparatorOfRead({ name, exported }: Assignment, program: string | undefined): boolean {
  return name === "IFS" && exported && program === "read";
}

/**
 * Whether an assignment surely does not decide which program a name means, or what runs besides it.
 * A variable in small letters that is not exported is seen by the shell alone, and those that a
 * shell gives a meaning are known; of all others only those listed here are harmless.
 */
export function isHarmless(assignment: Assignment, program: string | undefined): boolean {
  const { name, exported } = assignment;
  if (/^[a-zA-Z]$/.test(name) || HARMLESS.has(name) || ORDINARY.has(name)) return true;
  if (name === "SECONDS" || name === "OPTIND") return true;
  if (isSeparatorOfRead(assignment, program)) return true;
  const isOwn =
    /^[a-z][a-zA-Z0-9_]*$/.test(name) && !OF_SHELLS.has(name) && !OF_PROGRAMS.test(name);
  return isOwn && !exported;
}
