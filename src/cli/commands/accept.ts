import { InvalidArgumentError, Option } from "commander";
import { type AcceptFlags, acceptGroups } from "../../api/accept.ts";
import { endOf } from "../../api/config/gate-config.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { formatOption } from "../options.ts";
import { showDocument } from "../show-document.ts";
import { addReplayOptions } from "./replay.ts";

interface Flags extends AcceptFlags {
  readonly format: string;
  readonly output?: string;
}

const HELP = `
Runs the replay that agentz.yaml describes, finds the groups of changed calls, and writes them as accepted changes
into agentz.yaml, each with the rules that decide it now. Comments stay. An entry of the same group is replaced.
Groups are named as \`agentz replay --details\` shows them; the beginning of an id is enough where it is unique.

Example:
  agentz accept 3f2a9c01d4e5 --reason "refunds up to 150 no longer wait" --expires 2027-01-31 --owner customer-care`;

function reasonFlag(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("it has to say something.");
  return value;
}

function expiresFlag(value: string): string {
  if (endOf(value) === undefined)
    throw new InvalidArgumentError(
      "it has to be a day such as 2027-01-31, or an RFC 3339 time with a zone.",
    );
  return value;
}

async function act(asked: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { io } = context;
  const document = await acceptGroups(asked, flags, io);
  if (document === undefined) return context.finish(130);
  await showDocument(io, { name: "accept", document: document }, flags);
}

export const acceptCommand: CommandModule = {
  define: (command, context) => {
    addReplayOptions(command.argument("<group...>", "ids of groups of changed calls"))
      .addOption(
        new Option("--reason <text>", "why the change is wanted")
          .argParser(reasonFlag)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option("--expires <day>", "the last day on which it is accepted")
          .argParser(expiresFlag)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option(
          "--owner <who>",
          "who answers for it; default: `user.email` of git, else who is logged in",
        ).argParser(reasonFlag),
      )
      .addOption(formatOption("accept"))
      .option("-o, --output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((asked: readonly string[], flags: Flags) => act(asked, flags, context));
  },
};
