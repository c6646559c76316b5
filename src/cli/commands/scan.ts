import { homedir } from "node:os";
import { scan } from "../../scan/scan.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { formatOption } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly pack: string;
  readonly details?: boolean;
  readonly format: string;
  readonly output?: string;
}

const HELP = `
Needs no configuration and no network. Looks for the sessions that Claude Code, Codex and Copilot
CLI recorded for this user, and shows which of their calls a starter pack would have stopped.
Changes nothing.

Examples:
  agentz scan
  agentz scan --details
  agentz scan ~/backup/sessions`;

async function act(paths: readonly string[], flags: Flags, { io }: CommandContext): Promise<void> {
  const result = await scan({
    cwd: io.cwd,
    home: io.env["HOME"] ?? homedir(),
    env: io.env,
    paths,
    pack: flags.pack,
    details: flags.details === true,
  });
  await showDocument(io, { name: "scan", document: result }, { ...flags, details: false });
}

export const scanCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[paths...]", "sessions that are stored elsewhere: files, folders, globs")
      .option("--pack <name>", "the starter pack that decides", "coding-agent")
      .option(
        "--details",
        "show all kinds of calls, with the arguments of examples; secrets in them are stars",
      )
      .addOption(formatOption("scan"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: Flags) => act(paths, flags, context));
  },
};
