import type { Party } from "../api/trace/import-formats.ts";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";

function party(value: string): Party {
  const colon = value.indexOf(":");
  if (colon < 1 || colon === value.length - 1)
    throw new InvalidArgumentError("it has to be type:id, such as agent:support-eu.");
  return { type: value.slice(0, colon), id: value.slice(colon + 1) };
}

/** Adds the flags. */
export function addImportFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--subject <type:id>",
        "the agent that made the calls, where the format does not say",
      ).argParser(party),
    )
    .addOption(
      new Option(
        "--on-behalf-of <type:id>",
        "for whom the agent acted, where the format does not say",
      ).argParser(party),
    )
    .addOption(
      new Option(
        "--approver <type:id>",
        "who answered permission prompts, where the format does not say",
      ).argParser(party),
    )
    .option("--server <name>", "the server whose tools were called, where the format does not say")
    .option("--model <name>", "the model, where the format does not say")
    .option("--pdp <id>", "the decision point that answered, where the format does not say")
    .option("--mapping <file>", "for `generic`: the mapping of records to events");
}
