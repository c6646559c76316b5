import type { Command } from "commander";
import { Option } from "commander";
import type { LineFlags } from "../../api/trace/copy-lines.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import { mergeTraces } from "../../api/trace/write-trace.ts";
import { LINE_FORMS } from "../../api/line-output.ts";
import type { CommandContext } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { lineCommand } from "./trace-lines.ts";
import { count } from "../../text/count.ts";

const HELP = `
A Parquet file has a column for what is often asked (time, session, subject, action, resource, effect), and the
whole event as JSON in the column \`agentz_event\`. agentz reads this column back, so nothing is lost.

Examples:
  agentz trace convert trace.jsonl -o trace.parquet
  agentz trace convert trace.parquet -o trace.jsonl.gz
  agentz trace convert spans.json --from otel -o trace.parquet
  duckdb -c "SELECT action, count(*) FROM 'trace.parquet' GROUP BY ALL"`;

async function act(
  paths: readonly string[],
  flags: LineFlags,
  { io }: CommandContext,
): Promise<void> {
  const { events, files } = await mergeTraces(paths, flags, io);
  io.stderr.write(`${count(events, "event")} from ${count(files, "file")}\n`);
}

/** `trace convert`. */
export function defineConvert(parent: Command, context: CommandContext): void {
  const command = lineCommand(parent, "convert", {
    summary: "write a trace as JSON Lines, as gzip or as Parquet",
    description:
      "Writes a trace of any format in another form, in the order of time. The ending of --output " +
      "names the form: .parquet, .gz, or any other for JSON Lines.",
  });
  addImportFlags(command)
    .addOption(
      new Option("--from <format>", "the format of the trace, if it is not agentz's own").choices(
        FORMATS,
      ),
    )
    .addOption(
      new Option("--to <form>", "the form, if the ending of --output does not name it").choices(
        LINE_FORMS,
      ),
    )
    .addHelpText("after", HELP)
    .action((paths: readonly string[], flags: LineFlags) => act(paths, flags, context));
}
