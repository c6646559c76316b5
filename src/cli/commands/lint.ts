import { Option } from "commander";
import { codePage } from "../../api/code-page.ts";
import { type Config, readConfig, shownConfig } from "../../api/config/config.ts";
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
import { count } from "../../text/count.ts";

interface LintFlags {
  readonly format: string;
  readonly maxWarnings?: number;
  readonly fix?: boolean;
  readonly stats?: boolean;
  readonly details?: boolean;
  readonly rules?: boolean;
  readonly explain?: string;
  readonly printConfig?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly now?: number;
  readonly trace?: readonly string[];
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Checks policies and catalogs as one set. Finds everything that keeps the set from loading. Also finds rules that never
match, have no effect or allow too much; these findings are proved for every possible call.
Each finding has a page: agentz lint --explain <code>.

Set levels in agentz.yaml:              lint: { rules: { missing-owner: warning, unknown-tool: off } }
To suppress one finding, write a comment on its line or on the line before:
  # agentz-ignore wildcard-allow: the sandbox has no network

Examples:
  agentz lint                              the candidate of agentz.yaml
  agentz lint policies --max-warnings 0    exits 1 for a warning too
  agentz lint --trace traces/*.jsonl       also finds attributes that rules read and no call has
  agentz lint --fix                        fix findings that have only one right fix
  agentz lint --format sarif --output lint.sarif
  cat p.yaml | agentz lint --stdin --stdin-filename policies/p.yaml

Exit status: 0 no findings or only warnings; 1 errors, or more warnings than --max-warnings; 2
something cannot be read.`;

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

/** Writes the page of a finding. */
async function explainCode(code: string, flags: LintFlags, { io }: CommandContext): Promise<void> {
  const page = codePage(code);
  const text =
    flags.format === "json"
      ? `${JSON.stringify({ schemaVersion: 1, command: "lint", ...page }, null, 2)}\n`
      : page.page;
  await writeDocument(io, text, flags.output);
}

async function jobOf(
  paths: readonly string[],
  flags: LintFlags,
  { config, context }: { readonly config: Config; readonly context: CommandContext },
): Promise<LintJob> {
  const { io } = context;
  const named = paths.length > 0 ? paths : (config.candidate ?? []);
  if (flags.stdinFilename !== undefined && flags.stdin !== true)
    throw new UserError("usage", "--stdin-filename needs --stdin");
  if (flags.stdin === true && flags.fix === true)
    throw new UserError("usage", "--fix changes files, but --stdin reads no file");
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
    levels: config.lint?.rules ?? new Map(),
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
  if (flags.explain !== undefined) return explainCode(flags.explain, flags, context);
  if (flags.printConfig === true)
    return writeDocument(io, await shownConfig(io, flags.config), flags.output);
  const config = await readConfig(io, flags.config);
  if (flags.rules === true) return listRules(config.lint?.rules ?? new Map(), flags, context);
  const document = await runLintJob(io, await jobOf(paths, flags, { config, context }));
  await showDocument(io, { name: "lint", document: document }, flags);
  if (
    document.findings.some(({ code }) => code.startsWith("expired-") || code === "overdue-review")
  ) {
    io.stderr.write(
      "agentz: expiry is judged by " +
        `${document.now.time}${document.now.from === "trace" ? ", the newest event of the trace" : ""}; ` +
        "pass --now for another day\n",
    );
  }
  const tooMany = flags.maxWarnings !== undefined && document.summary.warnings > flags.maxWarnings;
  if (tooMany)
    io.stderr.write(
      `agentz: ${count(document.summary.warnings, "warning")}, the maximum is ${flags.maxWarnings}\n`,
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
        new Option("--max-warnings <n>", "exit 1 if there are more warnings").argParser(
          wholeNumber,
        ),
      )
      .option("--fix", "fix findings that have only one right fix; comments and layout stay")
      .addOption(
        repeatable(
          "--trace <path>",
          "recorded traces, to find attributes that rules read and no call has",
        ),
      )
      .option("--stdin", "read one file from standard input and show its findings")
      .option("--stdin-filename <path>", "the name of the file that standard input replaces")
      .addOption(
        new Option(
          "--now <day>",
          "the day by which expiry is judged; default: the time of the newest event, else today",
        ).argParser(startOf),
      )
      .option("--details", "show every finding in full, not only the first three of a kind")
      .option("--stats", "show how many questions the analysis could not answer")
      .option("--rules", "list the rules and their levels")
      .option("--explain <code>", "show the page of a finding")
      .option("--print-config", "show the configuration that is used, and its file")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: LintFlags) => act(paths, flags, context));
    addSetOptions(command);
  },
};
