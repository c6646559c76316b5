import { Option } from "commander";
import { type Config, readConfig } from "../../api/config/config.ts";
import {
  type Levels,
  type LintJob,
  lintRules,
  runLintJob,
  sourceName,
} from "../../api/lint-set.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { LintResult } from "../../documents/lint-result.ts";
import { writeDocument } from "../../node/output.ts";
import { prettyRules } from "../../report/lint/pretty.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable, startOf, wholeNumber } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface LintFlags {
  readonly format: string;
  readonly maxWarnings?: number;
  readonly fix?: boolean;
  readonly stats?: boolean;
  readonly rules?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly now?: number;
  readonly trace?: readonly string[];
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Policies and catalogs are checked as one set: everything that keeps it from loading, and what is wrong with a set that
loads, proved for every call there can be: rules that can never match, that have no effect, that allow too much.
Each finding has a page, docs/lint/<code>.md.

Levels are changed in agentz.yaml:      lint: { rules: { missing-owner: warning, unknown-tool: off } }
One finding is suppressed by a comment on its line or the line before:
  # agentz-ignore wildcard-allow: the sandbox has no network

Examples:
  agentz lint                              the candidate of agentz.yaml
  agentz lint policies --max-warnings 0    a warning fails too
  agentz lint --trace traces/*.jsonl       also: what do rules read that no call has?
  agentz lint --fix                        fix what has one right answer
  agentz lint --format sarif --output lint.sarif
  cat p.yaml | agentz lint --stdin --stdin-filename policies/p.yaml

Exit status: 0 nothing or warnings only, 1 errors or more warnings than --max-warnings, 2 what cannot be read.`;

async function listRules(levels: Levels, flags: LintFlags, { io }: CommandContext): Promise<void> {
  const rows = lintRules(levels);
  await writeDocument(
    io,
    flags.format === "json"
      ? `${JSON.stringify({ schemaVersion: 1, command: "lint", rules: rows }, null, 2)}\n`
      : prettyRules(rows),
    flags.output,
  );
}

async function jobOf(
  paths: readonly string[],
  flags: LintFlags,
  of: { readonly config: Config; readonly context: CommandContext },
): Promise<LintJob> {
  const { io } = of.context;
  const named = paths.length > 0 ? paths : (of.config.candidate ?? []);
  if (flags.stdinFilename !== undefined && flags.stdin !== true)
    throw new UserError("usage", "--stdin-filename goes with --stdin");
  if (flags.stdin === true && flags.fix === true)
    throw new UserError("usage", "--fix fixes files, and --stdin reads none");
  if (named.length === 0 && flags.stdin !== true)
    throw new UserError("usage", "there is nothing to lint", {
      help: "give paths, or `candidate:` in agentz.yaml",
    });
  const stdin =
    flags.stdin === true
      ? {
          file: flags.stdinFilename === undefined ? "<stdin>" : sourceName(io, flags.stdinFilename),
          text: await io.readStdin(),
        }
      : undefined;
  return {
    paths: named,
    levels: of.config.lint?.rules ?? new Map(),
    trace: flags.trace ?? [],
    now: flags.now,
    fix: flags.fix === true,
    stats: flags.stats === true,
    ...(stdin === undefined ? {} : { stdin }),
  };
}

/** Exit status of a lint (design 11.3). */
export function lintStatus({ summary }: LintResult, maxWarnings: number | undefined): 0 | 1 {
  return summary.errors > 0 || (maxWarnings !== undefined && summary.warnings > maxWarnings)
    ? 1
    : 0;
}

async function act(
  paths: readonly string[],
  flags: LintFlags,
  context: CommandContext,
): Promise<void> {
  const { io } = context;
  const config = await readConfig(io, flags.config);
  if (flags.rules === true) return listRules(config.lint?.rules ?? new Map(), flags, context);
  const document = await runLintJob(io, await jobOf(paths, flags, { config, context }));
  await showDocument(io, { name: "lint", document: document }, flags);
  if (
    document.findings.some(({ code }) => code.startsWith("expired-") || code === "overdue-review")
  ) {
    io.stderr.write(
      `agentz: expiry is judged by ${document.now.time}${document.now.from === "trace" ? ", the newest event of the trace" : ""}; --now takes another day\n`,
    );
  }
  const tooMany = flags.maxWarnings !== undefined && document.summary.warnings > flags.maxWarnings;
  if (tooMany)
    io.stderr.write(
      `agentz: ${document.summary.warnings} warnings, at most ${flags.maxWarnings} are accepted\n`,
    );
  context.finish(lintStatus(document, flags.maxWarnings));
}

export const lintCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument(
        "[paths...]",
        "policies and catalogs: files, folders, or git:<ref>; together one set",
      )
      .addOption(formatOption("lint"))
      .addOption(
        new Option("--max-warnings <n>", "fail if there are more warnings").argParser(wholeNumber),
      )
      .option("--fix", "fix what has one right answer; comments and layout stay")
      .addOption(
        repeatable(
          "--trace <path>",
          "recorded traces: which attributes that rules read do they never have?",
        ),
      )
      .option("--stdin", "read one file from standard input and tell its findings")
      .option("--stdin-filename <path>", "the name of that file, in whose place it is read")
      .addOption(
        new Option(
          "--now <day>",
          "what expiry is judged by; by default the newest event's time, else today",
        ).argParser(startOf),
      )
      .option("--stats", "show how often the analysis could not tell")
      .option("--rules", "list the rules and their levels")
      .option("--output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: LintFlags) => act(paths, flags, context));
    addSetOptions(command);
  },
};
