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
to agentz.yaml, each with the rules that decide it now. Comments stay. A new entry replaces an older entry of the same
group. \`agentz replay --details\` shows the ids of groups. You may shorten an id if the beginning is unique.

Example:
  agentz accept 3f2a9c01d4e5 --reason "refunds up to 150 no longer wait" --expires 2027-01-31 --owner customer-care`;

function reasonFlag(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("it must not be empty.");
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
    addReplayOptions(command.argument("<group...>", "the ids of groups of changed calls"))
      .addOption(
        new Option("--reason <text>", "why the change is wanted")
          .argParser(reasonFlag)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option("--expires <day>", "the last day on which the change is accepted")
          .argParser(expiresFlag)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option(
          "--owner <who>",
          "the owner of the change; default: `user.email` of git, else the logged-in user",
        ).argParser(reasonFlag),
      )
      .addOption(formatOption("accept"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((asked: readonly string[], flags: Flags) => act(asked, flags, context));
  },
};
