import { Command, CommanderError } from "commander";
import type { TrustFlags } from "../api/config/bundle-trust.ts";
import { inertText } from "../diagnostics/inert-text.ts";
import { TraceError } from "../diagnostics/trace-error.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { FailureDocument, FailureResult } from "../documents/failure-result.ts";
import { errorCode, whyUnreadable } from "../node/file-error.ts";
import type { Io, SetHost } from "../node/io.ts";
import { ReaderGone } from "../node/reader-gone.ts";
import { VERSION } from "../node/version.ts";
import { wrapText } from "../report/wrap.ts";
import { inertJson } from "../report/json-text.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { CommandModule } from "./command.ts";
import { helpText } from "./help-text.ts";
import { usageFault } from "./usage-error.ts";

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command, in the order of `--help`. Only the one that is asked for is loaded. */
const COMMANDS: readonly Entry[] = [
  {
    name: "init",
    summary: "write a small set of policies, tests and a trace that all pass",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "lint",
    summary:
      "find what is wrong with policies: rules that do not load, never match, have no effect or allow too much",
    load: async () => (await import("./commands/lint.ts")).lintCommand,
  },
  {
    name: "fmt",
    summary: "lay out policies and the conditions in them; comments and meaning stay",
    load: async () => (await import("./commands/fmt.ts")).fmtCommand,
  },
  {
    name: "lsp",
    summary: "run the language server that editors start: findings, completion and more",
    load: async () => (await import("./commands/lsp.ts")).lspCommand,
  },
  {
    name: "replay",
    summary:
      "decide a recorded trace under two versions of the policies and show what would change",
    load: async () => (await import("./commands/replay.ts")).replayCommand,
  },
  {
    name: "ci",
    summary: "lint, test, version check and replay with its gate, in one run for a pipeline",
    load: async () => (await import("./commands/ci.ts")).ciCommand,
  },
  {
    name: "accept",
    summary: "accept groups of changed calls until a date, in agentz.yaml",
    load: async () => (await import("./commands/accept.ts")).acceptCommand,
  },
  {
    name: "decide",
    summary: "decide one request",
    load: async () => (await import("./commands/decide.ts")).decideCommand,
  },
  {
    name: "serve",
    summary: "run a decision point: decide calls over HTTP, and log each decision as a trace",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "hook",
    summary:
      "decide the calls of a coding agent: Claude Code, Codex, Gemini CLI, Cursor and others",
    load: async () => (await import("./commands/hook.ts")).hookCommand,
  },
  {
    name: "proxy",
    summary: "run a gateway between an MCP client and a server: record, shadow or enforce",
    load: async () => (await import("./commands/proxy.ts")).proxyCommand,
  },
  {
    name: "scan",
    summary: "use a starter pack to decide the recorded calls of coding agents on this machine",
    load: async () => (await import("./commands/scan.ts")).scanCommand,
  },
  {
    name: "test",
    summary: "run the unit tests of policies, with coverage and mutation",
    load: async () => (await import("./commands/test.ts")).testCommand,
  },
  {
    name: "explain",
    summary:
      "show why an event or a request is allowed or denied, and which change would flip the decision",
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  {
    name: "coverage",
    summary:
      "how many consequential calls are covered by policy, identity and oversight, and which are not",
    load: async () => (await import("./commands/coverage.ts")).coverageCommand,
  },
  {
    name: "report",
    summary: "write the report on coverage, changes, identities and controls as one page",
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  {
    name: "blast-radius",
    summary: "show what an agent could do if somebody took it over, and what it never used",
    load: async () => (await import("./commands/blast-radius.ts")).blastRadiusCommand,
  },
  {
    name: "who-can",
    summary: "list who may do something: in any case, with an approval, or under conditions",
    load: async () => (await import("./commands/who-can.ts")).whoCanCommand,
  },
  {
    name: "record-plan",
    summary: "list which fields a gateway has to record so that these policies can be replayed",
    load: async () => (await import("./commands/record-plan.ts")).recordPlanCommand,
  },
  {
    name: "analyze",
    summary: "prove that no agent can ever break an invariant, or show the calls that do",
    load: async () => (await import("./commands/analyze.ts")).analyzeCommand,
  },
  {
    name: "diff",
    summary: "show what changed between two versions, with example calls",
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "version",
    summary: "check that versions are high enough for their changes, and raise those that are not",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
  {
    name: "bundle",
    summary: "put policies and the evidence for them into one verifiable file",
    load: async () => (await import("./commands/bundle.ts")).bundleCommand,
  },
  {
    name: "blame",
    summary: "find the commit that changed the decision on an event",
    load: async () => (await import("./commands/blame.ts")).blameCommand,
  },
  {
    name: "bench",
    summary: "measure how fast policies decide a trace, and which rules are the slowest",
    load: async () => (await import("./commands/bench.ts")).benchCommand,
  },
  {
    name: "plan",
    summary: "print how to split a trace over many machines: the key, and jobs for each engine",
    load: async () => (await import("./commands/plan.ts")).planCommand,
  },
  {
    name: "part",
    summary: "replay a part of a trace that is split over many machines",
    load: async () => (await import("./commands/part.ts")).partCommand,
  },
  {
    name: "merge",
    summary: "merge the parts of a trace into the document of one replay, with its gate",
    load: async () => (await import("./commands/merge.ts")).mergeCommand,
  },
  {
    name: "import",
    summary: "convert recorded runs of another format to a trace",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "trace",
    summary: "count, check, convert, redact, sample, merge, sort or distil traces",
    load: async () => (await import("./commands/trace.ts")).traceCommand,
  },
  {
    name: "pack",
    summary: "pack Node, agentz and policies into an archive that a cluster runs",
    load: async () => (await import("./commands/pack.ts")).packCommand,
  },
  {
    name: "catalog",
    summary: "write a catalog from a trace, or compare a catalog with a trace",
    load: async () => (await import("./commands/catalog.ts")).catalogCommand,
  },
];

/** Exit statuses (design 11.3). */
const USAGE = 2;
const BUG = 3;

function failureOf(error: unknown, argv: readonly string[]): FailureDocument {
  if (error instanceof UserError)
    return {
      code: error.code,
      message: error.message,
      help: error.help ?? null,
      ...(error.findings === undefined ? {} : { findings: error.findings }),
    };
  if (error instanceof TraceError)
    return { code: "trace", message: error.message, help: error.help ?? null };
  if (error instanceof CommanderError)
    return {
      code: "usage",
      ...usageFault(
        error,
        argv,
        COMMANDS.map(({ name }) => name),
      ),
    };
  if (isSystemError(error)) return { code: "system", message: whatFailed(error), help: null };
  return {
    code: "bug",
    message: `internal error: ${error instanceof Error ? error.message : String(error)}`,
    help: "run the command again with --debug, and report what it prints",
  };
}

/**
 * The operating system's answer to what no command foresaw: a file that went meanwhile, too many
 * that are open.
 */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && /^E[A-Z0-9]+$/.test(errorCode(error));
}

function whatFailed(error: NodeJS.ErrnoException): string {
  const what = error.path === undefined ? "the system refuses" : `\`${error.path}\` cannot be used`;
  return `${what}: ${whyUnreadable(error)} (${error.syscall ?? ""})`;
}

function statusOf(error: unknown): number {
  if (error instanceof UserError) return error.status;
  return error instanceof TraceError || error instanceof CommanderError || isSystemError(error)
    ? USAGE
    : BUG;
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (arg, i) => arg === "--format=json" || (arg === "--format" && argv[i + 1] === "json"),
  );
}

/** Says what ended a command line, and gives its exit status. */
export function tellFailure(
  error: unknown,
  argv: readonly string[],
  streams: Pick<Io, "stdout" | "stderr">,
): number {
  try {
    return say(error, argv, streams);
  } catch (second) {
    // standard output failed as well, and takes nothing any more
    return say(second, argv, streams);
  }
}

/** A text for standard error, wrapped where that is a terminal (design 11.7); a progress line stays. */
function toldText({ stdout, stderr }: Pick<Io, "stdout" | "stderr">, text: string): string {
  return stderr.isTTY && !text.includes("\r") ? wrapText(text, stdout.columns) : text;
}

/** Writes to standard error. */
function tellPeople(streams: Pick<Io, "stdout" | "stderr">, text: string): void {
  streams.stderr.write(toldText(streams, inertText(text)));
}

function say(error: unknown, argv: readonly string[], io: Pick<Io, "stdout" | "stderr">): number {
  const failure = failureOf(error, argv);
  if (wantsJson(argv)) {
    const command = COMMANDS.find((entry) => argv.includes(entry.name))?.name ?? null;
    const document: FailureResult = {
      schemaVersion: 1,
      command,
      tool: { version: VERSION },
      error: failure,
    };
    io.stdout.write(`${hideSecrets(inertJson(JSON.stringify(document, null, 2)))}\n`);
  }
  if (error instanceof UserError && error.details !== undefined)
    tellPeople(io, `${error.details}\n`);
  tellPeople(
    io,
    `agentz: ${failure.message}\n${failure.help === null ? "" : `  help: ${failure.help}\n`}`,
  );
  if (argv.includes("--debug") && error instanceof Error)
    io.stderr.write(inertText(`${error.stack ?? ""}\n`));
  return statusOf(error);
}

function rootCommand(io: Io): Command {
  return new Command("agentz")
    .description(
      "The test bench for AI-agent authorization policies: what would this policy have decided " +
        "on what our agents really did?",
    )
    .version(VERSION, "-V, --version", "print the version")
    .option("--debug", "print the stack of an internal error")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) =>
        io.stdout.write(io.stdout.isTTY ? helpText(text, io.stdout.columns) : text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(io.stdout.columns, 100),
    })
    .addHelpText(
      "after",
      "\nExit status: 0 done, 1 findings or a failed gate, 2 usage, configuration or " +
        "unreadable input, 3 an internal error, 130 interrupted (by SIGTERM 143).",
    );
}

