import type { Command } from "commander";
import type { LineFlags } from "../../api/trace/copy-lines.ts";
import { exportAuthzen } from "../../api/trace/write-trace.ts";
import type { CommandContext } from "../command.ts";
import { lineCommand } from "./trace-lines.ts";
import { count } from "../../text/count.ts";

async function act(
  paths: readonly string[],
  flags: LineFlags,
  { io }: CommandContext,
): Promise<void> {
  const { calls, incomplete } = await exportAuthzen(paths, flags, io);
  io.stderr.write(
    `${count(calls, "call")}${
      incomplete === 0 ? "" : `; ${incomplete} without a type, id or name that AuthZEN requires`
    }\n`,
  );
}

/** `trace authzen`. */
export function defineExport(parent: Command, context: CommandContext): void {
  lineCommand(parent, "authzen", {
    summary: "write the calls as AuthZEN evaluations",
    description:
      "Writes each call as an AuthZEN 1.0 evaluation with its recorded decision; `agentz " +
      "import authzen` reads it back.",
  }).action((paths: readonly string[], flags: LineFlags) => act(paths, flags, context));
}
