import { resolve } from "node:path";
import { INIT_REPORTERS } from "../../report/init/reporters.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { formatOption, pick } from "../options.ts";
import { SCAFFOLD } from "../scaffold/files.ts";
import { writeScaffold } from "../scaffold/write.ts";
import { VERSION } from "../version.ts";

const HELP = `
Writes agentz.yaml, a policy, a catalog, a suite, a trace and a CI workflow that all pass. A file that is there already
stays as it is.

Examples:
  agentz init                  in this folder
  agentz init demo && cd demo && agentz test`;

async function act(folder: string, flags: { readonly format: string }, { io }: CommandContext): Promise<void> {
  const done = await writeScaffold(resolve(io.cwd, folder), SCAFFOLD);
  const result = { schemaVersion: 1 as const, command: "init" as const, tool: { version: VERSION }, source: null, digest: null, ...done };
  io.stdout.write(pick(INIT_REPORTERS, flags.format)(result, { color: false, details: true }));
}

export const initCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[folder]", "where to write", ".")
      .addOption(formatOption(INIT_REPORTERS))
      .addHelpText("after", HELP)
      .action((folder: string, flags: { readonly format: string }) => act(folder, flags, context));
  },
};
