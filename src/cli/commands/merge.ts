import { mergeReplays, type MergeFlags } from "../../api/parts/merge-command.ts";
import { keepHeapSmall, keepNewSpaceSmall } from "../../node/small-heap.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, callsOption, expiryDay, formatOption } from "../options.ts";
import { addGateOptions, tell, type ReplayFlags } from "./replay.ts";

interface MergeCommandFlags
  extends MergeFlags,
    Pick<ReplayFlags, "format" | "output" | "details"> {}

const HELP = `
The document is the one of \`agentz replay\`, whatever the parts are and in whatever order they come. What depends
on files is null: \`trace.files\`, \`trace.reordered\`, \`trace.repeatedIds\`, \`trace.digest\`. Gates, formats and the
exit status are those of \`agentz replay\`; limits come from agentz.yaml, \`--gate\` and \`--fail-on\`.

Parts that do not belong together are refused (exit status 2): other versions, policies, keys or flags; a key, an
event or an approval in two parts; calls below calls of another part.

Examples:
  agentz merge parts                              every part in a folder
  agentz merge 'parts/*.json' --fail-on widened   exit status 1 if any call is widened
  agentz merge parts --calls 320000               exit status 2 if a part is missing
  agentz merge - --format markdown < parts.jsonl  one part on each line`;

async function act(
  paths: readonly string[],
  flags: MergeCommandFlags,
  context: CommandContext,
): Promise<void> {
  keepHeapSmall();
  keepNewSpaceSmall();
  const { document, failed } = await mergeReplays(paths, flags, context.io);
  await tell(document, { ...flags, explainFlags: null }, context);
  context.finish(failed ? 1 : 0);
}

export const mergeCommand: CommandModule = {
  define: (command, context) => {
    command.argument("<part...>", "parts: files, folders, globs; - for stdin, one part a line");
    addGateOptions(command)
      .addOption(expiryDay())
      .addOption(callsOption())
      .addOption(formatOption("replay"))
      .option("--details", "list every group and note in pretty output")
      .option("-o, --output <file>", "write the result to this file instead of stdout");
    addSetOptions(command)
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: MergeCommandFlags) => act(paths, flags, context));
  },
};
