import { Option } from "commander";
import { serveStreams } from "../../language-server/run.ts";
import type { CommandContext, CommandModule } from "../command.ts";

const HELP = `
Editors start this command and talk to it over standard input and output (LSP 3.17). It checks documents
while you type, completes fields, attributes, tools and agents, and explains what it knows of a place.
The policy set of a document is that of the nearest agentz.yaml; unsaved texts count. The page
docs/editors.md tells how to set up VS Code, Neovim, Helix and JetBrains.

Examples:
  agentz lsp --stdio`;

export const lspCommand: CommandModule = {
  define: (command, { io }: CommandContext) => {
    command
      .option("--stdio", "talk over standard input and output; this is the default")
      .addOption(new Option("--clientProcessId <pid>", "end when this process ends").hideHelp())
      .addHelpText("after", HELP)
      .action(() => serveStreams(process.stdin, process.stdout, { clock: io.clock }));
  },
};
