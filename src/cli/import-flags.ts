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
        "the agent that made the calls, if the format does not record it",
      ).argParser(party),
    )
    .addOption(
      new Option(
        "--on-behalf-of <type:id>",
        "the person for whom the agent acted, if the format does not record it",
      ).argParser(party),
    )
    .addOption(
      new Option(
        "--approver <type:id>",
        "who answered permission prompts, if the format does not record it",
      ).argParser(party),
    )
    .option(
      "--server <name>",
      "the server whose tools were called, if the format does not record it",
    )
    .option("--model <name>", "the model, if the format does not record it")
    .option("--pdp <id>", "the decision point that decided, if the format does not record it")
    .option("--mapping <file>", "for `generic`: the file that maps records to events");
}
