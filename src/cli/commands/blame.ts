import { Option } from "commander";
import { runBlame } from "../../api/blame.ts";
import { readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { openTrace } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { rereadable } from "../../node/inputs.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable, wholeNumber } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface BlameFlags {
  readonly trace?: readonly string[];
  readonly candidate?: readonly string[];
  readonly at?: string;
  readonly limit: number;
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Decides the event under the policies of every commit that changed them. Each commit uses the history that its own
policies would have produced. Lists the commits that changed the decision, newest first.

Examples:
  agentz blame s-17/3 --trace trace.jsonl --candidate policies
  agentz blame s-17/3 --limit 50 --format json`;

function need<T>(given: T | undefined, what: string): T {
  if (given !== undefined) return given;
  throw new UserError("usage", `there is no ${what}`, {
    help: `give --${what} <path>, or \`${what}:\` in agentz.yaml`,
  });
}

async function act(event: string, flags: BlameFlags, { io }: CommandContext): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = need(flags.candidate ?? config.candidate, "candidate");
  if (paths.some((path) => path.startsWith("git:") || path.endsWith(".agentz")))
    throw new UserError(
      "usage",
      "blame needs paths, because it follows their git history; a commit or a bundle has none",
    );
  const { files } = await openTrace(need(flags.trace ?? config.trace, "trace"), {}, io);
  const candidate = await loadPolicySet(io, paths, paths);
  const result = await runBlame({
    cwd: io.cwd,
    event: { id: event, at: flags.at },
    files: rereadable(files),
    candidate,
    paths,
    limit: flags.limit,
  });
  await showDocument(io, { name: "blame", document: result }, flags);
}

export const blameCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("<event>", "the id of a call in the trace")
      .addOption(
        repeatable(
          "--trace <path>",
          "recorded traces: files, folders, globs (.gz and .parquet too)",
        ),
      )
      .addOption(
        repeatable(
          "--candidate <path>",
          "policies and catalogs whose history is used; repeated paths are one set",
        ),
      )
      .option("--at <file:line>", "the place of the event, if several events have its id")
      .addOption(
        new Option("--limit <commits>", "the maximum number of commits to check")
          .argParser(wholeNumber)
          .default(500),
      )
      .addOption(formatOption("blame"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((event: string, flags: BlameFlags) => act(event, flags, context));
    addSetOptions(command);
  },
};
