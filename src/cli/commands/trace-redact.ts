import type { Command } from "commander";
import { Option } from "commander";
import { type RedactFlags, redactTrace } from "../../api/trace/redact-trace.ts";
import { writeDocument } from "../../node/output.ts";
import { redactSummary } from "../../report/trace-redact/summary.ts";
import type { CommandContext } from "../command.ts";
import { addSetOptions, repeatable } from "../options.ts";
import { lineCommand } from "./trace-lines.ts";

interface Flags extends RedactFlags {
  readonly report?: string;
}

async function redact(
  paths: readonly string[],
  flags: Flags,
  { io }: CommandContext,
): Promise<void> {
  const document = await redactTrace(paths, flags, io);
  io.stderr.write(redactSummary(document));
  if (flags.report !== undefined)
    await writeDocument(io, `${JSON.stringify(document, null, 2)}\n`, flags.report);
}

/** `trace redact`. */
export function defineRedact(parent: Command, context: CommandContext): void {
  const command = lineCommand(parent, "redact", {
    summary: "hash the values that the policies do not need",
    description:
      "Hashes, with a salt, every value that the policies do not read, or compare only with " +
      "other values of the trace. A replay gives the same result. Values that policies compare " +
      "with literals, data, bounds or patterns are kept, and listed.",
  })
    .addOption(
      repeatable(
        "--candidate <path>",
        "the policies that will be replayed on the trace: a path or git:<ref>",
      ),
    )
    .addOption(repeatable("--baseline <path>", "the baseline that will be replayed on the trace"))
    .addOption(
      repeatable("--policies <path>", "another set that will be replayed on the trace; repeatable"),
    )
    .option(
      "--salt <text>",
      "a fixed salt, so that equal values in several traces stay equal; default: a random one that is not shown",
    )
    .addOption(new Option("--strict", "make values unrecorded that would be kept"))
    .option("--report <file>", "write what was done to this file, as JSON")
    .action((paths: readonly string[], flags: Flags) => redact(paths, flags, context));
  addSetOptions(command);
}
