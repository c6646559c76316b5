import { type Command, Option } from "commander";
import { resolve } from "node:path";
import { readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { catalogCheckDocument, inferredCatalog } from "../../api/trace/catalog.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import type { TraceFlags } from "../../api/trace/trace-input.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { DefinitionStore, type UnacceptedTool } from "../../gateway/definition-store.ts";
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
    .argument(
      "<traces...>",
      "files, folders, globs (.gz and .parquet too), or - for standard input",
    );
  return addImportFlags(command)
    .addOption(
      new Option("--from <format>", "the format of the trace, if it is not agentz's own").choices(
        FORMATS,
      ),
    )
    .option("-o, --output <file>", "write the result to this file instead of stdout");
}

interface AcceptFlags {
  readonly definitions: string;
  readonly all?: boolean;
}

/** The definitions that are meant; a tool without one to accept is a `UserError`. */
function meantTools(
  unaccepted: readonly UnacceptedTool[],
  names: readonly string[],
  { all }: AcceptFlags,
): readonly UnacceptedTool[] {
  const tools = unaccepted.map(({ tool }) => tool);
  const unknown = names.find((name) => !tools.includes(name));
  if (unknown !== undefined)
    throw new UserError("unknown-name", `no definition of \`${unknown}\` waits to be accepted`, {
      help:
        tools.length === 0 ? "every definition is accepted" : `not accepted: ${tools.join(", ")}`,
    });
  return all === true ? unaccepted : unaccepted.filter(({ tool }) => names.includes(tool));
}

async function accept(
  names: readonly string[],
  flags: AcceptFlags,
  { io, finish }: CommandContext,
): Promise<void> {
  const store = new DefinitionStore(resolve(io.cwd, flags.definitions));
  const unaccepted = store.unaccepted();
  const meant = meantTools(unaccepted, names, flags);
  for (const tool of meant) await store.accept(tool);
  const shown = meant.length > 0 ? meant : unaccepted;
  const text = shown.map(changeText).join("\n");
  const said = meant.length > 0 ? "accepted" : "not accepted";
  io.stdout.write(
    inertText(shown.length === 0 ? "every definition is accepted\n" : `${said}:\n${text}\n`),
  );
  finish(meant.length === 0 && unaccepted.length > 0 ? 1 : 0);
}

/** What changed in a definition, member by member. */
function changeText({ tool, definition, accepted }: UnacceptedTool): string {
  const names = [...new Set([...Object.keys(accepted ?? {}), ...Object.keys(definition)])];
  const lines = names.flatMap((name) => {
    const [before, now] = [accepted?.[name], definition[name]].map((value) =>
      JSON.stringify(value),
    );
    if (before === now) return [];
    const added = now === undefined ? [] : [`  + ${name}: ${now}`];
    return before === undefined ? added : [`  - ${name}: ${before}`, ...added];
  });
  return [`${tool}${accepted === undefined ? " (new)" : ""}`, ...lines].join("\n");
}

const HELP = `
Examples:
  agentz catalog accept files/read_file
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
    command
      .command("accept")
      .summary("accept definitions of tools that changed on an MCP server")
      .description(
        "Accepts the definitions of tools, as server/tool, that `agentz proxy` holds because " +
          "they changed or are new. Without names it lists them, with what changed; exit status " +
          "1 if there are any.",
      )
      .argument("[tools...]", "the tools, as server/tool")
      .option("--all", "accept every definition that is not accepted yet")
      .option("--definitions <file>", "the file that the proxy uses", ".agentz/definitions.json")
      .action((names: readonly string[], flags: AcceptFlags) => accept(names, flags, context));
    command.addHelpText("after", HELP);
  },
};