/**
 * Standard error without secrets, wrapped on a terminal. WHY all of it: what is said beside a
 * document is never what was asked for.
 */
function forPeople(io: Pick<Io, "stdout" | "stderr">): Io["stderr"] {
  const { stderr } = io;
  return { ...stderr, write: (text) => stderr.write(toldText(io, hideSecrets(text))) };
}

/**
 * Runs one command line (without `node` and the script) and gives its exit status; never throws,
 * never exits.
 */
export async function main(argv: readonly string[], world: Io): Promise<number> {
  const io = { ...world, stderr: forPeople(world) };
  let status = 0;
  const root = rootCommand(io);
  let flags: TrustFlags = {};
  root.hook("preAction", (_, action) => void (flags = action.opts<TrustFlags>()));
  const trust: SetHost["trust"] = async () =>
    (await import("../api/config/bundle-trust.ts")).bundleTrust(io, flags);
  const asked = argv.find((arg) => COMMANDS.some((entry) => entry.name === arg));
  try {
    for (const entry of COMMANDS) {
      const command = root.command(entry.name).summary(entry.summary).description(entry.summary);
      if (entry.name === asked)
        (await entry.load()).define(command, {
          io: { ...io, trust },
          finish: (code) => (status = code),
        });
      command.option("--debug", "print the stack of an internal error");
    }
    if (argv.length === 0) {
      root.outputHelp();
      return USAGE;
    }
    await root.parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return error instanceof ReaderGone ? 0 : tellFailure(error, argv, io);
  }
}
