import { neededPaths, readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { recordPlanDocument } from "../../api/record-plan.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly trace?: readonly string[];
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
A replay decides recorded calls. The plan lists each field that the policies, the keys of their state and
the catalog read, and the form that is sufficient:
  value      the value
  digest     a keyed digest of each text, with one key for all fields: equal values stay equal
  range      any number of the same range: the policies only ask on which side of a bound it is
  presence   any value, if the field is present
No policy reads any other field. Leave it out, or list it in \`unrecorded\`: no decision changes.

With --trace, the plan also shows which fields the trace lacks, which calls are indeterminate for that reason, and what
the trace records although no policy reads it.

Examples:
  agentz record-plan --candidate policies
  agentz record-plan --candidate policies --trace decisions.jsonl
  agentz record-plan --candidate policies --baseline git:main --format json`;

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const candidate = await loadPolicySet(io, paths, paths);
  const baseline = flags.baseline && (await loadPolicySet(io, flags.baseline, paths));
  const document = await recordPlanDocument({ candidate, baseline, trace: flags.trace });
  await showDocument(io, { name: "record-plan", document }, flags);
  finish(0);
}

export const recordPlanCommand: CommandModule = {
  define: (command, context) => {
    command
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(repeatable("--baseline <path>", "the other version of the replay"))
      .addOption(
        repeatable(
          "--trace <path>",
          "also show what this trace lacks, and what it records that no policy reads",
        ),
      )
      .addOption(formatOption("record-plan"))
      .option("--details", "list everything in pretty output")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
