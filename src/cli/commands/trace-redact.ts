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
    summary: "hash what policies do not need",
    description:
      "Hashes, with a salt, every value that the policies do not read or compare only with other values of the trace, so that a replay gives the same; what they compare with literals, data, bounds or patterns is kept, and listed.",
  })
    .addOption(
      repeatable(
        "--candidate <path>",
        "the policies that the trace is to be replayed with: a path or git:<ref>",
      ),
    )
    .addOption(repeatable("--baseline <path>", "the policies before that"))
    .addOption(
      repeatable("--policies <path>", "another set that it is to be replayed with; once for each"),
    )
    .option(
      "--salt <text>",
      "a fixed salt, so that traces redacted apart can be joined; default: a random one, told nobody",
    )
    .addOption(new Option("--strict", "make what would be kept unrecorded instead"))
    .option("--report <file>", "write what was done there, as JSON")
    .action((paths: readonly string[], flags: Flags) => redact(paths, flags, context));
  addSetOptions(command);
}
