import type { Command } from "commander";
import { Option } from "commander";
import { type DistilFlags, distilTrace } from "../../api/trace/distil-trace.ts";
import { writeDocument } from "../../node/output.ts";
import { distilSummary } from "../../report/trace-distil/summary.ts";
import type { CommandContext } from "../command.ts";
import { addSetOptions, duration, repeatable } from "../options.ts";
import { lineCommand } from "./trace-lines.ts";

interface Flags extends DistilFlags {
  readonly report?: string;
}

async function distil(
  paths: readonly string[],
  flags: Flags,
  { io }: CommandContext,
): Promise<void> {
  const document = await distilTrace(paths, flags, io);
  io.stderr.write(distilSummary(document));
  if (flags.report !== undefined)
    await writeDocument(io, `${JSON.stringify(document, null, 2)}\n`, flags.report);
}

/** `trace distil`. */
export function defineDistil(parent: Command, context: CommandContext): void {
  const command = lineCommand(parent, "distil", {
    summary: "find a small set of sessions that shows everything",
    description:
      "Finds a small set of whole sessions with every rule outcome, transition, missing " +
      "attribute and labelled outcome of the replay: a fixture for CI.",
  })
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs to try; repeated paths are one set"),
    )
    .addOption(
      repeatable(
        "--baseline <path>",
        "what they are compared with: a path, git:<ref>, or `recorded`",
      ),
    )
    .addOption(
      repeatable(
        "--labels <path>",
        "labels to add by event id: JSONL of {id, labels: {incident: true|false}}",
      ),
    )
    .addOption(
      new Option(
        "--idle <duration>",
        "forget the state of a session that has no event for this long, to save memory; it is " +
          "then unknown; default: never",
      ).argParser(duration),
    )
    .option("--report <file>", "write what was kept to this file, as JSON")
    .action((paths: readonly string[], flags: Flags) => distil(paths, flags, context));
  addSetOptions(command);
}
