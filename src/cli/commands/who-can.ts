import { Option } from "commander";
import { neededPaths, readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { whoCanDocument } from "../../api/who-can.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable, untilOf } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly now?: number;
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
The action is server/name, the name of a tool on any server, or a pattern. The resource is type:id. Without a resource,
agentz asks for every classification of the tool's resources. A tool that no catalog and no rule names is an error.

Examples:
  agentz who-can payments/refund
  agentz who-can 'cloud/delete_*' volume:prod-7
  agentz who-can send --format json`;

async function act(
  asked: { readonly action: string; readonly resource: string | undefined },
  flags: Flags,
  { io, finish }: CommandContext,
): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const policies = await loadPolicySet(io, paths, paths);
  const document = whoCanDocument(policies, { ...asked, now: flags.now ?? io.clock() });
  await showDocument(io, { name: "who-can", document: document }, flags);
  finish(0);
}

export const whoCanCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("<action>", "server/name, or a pattern")
      .argument("[resource]", "type:id")
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(
        new Option("--now <time>", "the time of the calls; default: today").argParser(untilOf),
      )
      .addOption(formatOption("who-can"))
      .option("--details", "list every condition in pretty output")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((action: string, resource: string | undefined, flags: Flags) =>
        act({ action, resource }, flags, context),
      );
    addSetOptions(command);
  },
};
