import { type Command, Option } from "commander";
import { readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { catalogCheckDocument, inferredCatalog } from "../../api/trace/catalog.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import type { TraceFlags } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { writeDocument } from "../../node/output.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { addSetOptions, formatOption, repeatable } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags extends TraceFlags {
  readonly output?: string;
  readonly name: string;
  readonly catalog?: readonly string[];
  readonly format: string;
  readonly details?: boolean;
  readonly config?: string;
}

async function infer(
  paths: readonly string[],
  flags: Flags,
  { io }: CommandContext,
): Promise<void> {
  await writeDocument(io, await inferredCatalog(paths, flags, io), flags.output);
}

async function check(
  paths: readonly string[],
  flags: Flags,
  { io, finish }: CommandContext,
): Promise<void> {
  const config = await readConfig(io, flags.config);
  const refs = flags.catalog ?? config.candidate;
  if (refs === undefined)
    throw new UserError("usage", "there is no catalog to compare the trace with", {
      help: "give --catalog <path>, or `candidate:` in agentz.yaml",
    });
  const policies = await loadPolicySet(io, refs, refs);
  const document = await catalogCheckDocument(policies, paths, { flags, io });
  await showDocument(io, { name: "catalog check", document: document }, flags);
  finish(document.findings.length === 0 ? 0 : 1);
}

function traceCommand(
  parent: Command,
  name: string,
  about: { summary: string; description: string },
): Command {
  const command = parent
    .command(name)
    .summary(about.summary)
    .description(about.description)
    .argument("<traces...>", "files, folders, globs (.gz too), or - for standard input");
  return addImportFlags(command)
    .addOption(
      new Option("--from <format>", "the format of the trace, if it is not agentz's own").choices(
        FORMATS,
      ),
    )
    .option("--output <file>", "write the result to this file instead of stdout");
}

const HELP = `
Examples:
  agentz catalog infer trace.jsonl --output catalog.yaml
  agentz catalog check trace.jsonl --catalog policies/catalog.yaml`;

export const catalogCommand: CommandModule = {
  define: (command, context) => {
    traceCommand(command, "infer", {
      summary: "write a catalog of what a trace shows",
      description:
        "Writes a catalog of the agents, tools, resources and decision points that a trace " +
        "shows. Effects are proposed from MCP annotations and names; every guess is marked as " +
        "one.",
    })
      .option("--name <name>", "the catalog's name", "inferred")
      .action((paths: readonly string[], flags: Flags) => infer(paths, flags, context));
    const checking = traceCommand(command, "check", {
      summary: "list what a trace shows and the catalog lacks",
      description:
        "Lists tools that the catalog lacks, unregistered and expired agents, shared " +
        "credentials, credentials of people, and changed tool definitions. Exit status 1 if " +
        "there is any.",
    })
      .addOption(
        repeatable(
          "--catalog <path>",
          "the catalog, or a policy set with one: a path or git:<ref>",
        ),
      )
      .addOption(formatOption("catalog check"))
      .option("--details", "list every finding")
      .action((paths: readonly string[], flags: Flags) => check(paths, flags, context));
    addSetOptions(checking);
    command.addHelpText("after", HELP);
  },
};
