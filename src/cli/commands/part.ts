import { Option } from "commander";
import { partDocument, type PartFlags } from "../../api/parts/part-command.ts";
import { withDigest } from "../../api/parts/part-digest.ts";
import { DEFAULT_REORDER } from "../../api/trace/trace-input.ts";
import { writeAsIs } from "../../node/output.ts";
import { keepHeapSmall } from "../../node/small-heap.ts";
import { inertJson } from "../../report/json-text.ts";
import { hideSecrets } from "../../text/hide-secrets.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import {
  addFilterOptions,
  addSetOptions,
  addSplitVersions,
  repeatable,
  splitKey,
  wholeNumber,
  wholeSessions,
} from "../options.ts";

interface PartCommandFlags extends PartFlags {
  readonly output?: string;
}

const HELP = `
A part is one line of JSON. It has a bounded size, however many calls it counts. \`agentz merge\` makes
of all parts of a trace the document that one replay of the trace would have made.

The part has to hold every call of the keys that it holds, in the order of time. \`agentz plan\` prints
the key of your policies, and jobs that split a trace by it. An empty input is an empty part.

Examples:
  agentz part < bucket-7.jsonl > parts/7.json
  agentz part --baseline recorded --candidate policies < bucket-7.jsonl > parts/7.json
  agentz part --report < bucket-7.jsonl > parts/7.json
  agentz merge parts --fail-on widened
  agentz report --parts parts -o report.html        if all parts were made with --report

Exit status 2: the policies keep state that does not fall apart by one key, or the part cannot be
right alone. The message says why, and what to do.`;

async function act(flags: PartCommandFlags, { io, finish }: CommandContext): Promise<void> {
  keepHeapSmall();
  const part = await partDocument(flags, io);
  // WHY last: the digest is that of what is written, in which secrets are stars
  const text = withDigest(hideSecrets(inertJson(JSON.stringify(part))));
  await writeAsIs(io, `${text}\n`, flags.output);
  finish(0);
}

export const partCommand: CommandModule = {
  define: (command, context) => {
    addSplitVersions(command)
      .addOption(repeatable("--trace <path>", "the part of the trace; default: standard input (-)"))
      .addOption(
        repeatable(
          "--labels <path>",
          "labels to add by event id: JSONL of {id, labels: {incident: true|false}}",
        ),
      )
      .addOption(
        new Option("--history <kind>", "the history that each version sees, as of `agentz replay`")
          .choices(["counterfactual", "recorded"])
          .default("counterfactual"),
      )
      .addOption(
        new Option("--approvals <mode>", "the approvals that count, as of `agentz replay`")
          .choices(["recorded", "granted", "refused"])
          .default("recorded"),
      )
      .addOption(
        new Option("--reorder <events>", "how many events to buffer when sorting by time")
          .argParser(wholeNumber)
          .default(DEFAULT_REORDER),
      );
    addFilterOptions(command);
    addSetOptions(command)
      .addOption(splitKey())
      .addOption(wholeSessions())
      .option(
        "--in-order",
        "lines with one time, or without a time, are in the order of the calls: the job sorted them by a position too",
      )
      .option(
        "--report",
        "count what `agentz report --parts` and `agentz coverage --parts` need too",
      )
      .option("-o, --output <file>", "write the part to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: PartCommandFlags) => act(flags, context));
  },
};
