import type { Command } from "commander";
import { eventLine } from "../../trace/event-line.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { readRaw } from "../../trace/tools/raw-events.ts";
import { isCompleteRequest, toAuthzen } from "../../trace/tools/to-authzen.ts";
import type { CommandContext } from "../command.ts";
import { openLines } from "../../node/output.ts";
import { openTrace } from "../../api/trace/trace-input.ts";
import { lineCommand, tellMalformed, type LineFlags } from "./trace-lines.ts";

async function exportAuthzen(
  paths: readonly string[],
  flags: LineFlags,
  context: CommandContext,
): Promise<void> {
  const { files } = await openTrace(paths, flags, context.io);
  const report = new ReadReport();
  const out = await openLines(context.io, flags.output);
  let [calls, incomplete] = [0, 0];
  for await (const batch of readRaw(files, { reorder: flags.reorder, report })) {
    for (const { event } of batch) {
      if (event.type !== "call") continue;
      const record = toAuthzen(event);
      calls++;
      if (!isCompleteRequest(record)) incomplete++;
      out.add(eventLine(record));
    }
    out.flush();
  }
  tellMalformed(report, context);
  await out.close();
  context.io.stderr.write(
    `${calls} calls${incomplete === 0 ? "" : `; ${incomplete} lack a type, id or name that AuthZEN requires`}\n`,
  );
}

/** `trace authzen`. */
export function defineExport(parent: Command, context: CommandContext): void {
  lineCommand(parent, "authzen", {
    summary: "write the calls as AuthZEN evaluations",
    description:
      "Writes each call as an AuthZEN 1.0 evaluation with its recorded decision; `agentz import authzen` reads it back.",
  }).action((paths: readonly string[], flags: LineFlags) => exportAuthzen(paths, flags, context));
}
