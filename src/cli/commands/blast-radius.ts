import { Option } from "commander";
import { blastRadiusDocument } from "../../api/blast-radius.ts";
import { neededPaths, readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable, untilOf } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly trace?: readonly string[];
  readonly agent?: readonly string[];
  readonly now?: number;
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
Asks the policies, not the trace: which tools and classifications may an agent use, in any case, with an approval, or
under conditions on arguments, context or state? What can it also reach through the agents that it may invoke? A trace
adds what it really used, the credentials and people it acted with, and a policy that denies what it never used.

Examples:
  agentz blast-radius
  agentz blast-radius --agent support --details
  agentz blast-radius --agent support --format json`;

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const policies = await loadPolicySet(io, paths, paths);
  const document = await blastRadiusDocument(policies, {
    agents: flags.agent,
    trace: flags.trace ?? config.trace,
    now: flags.now,
    clock: io.clock,
  });
  await showDocument(io, { name: "blast-radius", document: document }, flags);
  finish(0);
}

export const blastRadiusCommand: CommandModule = {
  define: (command, context) => {
    command
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(
        repeatable("--agent <id>", "only these agents; default: all that the catalogs list"),
      )
      .addOption(repeatable("--trace <path>", "recorded traces, to show what was really used"))
      .addOption(
        new Option(
          "--now <time>",
          "the time of the calls; default: the newest event, else today",
        ).argParser(untilOf),
      )
      .addOption(formatOption("blast-radius"))
      .option("--details", "list everything in pretty output, the policy patch included")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
