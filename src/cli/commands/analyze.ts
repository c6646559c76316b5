import { Option } from "commander";
import { analyzeDocument } from "../../api/analyze.ts";
import { neededPaths, readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable, untilOf } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly now?: number;
  readonly failOn?: string;
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Checks every invariant of the set for all requests and all session states. The answer is: proved; refuted, with the
shortest session that was found (decided by the engine, and written as a test of a suite); or cannot tell, with the
reason.

Examples:
  agentz analyze
  agentz analyze --candidate policies --candidate invariants.yaml
  agentz analyze --fail-on cannot-tell --format json

Exit status: 0 no invariant is refuted; 1 one is refuted (or cannot tell, with --fail-on cannot-tell); 2 the set does
not load or has no invariant.`;

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const policies = await loadPolicySet(io, paths, paths);
  const now = flags.now ?? io.clock();
  const result = analyzeDocument(policies, { now, clock: io.clock });
  await showDocument(io, { name: "analyze", document: result }, flags);
  const { refuted, cannotTell } = result.summary;
  const failOn = flags.failOn ?? config.analyze?.failOn;
  const fails = failOn === "cannot-tell" && cannotTell > 0;
  finish(refuted > 0 || fails ? 1 : 0);
}

export const analyzeCommand: CommandModule = {
  define: (command, context) => {
    command
      .addOption(
        repeatable(
          "--candidate <path>",
          "policies, catalogs and invariants; repeated paths are one set",
        ),
      )
      .addOption(
        new Option(
          "--fail-on <answer>",
          "also exit 1 for this answer; default: `analyze.fail_on` of agentz.yaml",
        ).choices(["cannot-tell"]),
      )
      .addOption(
        new Option(
          "--now <time>",
          "the time of the calls that are shown; default: today",
        ).argParser(untilOf),
      )
      .addOption(formatOption("analyze"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
