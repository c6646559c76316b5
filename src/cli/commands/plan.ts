import { Option } from "commander";
import { planDocument, type PlanFlags } from "../../api/parts/plan.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import {
  addSetOptions,
  addSplitVersions,
  formatOption,
  memberPath,
  splitKey,
  wholeSessions,
} from "../options.ts";
import { showDocument } from "../show-document.ts";

interface PlanCommandFlags extends PlanFlags {
  readonly format: string;
  readonly output?: string;
}

const HELP = `
The policies decide by which key a trace may be split: calls that share state have to be in one part. The jobs read
canonical traces (JSON Lines). Where a trace does not fall apart by one key, the message says why (exit status 2).

If the policies keep state by several keys, such as session and subject, the plan splits by the coarsest of them
(tenant, person, subject, session), and says which others have to stay whole. \`agentz merge\` proves that they
did, or refuses the parts. --key chooses another key, such as the tenant in which agents and sessions belong.

Examples:
  agentz plan                                      what agentz.yaml says
  agentz plan --baseline recorded --candidate policies
  agentz plan --position seq                       events carry their order in \`seq\`
  agentz plan --report                             for a report of the parts, not only a replay
  agentz plan --format json                        the key and the jobs, for a program`;

async function act(flags: PlanCommandFlags, { io, finish }: CommandContext): Promise<void> {
  await showDocument(io, { name: "plan", document: await planDocument(flags, io) }, flags);
  finish(0);
}

export const planCommand: CommandModule = {
  define: (command, context) => {
    addSplitVersions(command)
      .addOption(formatOption("plan"))
      .addOption(splitKey())
      .addOption(wholeSessions())
      .addOption(
        new Option(
          "--position <member>",
          "the member of an event that tells the order of calls with one time, such as `seq`; the jobs sort by it",
        ).argParser(memberPath),
      )
      .option("--report", "let each part count what `agentz report` and `agentz coverage` need too")
      .option("-o, --output <file>", "write the result to this file instead of stdout");
    addSetOptions(command)
      .addHelpText("after", HELP)
      .action((flags: PlanCommandFlags) => act(flags, context));
  },
};
