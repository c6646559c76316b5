import { Command, CommanderError, Help } from "commander";
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
import { COMMANDS, GROUPS } from "./command-list.ts";
import { helpText } from "./help-text.ts";
import { usageFault } from "./usage-error.ts";

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
      ...usageFault(error, argv, COMMANDS),
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

/** A command and what it takes; of one that is not loaded, its row knows that. */
function termOf(command: Command): string {
  const entry =
    command.parent?.parent === null
      ? COMMANDS.find(({ name }) => name === command.name())
      : undefined;
  if (entry === undefined) return new Help().subcommandTerm(command);
  return entry.args === undefined ? entry.name : `${entry.name} ${entry.args}`;
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
    .configureHelp({ subcommandTerm: termOf })
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
    for (const { title, entries } of GROUPS) {
      root.commandsGroup(`${title}:`);
      for (const entry of entries) {
        const command = root.command(entry.name).summary(entry.summary).description(entry.summary);
        if (entry.name === asked)
          (await entry.load()).define(command, {
            io: { ...io, trust },
            finish: (code) => (status = code),
          });
        command.option("--debug", "print the stack of an internal error");
      }
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
