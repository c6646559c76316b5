import { planDocument } from "../../api/parts/plan.ts";
import type { PartFlags } from "../../api/parts/part-command.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, addSplitVersions, formatOption } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface PlanFlags extends Pick<PartFlags, "candidate" | "baseline" | "config" | "report"> {
  readonly format: string;
  readonly output?: string;
}

const HELP = `
The policies decide by which key a trace may be split: calls that share state have to be in one part. The jobs read
canonical traces (JSON Lines). Where a trace does not fall apart by one key, the message says why (exit status 2).

Examples:
  agentz plan                                      what agentz.yaml says
  agentz plan --baseline recorded --candidate policies
  agentz plan --report                             for a report of the parts, not only a replay
  agentz plan --format json                        the key and the jobs, for a program`;

async function act(flags: PlanFlags, { io, finish }: CommandContext): Promise<void> {
  await showDocument(io, { name: "plan", document: await planDocument(flags, io) }, flags);
  finish(0);
}

export const planCommand: CommandModule = {
  define: (command, context) => {
    addSplitVersions(command)
      .addOption(formatOption("plan"))
      .option("--report", "let each part count what `agentz report` and `agentz coverage` need too")
      .option("-o, --output <file>", "write the result to this file instead of stdout");
    addSetOptions(command)
      .addHelpText("after", HELP)
      .action((flags: PlanFlags) => act(flags, context));
  },
};
